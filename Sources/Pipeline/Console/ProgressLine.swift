internal import Diagnostics
internal import TextBasics

/// How far a stage has come, in one line.
package struct ProgressLine {
    package var stage: String
    package var done: Int
    /// `nil` if it is not known.
    package var total: Int?
    package var unit: String
    package var note: String
    /// Progress when the stage first reported, so that work done before a restart does not count as speed.
    package var firstDone: Int
    /// Since the stage first reported.
    package var seconds: Double

    package init(
        stage: String, done: Int, total: Int?, unit: String, note: String, firstDone: Int, seconds: Double
    ) {
        self.stage = stage
        self.done = done
        self.total = total
        self.unit = unit
        self.note = note
        self.firstDone = firstDone
        self.seconds = seconds
    }

    /// `model  ██████████░░░░░░░░░░  50/100 steps  10 s left`, with the speed from 10 units a second on.
    package var text: String {
        let rate = seconds > 0.2 ? Double(done - firstDone) / seconds : 0
        var parts = [stage]
        if let total, total > 0 {
            let filled = max(0, min(20, done * 20 / total))
            parts.append(String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled))
            parts.append("\(done)/\(total) \(unit)")
            if rate > 0, done < total { parts.append(Durations.text(Double(total - done) / rate) + " left") }
        } else {
            parts.append("\(done) \(unit)")
        }
        if rate >= 10 { parts.append("\(Int(rate)) \(unit)/s") }
        if !note.isEmpty { parts.append(note) }
        return parts.joined(separator: "  ")
    }

    /// The beginning of a text that takes at most this many columns of a terminal.
    package static func prefix(of text: String, columns: Int) -> String {
        var width = 0
        let end = text.firstIndex { character in
            width += DisplayWidth.of(character.unicodeScalars)
            return width > columns
        }
        return String(text[..<(end ?? text.endIndex)])
    }
}
