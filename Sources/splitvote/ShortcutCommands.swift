internal import ArgumentParser
internal import DatasetStages
internal import PipelineAccess
internal import PipelineEngine
internal import PipelinePlan

/// Runs a pipeline up to its stages of one kind.
struct PipelineShortcut {
    /// The stage kind.
    let kind: String
    let pipeline: PipelineOptions
    let running: RunOptions
    let labels: LabelSetOption

    func perform() async throws {
        let plan = try pipeline.plan()
        let wanted = try StageNames.ofKind(kind, in: plan)
        var options = try pipeline.engineOptions(plan)
        options.selection = try StageSelection(until: wanted).stages(of: plan)
        try running.complete(&options, for: plan)
        try labels.pin(&options, in: plan)
        try await PipelineRun(plan, options, running).perform()
    }
}

/// `splitvote export`: everything up to the exported files.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        of: "export",
        abstract: "Run a pipeline up to its exports, as 'run --until' with their names does.")

    @OptionGroup var pipeline: PipelineOptions

    @OptionGroup var running: RunOptions

    @OptionGroup var labels: LabelSetOption

    func run() async throws {
        try await PipelineShortcut(
            kind: ExportStage.kind.name, pipeline: pipeline, running: running, labels: labels
        )
        .perform()
    }
}
