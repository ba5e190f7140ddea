internal import ArgumentParser
internal import PipelineEngine
internal import PipelinePlan
internal import Presentation

/// `splitvote validate`: everything that is wrong with a pipeline file, and with the files that it names, at once.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "validate",
        abstract: "Check a pipeline file, and the tables and models that it names, without running anything.")

    @OptionGroup var pipeline: PipelineOptions

    @Flag(help: "Check only the pipeline file: tables and models may be on another machine.")
    var fileOnly = false

    func run() throws {
        let plan = try pipeline.plan()
        pipeline.warn(of: plan)
        if !fileOnly {
            let engine = Engine(plan, options: pipeline.localOptions, sink: NoEvents())
            try Findings.check(engine, note: ErrorReporter.note)
        }
        print(
            "\(plan.file): \(plan.stages.count) stages, in order: \(plan.stages.map(\.name).joined(separator: ", "))"
        )
    }
}
