internal import Synchronization

/// Color for errors, warnings and hints on a terminal.
package struct TerminalColor: Sendable {
    /// What the user said.
    package enum Choice: String, Sendable, CaseIterable { case auto, always, never }

    private let isOn: Bool

    /// - Parameters:
    ///   - choice: `auto` colors on a terminal, unless `NO_COLOR` is set to anything (no-color.org) or `TERM` is `dumb`,
    ///     and elsewhere where `CLICOLOR_FORCE` is set to something else than 0 (bixense.com/clicolors).
    ///   - isTerminal: whether standard error is one.
    package init(_ choice: Choice, _ environment: [String: String], isTerminal: Bool) {
        isOn =
            switch choice {
            case .always: true
            case .never: false
            case .auto:
                if environment["NO_COLOR"]?.isEmpty == false {
                    false
                } else if let forced = environment["CLICOLOR_FORCE"], !forced.isEmpty, forced != "0" {
                    true
                } else {
                    isTerminal && environment["TERM"] != "dumb"
                }
            }
    }

    private static let shared = Mutex(TerminalColor(.never, [:], isTerminal: false))

    /// What is written to standard error is colored by; `never` until it is set.
    package static var standard: TerminalColor {
        get { shared.withLock { $0 } }
        set { shared.withLock { $0 = newValue } }
    }

    private enum Code: String {
        case error = "1;31"
        case warning = "1;33"
        case hint = "36"
        case caret = "1;32"
    }

    /// The text with its first `error:`, `warning:` or `hint:` of each line and its carets in color.
    package func styled(_ text: String) -> String {
        guard isOn else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line($0) }
            .joined(separator: "\n")
    }

    private func line(_ line: Substring) -> String {
        if let bar = line.firstIndex(of: "|"), line[..<bar].allSatisfy({ $0 == " " }) {
            let caret = line[line.index(after: bar)...].drop { $0 == " " || $0 == "\t" }
            if caret.first == "^", caret.dropFirst().allSatisfy({ $0 == "~" }) {
                return line[..<caret.startIndex] + colored(caret, .caret)
            }
        }
        for (word, code) in [("error:", Code.error), ("warning:", .warning), ("hint:", .hint)] {
            guard let found = line.firstRange(of: word), Self.isPlace(line[..<found.lowerBound]) else {
                continue
            }
            return line[..<found.lowerBound] + colored(line[found], code) + line[found.upperBound...]
        }
        return String(line)
    }

    /// Whether what stands before the word says where: nothing, `stage: ` or `file:3:7: `.
    private static func isPlace(_ text: Substring) -> Bool { text.isEmpty || text.hasSuffix(": ") }

    private func colored(_ text: Substring, _ code: Code) -> String {
        "\u{1B}[\(code.rawValue)m\(text)\u{1B}[0m"
    }
}
