internal import ArgumentParser
internal import Diagnostics

/// What is wrong with options, found by a module that knows nothing of ArgumentParser.
enum UsageProblem {
    /// - Throws: `ValidationError` with everything that `body` found wrong, which the usage of the command follows.
    static func reported<Value>(_ body: () throws(DiagnosticsError) -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw ValidationError(error.findings.map(text).joined(separator: "\n"))
        }
    }

    private static func text(_ finding: Finding) -> String {
        finding.hint.map { "\(finding.message)\nhint: \($0)" } ?? finding.message
    }
}
