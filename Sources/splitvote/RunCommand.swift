internal import ArgumentParser
internal import DatasetHistory
private import Foundation
internal import PipelineAccess
internal import PipelineEngine
internal import PipelinePlan
internal import PredictionStages
internal import Presentation
internal import ProcessControl
internal import StageKit
internal import TrainingStages
internal import WebFetching

/// `splitvote run`: does what is not done yet.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        of: "run",
        abstract: "Run a pipeline: what is done and unchanged is kept, a killed run resumes where it stopped."
    )

    @OptionGroup var pipeline: PipelineOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var running: RunOptions
    @Flag(name: [.customShort("n"), .long], help: "Show what would run and why, and stop there.")
    var dryRun = false

    func run() async throws {
        let plan = try pipeline.plan()
        var options = try pipeline.engineOptions(plan)
        options.selection = try selection.stages(of: plan)
        let computing = (TrainingStages.all + PredictionStages.all).map { $0.kind.name }
        if StageNames.hasAny(of: computing, in: plan, among: options.selection) {
            WorkerThreads.settle(ProcessInfo.processInfo.environment)
        }
        try running.complete(&options, for: plan, changesNothing: dryRun)
        if dryRun {
            pipeline.warn(of: plan)
            let engine = Engine(plan, options: options, sink: NoEvents())
            print(lines: PlanText.lines(try await engine.plan()))
            return try Findings.check(engine, note: ErrorReporter.note)
        }
        try await PipelineRun(plan, options, running).perform()
    }
}

/// A run as a command performs it: stopped by signals, reported as text or JSON, followed by its hooks.
struct PipelineRun {
    private let plan: PlannedPipeline
    private let options: EngineOptions
    private let sink: any EngineEventSink

    private let running: RunOptions

    init(_ plan: PlannedPipeline, _ options: EngineOptions, _ running: RunOptions) {
        self.plan = plan
        sink = running.sink
        self.running = running
        var options = options
        options.isStopRequested = { StopSignals.isStopRequested }
        options.interruptedStatus = { StopSignals.exitStatus }
        self.options = options
    }

    /// - Throws: `ExitStatus` where the run did not end well.
    @discardableResult
    func perform() async throws -> RunReport {
        running.installStops()
        if running.newSplit { try StoredDecisions.giveUp(plan, options) }
        let report = try await HookedRun(plan, options, sink: sink, post: JSONPost.send).perform()
        if report.exitStatus != 0 { throw ExitStatus(rawValue: report.exitStatus) ?? .bug }
        return report
    }
}
