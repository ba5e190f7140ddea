internal import ArgumentParser
internal import Diagnostics
internal import PipelineEngine
internal import PipelinePlan

/// `splitvote validate`: everything that is wrong with a pipeline file, and with the files that it names, at once.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a pipeline file, and the tables and models that it names, without running anything.")

    @OptionGroup var pipeline: PipelineOptions

    @Flag(help: "Check only the pipeline file: tables and models may be on another machine.")
    var fileOnly = false

    func run() throws {
        let plan = try pipeline.plan()
        pipeline.warn(of: plan)
        if !fileOnly { try Findings.check(Engine(plan, options: pipeline.localOptions, sink: NoEvents())) }
        print(
            "\(plan.file): \(plan.stages.count) stages, in order: \(plan.stages.map(\.name).joined(separator: ", "))"
        )
    }
}

/// Problems that can be found before anything runs, as commands report them.
enum Findings {
    /// Says what is worth knowing.
    /// - Parameters:
    ///   - isFatal: whether errors end the command; otherwise they are said.
    ///   - upToDate: see ``/PipelineEngine/Engine/preflight(upToDate:)``.
    /// - Throws: `DiagnosticsError` with all that would keep stages from doing their work.
    static func check(
        _ engine: Engine, isFatal: Bool = true, upToDate: Set<String> = []
    ) throws(DiagnosticsError) {
        let findings = engine.preflight(upToDate: upToDate)
        let errors = findings.filter { $0.severity == .error }
        for warning in findings where warning.severity != .error { ErrorReporter.note(warning.rendered) }
        if errors.isEmpty { return }
        let all = DiagnosticsError(file: engine.file, findings: errors)
        if isFatal { throw all }
        ErrorReporter.note(all.rendered())
    }
}
