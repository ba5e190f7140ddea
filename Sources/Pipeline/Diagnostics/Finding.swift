/// One thing that is wrong, or worth knowing, about an input: what was found, where, and what to do.
package struct Finding: Hashable, Sendable {
    package enum Severity: String, Sendable, Comparable {
        case warning, error

        package static func < (left: Severity, right: Severity) -> Bool {
            left == .warning && right == .error
        }
    }

    package var severity: Severity
    /// What was found and what is allowed, without a full stop.
    package var message: String
    /// The place in the file; `nil` if the finding concerns no file or the file as a whole.
    package var span: SourceSpan?
    /// What to do next, without the word "hint".
    package var hint: String?

    package init(_ severity: Severity, _ message: String, at span: SourceSpan? = nil, hint: String? = nil) {
        self.severity = severity
        self.message = message
        self.span = span
        self.hint = hint
    }

    package static func error(_ message: String, at span: SourceSpan? = nil, hint: String? = nil) -> Finding {
        Finding(.error, message, at: span, hint: hint)
    }

    package static func warning(_ message: String, at span: SourceSpan? = nil, hint: String? = nil) -> Finding
    {
        Finding(.warning, message, at: span, hint: hint)
    }
}

/// All that is wrong with one input, found in one pass. At least one finding is an error.
package struct DiagnosticsError: Error, Hashable, Sendable {
    /// The file that was read, as the user named it; `nil` if there is none.
    package var file: String?
    package var findings: [Finding]

    package init(file: String? = nil, findings: [Finding]) {
        self.file = file
        self.findings = findings
    }

    package init(_ message: String, at span: SourceSpan? = nil, hint: String? = nil) {
        self.init(file: span?.file, findings: [.error(message, at: span, hint: hint)])
    }
}
