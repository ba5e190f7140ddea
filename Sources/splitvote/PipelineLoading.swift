internal import ArgumentParser
internal import CommandStages
internal import DatasetStages
internal import Diagnostics
internal import Files
private import Foundation
internal import IngestStages
internal import PipelineEngine
internal import PipelineFile
internal import PipelinePlan
internal import Presentation
internal import Reports
internal import StageKit
internal import TextBasics
internal import TrainingStages

extension StageRegistry {
    /// Every stage kind of this program.
    static let all = StageRegistry(
        IngestStages.all, DatasetStages.all, TrainingStages.all, ReportStages.all, CommandStages.all)
}

extension Headlines {
    /// Those of every stage kind of this program.
    static let all = Headlines(StageRegistry.all)
}

/// What the command line changes about a pipeline.
struct PipelineSettings: ParsableArguments {
    @Option(
        name: [.customShort("S"), .customLong("set")],
        help: ArgumentHelp(
            "Give a parameter, or a stage's own as stage.key, another value for this run; may be repeated.",
            valueName: "key=value"))
    var set: [String] = []

    @Option(help: ArgumentHelp("The run's logical date; today by default.", valueName: "YYYY-MM-DD"))
    var date: String?

    @Option(
        help: ArgumentHelp(
            "Label from what had been observed by then: a date (to its last second) or a time, in UTC.",
            valueName: "date"))
    var asOf: String?

    func validate() throws {
        if let asOf, Timestamp.asOf(asOf) == nil {
            throw ValidationError(
                "--as-of is '\(asOf)'; expected a date such as 2025-11-01 or a time such as 2025-11-01T09:30:00Z"
            )
        }
        for setting in set where !setting.contains("=") {
            throw ValidationError(
                "-S takes key=value, as in -S min_votes=30 or -S labels.min_votes=30; found '\(setting)'")
        }
        if let date, CivilTime.days(date) == nil {
            throw ValidationError("'\(date)' is not a date; expected YYYY-MM-DD")
        }
    }
}

/// The pipeline file and what the command line changes about it.
struct PipelineOptions: ParsableArguments {
    @Argument(help: "The pipeline file.")
    var file: String

    @OptionGroup var settings: PipelineSettings

    init() {}

    init(file: String, settings: PipelineSettings) {
        self.file = file
        self.settings = settings
    }

    private var asOf: String? { settings.asOf }

    /// Reads and checks the file.
    /// - Throws: `DiagnosticsError` with all that is wrong.
    func plan() throws(DiagnosticsError) -> PlannedPipeline {
        try PipelineLoader(file: file, settings: settings.set, date: settings.date).plan()
    }

    /// Says on standard error what is worth knowing about the file.
    func warn(of plan: PlannedPipeline) {
        for warning in plan.warnings { ErrorReporter.note(warning.rendered) }
    }

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
        options.asOf = asOf.flatMap(Timestamp.asOf)
        if let moment = options.asOf, let first = try StoreLocation(plan).open()?.ledger.firstObservation(),
            moment < first
        {
            throw DiagnosticsError(
                "--as-of \(asOf ?? "") is before the first observation, \(Timestamp.text(first))",
                hint: "name a later moment; nothing was seen before")
        }
        return options
    }
}

/// Reads pipeline files.
struct PipelineLoader {
    /// As the user named it.
    var file: String
    /// `key=value`, as given with -S.
    var settings: [String] = []
    /// `YYYY-MM-DD`; `nil` for today.
    var date: String?

    func plan() throws(DiagnosticsError) -> PlannedPipeline {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw DiagnosticsError(
                file: file,
                findings: [
                    .error(
                        "cannot read the pipeline file \(file)",
                        hint: "check the path; a pipeline file is YAML and begins with 'splitvote: 1'")
                ])
        }
        let overrides = settings.map { setting in
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (key: String(parts[0]), value: String(parts[1]))
        }
        let here = FileManager.default.currentDirectoryPath
        let folder = AbsolutePath.of(AbsolutePath.of(file, in: here) + "/..", in: here)
        return try PlannedPipeline.plan(
            document: PipelineDocument(Array(data), file: file), registry: .all, overrides: overrides,
            baseFolder: folder, runDate: date ?? Self.today)
    }

    /// The local calendar's date.
    private static var today: String {
        let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day], from: Date())
        return String(format: "%04d-%02d-%02d", parts.year ?? 1, parts.month ?? 1, parts.day ?? 1)
    }
}
