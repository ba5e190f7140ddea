/// Why a text is not the JSON that was expected, and at which byte.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was found.
    public let problem: String
    /// Bytes before the place, counted from 0.
    public let byte: Int

    public init(problem: String, byte: Int) {
        self.problem = problem
        self.byte = byte
    }

    public var description: String { "\(problem) at byte \(byte)" }
}
