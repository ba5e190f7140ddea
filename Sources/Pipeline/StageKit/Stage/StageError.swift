/// Something went wrong inside a stage in a way its user can act on.
public struct StageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was found and what is allowed.
    public var message: String
    /// What to do next.
    public var hint: String?
    /// The source could not be read in full, or refused; the program then exits with 5.
    public var sourceIncomplete: Bool

    public init(_ message: String, hint: String? = nil, sourceIncomplete: Bool = false) {
        self.message = message
        self.hint = hint
        self.sourceIncomplete = sourceIncomplete
    }

    public var description: String { hint.map { "\(message)\nhint: \($0)" } ?? message }
}

/// Thrown at a safe point after somebody asked the run to stop. What was committed so far stays.
public struct StageInterrupted: Error, Hashable, Sendable {
    public init() {}
}
