internal import ArgumentParser
internal import PipelinePlan

/// `splitvote validate`: everything that is wrong with a pipeline file, at once.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check a pipeline file without running anything.")

    @OptionGroup var pipeline: PipelineOptions

    func run() throws {
        let plan = try pipeline.plan()
        pipeline.warn(of: plan)
        print(
            "\(plan.file): \(plan.stages.count) stages, in order: \(plan.stages.map(\.name).joined(separator: ", "))"
        )
    }
}
