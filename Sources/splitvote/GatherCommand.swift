internal import ArgumentParser
internal import PipelineAccess
internal import PipelineEngine
internal import Presentation
internal import ProcessControl

/// `splitvote gather`: one worker of many.
struct GatherCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        of: "gather",
        abstract: "Read a share of a source into the batches of a spool, which 'splitvote run' takes in.")

    @OptionGroup var pipeline: PipelineOptions

    @Option(help: "The stage; needed where several have a spool.", completion: .stage) var stage: String?

    @Option(help: ArgumentHelp("This worker's share, as in 2/5; all by default.", valueName: "k/n"))
    var share: String?

    @Option(help: "A folder in place of the stage's spool.", completion: .directory) var spool: String?

    @Option(
        help: "A folder for what the worker has to remember; by default next to the store.",
        completion: .directory)
    var memory: String?

    @Option(help: "How to report progress on standard error: text or json.") var logFormat = LogFormat.text

    func run() async throws {
        if pipeline.moment != nil { throw ValidationError("gather reads what is there now, without --as-of") }
        ErrorReporter.format = logFormat
        let work = try GatherPlan(
            pipeline.plan(), stage: stage, share: share, spool: spool, memory: memory)
        var options = try pipeline.engineOptions(work.plan)
        options.selection = [work.stage]
        options.gathering = work.gathering
        options.isStopRequested = { StopSignals.isStopRequested }
        options.interruptedStatus = { StopSignals.exitStatus }
        StopSignals.install(timeLimit: nil)
        let report = try await Engine(work.plan, options: options, sink: logFormat.sink()).run()
        if report.exitStatus != 0 { throw ExitStatus(rawValue: report.exitStatus) ?? .bug }
    }
}
