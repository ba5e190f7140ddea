/// Why a text is not the JSON that was expected, and at which byte.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was found.
    package let problem: String
    /// Bytes before the place, counted from 0.
    package let byte: Int

    package init(problem: String, byte: Int) {
        self.problem = problem
        self.byte = byte
    }

    package var description: String { "\(problem) at byte \(byte)" }
}
