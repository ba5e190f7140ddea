internal import ArgumentParser
internal import Diagnostics
private import Foundation
internal import PipelineAccess
internal import PipelineEngine
internal import PipelinePlan
internal import Presentation
internal import ProcessControl

/// What the command line changes about a pipeline.
struct PipelineSettings: ParsableArguments {
    @Option(
        name: [.customShort("S"), .customLong("set")],
        help: ArgumentHelp(
            "Give a parameter, or a stage's own as stage.key, another value for this run; may be repeated.",
            valueName: "key=value"), completion: .setting)
    var set: [String] = []
    @Option(help: ArgumentHelp("The run's logical date; today by default.", valueName: "YYYY-MM-DD"))
    var date: String?
    @Option(
        help: ArgumentHelp(
            "Label from what had been observed by then: a date (to its last second) or a time, in UTC.",
            valueName: "date"))
    var asOf: String?

    func validate() throws {
        if let problem = SettingText.problem(settings: set, date: date, asOf: asOf) {
            throw ValidationError(problem)
        }
    }
}

/// The pipeline file and what the command line changes about it.
struct PipelineOptions: ParsableArguments {
    @Argument(help: "The pipeline file.", completion: .pipelineFile)
    var file: String
    @OptionGroup var settings: PipelineSettings

    init() {}

    init(file: String, settings: PipelineSettings) {
        self.file = file
        self.settings = settings
    }

    /// Reads and checks the file.
    /// - Throws: `DiagnosticsError` with all that is wrong.
    func plan() throws(DiagnosticsError) -> PlannedPipeline {
        try PipelineLoader(
            file: file, registry: .all, settings: settings.set, date: settings.date
        ).plan()
    }

    /// Says on standard error what is worth knowing about the file.
    func warn(of plan: PlannedPipeline) {
        for warning in plan.warnings { ErrorReporter.note(warning.rendered) }
    }

    /// The moment of `--as-of`; `nil` for now.
    var moment: Int64? { settings.asOf.flatMap(Timestamp.asOf) }

    /// Where the command was given.
    var localOptions: EngineOptions {
        var options = EngineOptions()
        options.workingFolder = FileManager.default.currentDirectoryPath
        return options
    }

    /// Engine options of every command that examines stages.
    /// - Throws: `DiagnosticsError` when `--as-of` is before everything that the store has seen.
    func engineOptions(_ plan: PlannedPipeline) throws -> EngineOptions {
        var options = localOptions
        options.threads = Machine.threads
        options.host = ProcessInfo.processInfo.hostName
        if let text = settings.asOf, let moment = Timestamp.asOf(text) {
            options.asOf = moment
            try StoreLocation(plan).requireObservations(by: moment, givenAs: text)
        }
        return options
    }
}
