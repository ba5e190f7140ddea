internal import ArgumentParser
internal import Diagnostics

/// What is wrong with options, found by a module that knows nothing of ArgumentParser.
enum UsageProblem {
    /// - Throws: `ValidationError` with everything that `body` found wrong, which the usage of the command follows.
    static func reported<Value>(_ body: () throws(DiagnosticsError) -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw ValidationError(error.findings.map(\.plain).joined(separator: "\n"))
        }
    }
}
