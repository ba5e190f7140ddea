package import Diagnostics
package import PipelineEngine

/// Problems that can be found before anything runs, as commands report them.
package enum Findings {
    /// Says what is worth knowing.
    /// - Parameters:
    ///   - isFatal: whether errors end the command; otherwise they are said.
    ///   - upToDate: see ``/PipelineEngine/Engine/preflight(upToDate:)``.
    ///   - note: says something on standard error.
    /// - Throws: `DiagnosticsError` with all that would keep stages from doing their work.
    package static func check(
        _ engine: Engine, isFatal: Bool = true, upToDate: Set<String> = [], note: (String) -> Void
    ) throws(DiagnosticsError) {
        let findings = engine.preflight(upToDate: upToDate)
        let errors = findings.filter { $0.severity == .error }
        for warning in findings where warning.severity != .error { note(warning.rendered) }
        if errors.isEmpty { return }
        let all = DiagnosticsError(file: engine.file, findings: errors)
        if isFatal { throw all }
        note(all.rendered())
    }
}
