internal import ArgumentParser
internal import Diagnostics
internal import PipelineEngine
internal import PipelinePlan

/// Runs a pipeline up to its stages of one kind.
protocol ShortcutCommand: AsyncParsableCommand {
    /// The stage kind.
    static var kind: String { get }
    var pipeline: PipelineOptions { get }
    var running: RunOptions { get }
    var labels: LabelSetOption { get }
}

extension ShortcutCommand {
    func run() async throws {
        let plan = try pipeline.plan()
        let wanted = plan.stages.filter { $0.kind.name == Self.kind }.map(\.name)
        guard !wanted.isEmpty else {
            throw DiagnosticsError(
                "\(plan.file) has no stage of kind '\(Self.kind)'",
                hint:
                    "its stages are \(plan.stages.map { "\($0.name) (\($0.kind.name))" }.joined(separator: ", "))"
            )
        }
        var options = try pipeline.engineOptions(plan)
        options.selection = try StageSelection(until: wanted).stages(of: plan)
        try labels.pin(&options, in: plan)
        try running.complete(&options, for: plan)
        try await PipelineRun(plan, options, running).perform()
    }
}

/// `splitvote export`: everything up to the exported files.
struct ExportCommand: ShortcutCommand {
    static let kind = "export"
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Run a pipeline up to its exports, as 'run --until' with their names does.")

    @OptionGroup var pipeline: PipelineOptions

    @OptionGroup var running: RunOptions

    @OptionGroup var labels: LabelSetOption
}

/// `splitvote train`: everything up to the trained model.
struct TrainCommand: ShortcutCommand {
    static let kind = "train"
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Run a pipeline up to its trained models, as 'run --until' with their names does.")

    @OptionGroup var pipeline: PipelineOptions

    @OptionGroup var running: RunOptions

    @OptionGroup var labels: LabelSetOption
}
