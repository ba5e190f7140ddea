/// A failure of a stage that its user can act on.
package struct StageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was found and what is allowed.
    package var message: String
    /// What to do next.
    package var hint: String?
    /// The source could not be read in full, or refused; the program then exits with 5.
    package var sourceIncomplete: Bool

    package init(_ message: String, hint: String? = nil, sourceIncomplete: Bool = false) {
        self.message = message
        self.hint = hint
        self.sourceIncomplete = sourceIncomplete
    }

    package var description: String { hint.map { "\(message)\nhint: \($0)" } ?? message }
}

/// Thrown at a safe point after the run was asked to stop. What was committed so far is kept.
package struct StageInterrupted: Error, Hashable, Sendable {
    package init() {}
}
