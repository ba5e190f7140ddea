/// Texts of numbers and dates in the plainest characters that mean the same.
enum PlainText {
    /// The text without blanks at its ends, with ASCII in place of letters of full width and of blanks of other widths.
    static func scalars(of text: String) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: scalars.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
            case 0x09, 0x0A, 0x0D, 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: scalars.append(" ")
            case 0x200B, 0x200E, 0x200F, 0xFEFF: continue
            default: scalars.append(scalar)
            }
        }
        while scalars.last == " " { scalars.removeLast() }
        return Array(scalars.drop { $0 == " " })
    }

    static func string(of text: String) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars(of: text))
        return String(view)
    }
}
