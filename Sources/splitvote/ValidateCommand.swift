internal import ArgumentParser
internal import Diagnostics
internal import PipelineEngine
internal import PipelinePlan

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
            try Engine(plan, options: pipeline.localOptions, sink: NoEvents()).check(ErrorReporter.note)
        }
        print(
            "\(plan.file): \(plan.stages.count) stages, in order: \(plan.stages.map(\.name).joined(separator: ", "))"
        )
    }
}
