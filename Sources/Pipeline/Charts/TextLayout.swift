/// Room that text takes, estimated, since nothing here can measure a font.
package enum TextLayout {
    /// Width in the unit of `size`, as in DejaVu Sans, which is the widest of the common sans-serif fonts.
    package static func width(_ text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + emWidth($1) } * size
    }

    private static func emWidth(_ scalar: Unicode.Scalar) -> Double {
        switch scalar.value {
        case 0x300...0x36F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
        case 0x1100...0x11FF, 0x2E80...0xA4CF, 0xAC00...0xD7FF, 0xF900...0xFAFF, 0xFF00...0xFF60: 1
        case 0x1F000...0x1FAFF: 1.3
        default:
            switch scalar {
            case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", " ", "·", "\u{A0}": 0.36
            case "t", "f", "r", "(", ")", "-", "/": 0.42
            case "m", "M", "W", "@", "%", "…", "—": 1
            case "A"..."Z", "w", "+", "<", "=", ">", "~", "×", "÷", "±", "−", "≤", "≥", "→": 0.85
            default: 0.65
            }
        }
    }

    /// Cuts a text that is too wide and ends it with an ellipsis.
    package static func fitting(_ text: String, width limit: Double, size: Double) -> String {
        guard width(text, size: size) > limit else { return text }
        var cut = text
        while !cut.isEmpty, width(cut + "…", size: size) > limit { cut.removeLast() }
        return cut + "…"
    }

    /// A text in lines of at most that width, broken at spaces; a word that is wider is a line by itself.
    package static func wrapped(_ text: String, width limit: Double, size: Double) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, width(last + " " + word, size: size) <= limit {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// Which of the labels centered at rising positions can be shown without touching: the first, then each that has
    /// room.
    package static func withoutOverlap(
        _ labels: [(at: Double, text: String)], size: Double
    ) -> [(at: Double, text: String)] {
        let gap = 8.0
        var end = -Double.infinity
        return labels.filter { label in
            let half = width(label.text, size: size) / 2
            guard label.at - half >= end else { return false }
            end = label.at + half + gap
            return true
        }
    }
}
