internal import ArgumentParser
internal import Diagnostics
internal import PipelineAccess
internal import PipelineEngine
internal import Presentation
internal import ProcessControl
internal import TextBasics

/// `splitvote plan`: what a run would do, and why.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        of: "plan",
        abstract: "Show what would run and why. Changes nothing and waits for no other run.")

    @OptionGroup var pipeline: PipelineOptions

    @OptionGroup var selection: SelectionOptions

    @Option(
        help: ArgumentHelp("As if this stage were forced; may be repeated.", valueName: "stage"),
        completion: .stage)
    var force: [String] = []

    @Flag(help: "As if every selected stage were forced.") var forceAll = false

    @Flag(help: "As JSON.") var json = false

    @Flag(help: "Exit with 10 if something would run, or a published file would be written again.")
    var exitCode = false

    func run() async throws {
        let plan = try pipeline.plan()
        pipeline.warn(of: plan)
        var options = try pipeline.engineOptions(plan)
        options.selection = try selection.stages(of: plan)
        options.forced = try StageNames.known(force, in: plan, flag: "--force")
        options.forcesAll = forceAll
        let engine = Engine(plan, options: options, sink: NoEvents())
        let stages = try await engine.plan()
        print(asJSON: json, PlanText.json(stages, plan), lines: PlanText.lines(stages))
        // The exit status says that work is pending, if that was asked.
        let upToDate = Set(stages.filter { !PlanText.isPending($0) }.map(\.stage))
        try Findings.check(engine, isFatal: !exitCode, upToDate: upToDate, note: ErrorReporter.note)
        if exitCode, stages.contains(where: PlanText.isPending) {
            throw ExitStatus.workPending
        }
    }
}
