internal import ArgumentParser
internal import DatasetStages
internal import EngineSQL
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
        abstract:
            "Run a pipeline up to its exports, as 'run --until' with their names does; or write its data stages as SQL."
    )

    @OptionGroup var pipeline: PipelineOptions
    @OptionGroup var running: RunOptions
    @OptionGroup var labels: LabelSetOption
    @Option(help: "Run nothing; write the data stages as SQL for this engine: duckdb or spark.")
    var engine: SQLEngine?
    @Option(
        help: ArgumentHelp("With --engine: the folder of its project.", valueName: "folder"),
        completion: .directory)
    var out: String?

    func validate() throws {
        if (engine == nil) != (out == nil) { throw ValidationError("--engine and --out go together") }
    }

    func run() async throws {
        if let engine, let out {
            let project = try EngineProject(pipeline.plan(), for: engine, asOf: pipeline.moment)
            return print(lines: try project.report(writtenTo: out, note: ErrorReporter.note))
        }
        try await PipelineShortcut(
            kind: ExportStage.kind.name, pipeline: pipeline, running: running, labels: labels
        )
        .perform()
    }
}
