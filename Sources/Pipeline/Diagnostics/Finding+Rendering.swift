extension Finding {
    /// The finding as users read it: place, severity and message, then the line with a caret under the place, then
    /// the hint. No line feed at the end.
    ///
    /// ```
    /// pipelines/news.yaml:14:7: error: stage kind 'label' has no parameter 'min_vote'
    ///   14 |       min_vote: 20
    ///      |       ^~~~~~~~
    /// hint: did you mean 'min_votes'?
    /// ```
    package var rendered: String {
        var text = ""
        if let span { text += "\(VisibleText.of(span.file)):\(span.line):\(span.column): " }
        text += "\(severity.rawValue): \(VisibleText.of(message))"
        if let span, !span.lineText.isEmpty { text += "\n" + SourceExcerpt(span).text }
        if let hint { text += "\nhint: \(VisibleText.of(hint))" }
        return text
    }
}

extension Finding {
    /// Message and hint alone, for what has no place in a file.
    package var plain: String { hint.map { "\(message)\nhint: \($0)" } ?? message }
}

extension DiagnosticsError {
    /// All findings in the order of the file, then how many there are.
    /// - Parameter outcome: what the caller did about it, the last words of the last line.
    package func rendered(outcome: String = "nothing was run") -> String {
        let ordered = findings.inFileOrder()
        let place = file.map { " in \(VisibleText.of($0))" } ?? ""
        let errors = ordered.count { $0.severity == .error }
        let warnings = ordered.count - errors
        var total = "\(errors) \(errors == 1 ? "problem" : "problems")"
        if warnings > 0 { total += " and \(warnings) \(warnings == 1 ? "warning" : "warnings")" }
        return ordered.map { $0.rendered + "\n" }.joined() + "\(total)\(place); \(outcome).\n"
    }
}

extension DiagnosticsError: CustomStringConvertible {
    package var description: String { rendered() }
}

/// Text that cannot move the cursor, break the line or turn the reading direction.
enum VisibleText {
    static func of(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\r": result.append(contentsOf: "\\r".unicodeScalars)
            case "\t": result.append(contentsOf: "\\t".unicodeScalars)
            default: result.append(shown(scalar))
            }
        }
        return String(result)
    }

    /// The scalar, or a replacement of width 1 where it would not stay in its place.
    static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: "\u{FFFD}"
        default: scalar
        }
    }
}

/// The line of a finding with a caret under the place.
private struct SourceExcerpt {
    let text: String
    /// Columns of the line that are shown: 80 less the number of the line.
    private static let widest = 73

    init(_ span: SourceSpan) {
        let line = Array(span.lineText.unicodeScalars)
        let start = min(max(span.column - 1, 0), line.count)
        let end = min(start + span.length, line.count)
        let window = Self.window(line, around: start)
        let clippedLeft = window.lowerBound > 0
        let clippedRight = window.upperBound < line.count

        let number = String(span.line)
        let margin = String(repeating: " ", count: max(0, 4 - number.count))
        var shown = clippedLeft ? "…" : ""
        shown.unicodeScalars.append(contentsOf: line[window].map { $0 == "\t" ? $0 : VisibleText.shown($0) })
        if clippedRight { shown += "…" }

        // A tab stays a tab, so that the caret lines up whatever the terminal's tab stops are.
        var pad = clippedLeft ? " " : ""
        var joined = false
        for scalar in line[window.lowerBound..<start] {
            if scalar == "\t" {
                pad += "\t"
            } else if !joined {
                pad += String(repeating: " ", count: DisplayWidth.of(VisibleText.shown(scalar)))
            }
            joined = scalar.value == 0x200D
        }
        let width = DisplayWidth.of(
            line[start..<max(start, min(end, window.upperBound))].map(VisibleText.shown))
        let caret = "^" + String(repeating: "~", count: max(0, width - 1))
        let blank = String(repeating: " ", count: margin.count + number.count)
        text = "\(margin)\(number) | \(shown)\n\(blank) | \(pad)\(caret)"
    }

    /// The part of a long line that is shown: some of what is before the place, more of what follows.
    private static func window(_ line: [Unicode.Scalar], around start: Int) -> Range<Int> {
        guard DisplayWidth.of(line) > widest else { return 0..<line.count }
        var lower = start
        var columns = 0
        while lower > 0, columns < 30 {
            lower -= 1
            columns += DisplayWidth.of(line[lower])
        }
        var upper = lower
        columns = 0
        while upper < line.count, columns < widest - 2 {
            columns += DisplayWidth.of(line[upper])
            upper += 1
        }
        return lower..<max(upper, start)
    }
}
