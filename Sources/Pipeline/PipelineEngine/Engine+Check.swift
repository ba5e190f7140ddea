package import Diagnostics

extension Engine {
    /// Reports problems that can be found before anything runs.
    /// - Parameters:
    ///   - note: takes what is worth knowing.
    ///   - isFatal: whether errors are thrown; otherwise they are noted.
    ///   - upToDate: see ``preflight(upToDate:)``.
    /// - Throws: `DiagnosticsError` with all that would keep stages from doing their work.
    package func check(
        _ note: (String) -> Void, isFatal: Bool = true, upToDate: Set<String> = []
    ) throws(DiagnosticsError) {
        let findings = preflight(upToDate: upToDate)
        let errors = findings.filter { $0.severity == .error }
        for warning in findings where warning.severity != .error { note(warning.rendered) }
        if errors.isEmpty { return }
        let all = DiagnosticsError(file: file, findings: errors)
        if isFatal { throw all }
        note(all.rendered())
    }
}
