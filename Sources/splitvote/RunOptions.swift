internal import ArgumentParser
internal import DatasetHistory
internal import Diagnostics
private import Foundation
internal import PipelineAccess
internal import PipelineEngine
internal import PipelinePlan
internal import Presentation
internal import ProcessControl
internal import TextBasics

/// How to execute a run, from the command line.
struct RunOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Run this stage although nothing changed; may be repeated.", valueName: "stage"),
        completion: .stage)
    var force: [String] = []
    @Flag(help: "Run every selected stage although nothing changed.") var forceAll = false
    @Option(
        help: ArgumentHelp(
            "Rebuild what this ingest stage shows from the existing files and kept answers; may be repeated.",
            valueName: "stage"), completion: .stage)
    var refresh: [String] = []
    @Flag(
        name: [.customShort("k"), .long],
        help: "After a failure, continue with the stages that do not depend on it.")
    var keepGoing = false
    @Option(name: [.customShort("j"), .long], help: "Stages that may run at once.") var jobs = 1
    @Flag(help: "Read every input file again instead of trusting its size, modification time and inode.")
    var noCache = false
    @Option(
        help: ArgumentHelp(
            "How long to wait for another run on the same store, as in 10m.", valueName: "time"))
    var lockWait: String?
    @Option(
        help: ArgumentHelp(
            "Stop at a safe point after this long, as in 2h; run again to continue.", valueName: "time"))
    var timeLimit: String?
    @Flag(help: "Allow a new split if the salt of a split stage has changed.") var newSplit = false
    @Flag(help: "Use no network: sources replay what they have stored.") var offline = false
    @Flag(
        help:
            "Publish files of labels that are not promoted in place of those of the promoted set, not next to them."
    )
    var publish = false
    @Flag(help: "Print only warnings and errors.") var quiet = false
    @Option(help: "How to report progress on standard error: text or json.") var logFormat = LogFormat.text

    func validate() throws {
        guard jobs >= 1 else { throw ValidationError("-j is \(jobs); at least 1 stage must run") }
        for (flag, time) in [("--lock-wait", lockWait), ("--time-limit", timeLimit)] {
            guard let time, Quantity.seconds(time) == nil else { continue }
            throw ValidationError("\(flag) is '\(time)'; expected a time such as 30s, 10m or 2h")
        }
        ErrorReporter.format = logFormat
    }

    /// - Parameters:
    ///   - options: to be completed.
    ///   - changesNothing: whether the store is only looked at, and so stays of the version it is.
    func complete(
        _ options: inout EngineOptions, for plan: PlannedPipeline, changesNothing: Bool = false
    ) throws {
        options.forced = try StageNames.known(force, in: plan, flag: "--force")
        options.refreshed = try StageNames.known(refresh, in: plan, flag: "--refresh")
        options.forcesAll = forceAll
        options.keepsGoing = keepGoing
        options.jobs = jobs
        options.usesFileMemory = !noCache
        options.lockWaitSeconds = Double(lockWait.flatMap(Quantity.seconds) ?? 0)
        options.offline = offline
        options.publishesTrials = publish
        if !changesNothing { try Engine(plan, options: options, sink: NoEvents()).bringStoreUpToDate() }
        if !newSplit { try StoredDecisions.check(plan, options.selection) }
    }

    /// From now on a signal or the time limit stops the run.
    func installStops() { StopSignals.install(timeLimit: timeLimit.flatMap(Quantity.seconds)) }

    var sink: any EngineEventSink { logFormat.sink(isQuiet: quiet) }
}

/// A run from an existing label set.
struct LabelSetOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Start from this label set instead of the current one: an ID as shown by 'labels ls', or its beginning.",
            valueName: "id"), completion: .labelSet)
    var labelSet: String?

    /// Pins the label stage to the set, and whatever is before it to what it gave last.
    func pin(_ options: inout EngineOptions, in plan: PlannedPipeline) throws {
        guard let labelSet else { return }
        let store = try StoreLocation(plan).openExisting()
        defer { try? store.close() }
        try LabelSets(store, pipeline: plan.name).pin(labelSet, in: plan, &options)
    }
}

/// Which stages a command is about.
struct SelectionOptions: ParsableArguments {
    @Option(
        name: [.customShort("s"), .long],
        help: ArgumentHelp(
            "Only these: a name, a+ with all after it, +a with all before it.", valueName: "stages"),
        completion: .selector)
    var select: [String] = []
    @Option(
        help: ArgumentHelp("All except these, written in the same way.", valueName: "stages"),
        completion: .selector)
    var exclude: [String] = []
    @Option(help: ArgumentHelp("This stage and all after it.", valueName: "stage"), completion: .stage)
    var from: [String] = []
    @Option(help: ArgumentHelp("This stage and all before it.", valueName: "stage"), completion: .stage)
    var until: [String] = []

    /// - Returns: `nil` if nothing was chosen, which means all.
    func stages(of plan: PlannedPipeline) throws(DiagnosticsError) -> Set<String>? {
        if select.isEmpty, exclude.isEmpty, from.isEmpty, until.isEmpty { return nil }
        return try StageSelection(select: select, exclude: exclude, from: from, until: until).stages(of: plan)
    }
}
