internal import ArgumentParser
internal import PipelineEngine
internal import PipelinePlan
internal import StageKit
internal import TextBasics

/// `splitvote plan`: what a run would do, and why.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what would run and why. Changes nothing and waits for nobody.")

    @OptionGroup var pipeline: PipelineOptions

    @OptionGroup var selection: SelectionOptions

    @Option(help: ArgumentHelp("As if this stage were forced; may be repeated.", valueName: "stage"))
    var force: [String] = []

    @Flag(help: "As if every selected stage were forced.")
    var forceAll = false

    @Flag(help: "As JSON.")
    var json = false

    @Flag(help: "Exit with 10 when something would run, or a published file would be written again.")
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
        if json {
            print(PlanText.json(stages, plan).prettyText, terminator: "")
        } else {
            PlanText.write(stages)
        }
        // Whoever asks whether work is pending is told that it is.
        try Findings.check(engine, isFatal: !exitCode)
        if exitCode, stages.contains(where: PlanText.isPending) {
            throw ExitStatus.workPending
        }
    }
}

/// A plan in words and as JSON.
enum PlanText {
    static func isPending(_ stage: StagePlan) -> Bool {
        [.run, .blocked].contains(stage.verdict) || !stage.unpublished.isEmpty
    }

    static func write(_ stages: [StagePlan]) {
        let width = stages.map(\.stage.count).max() ?? 0
        for stage in stages {
            let name = stage.stage.padding(toLength: width, withPad: " ", startingAt: 0)
            let why = stage.message ?? stage.reasons.map(\.text).joined(separator: ", ")
            print("\(name)  \(stage.verdict.rawValue)\(why.isEmpty ? "" : "  \(why)")")
            for file in stage.unpublished { print("  would write \(file.path), which \(file.reason)") }
            if let hint = stage.hint { print("hint: \(hint)") }
        }
        print(summary(of: stages))
    }

    private static func summary(of stages: [StagePlan]) -> String {
        let count = stages.count { $0.verdict == .run }
        let blocked = stages.count { $0.verdict == .blocked }
        let files = stages.reduce(0) { $0 + $1.unpublished.count }
        if count == 0, blocked == 0, files == 0 { return "nothing to do" }
        let total = Counts.text(stages.count, "stage")
        return "\(count) of \(total) would run" + (blocked == 0 ? "" : ", \(blocked) cannot")
            + (files == 0 ? "" : ", \(Counts.text(files, "file")) would be written again")
    }

    static func json(_ stages: [StagePlan], _ plan: PlannedPipeline) -> JSONValue {
        [
            "format": "splitvote-plan", "version": 1, "pipeline": .string(plan.name),
            "file": .string(plan.file),
            "date": .string(plan.runDate),
            "pending": .bool(stages.contains(where: isPending)),
            "stages": .array(
                stages.map { stage in
                    [
                        "stage": .string(stage.stage), "kind": .string(stage.kind),
                        "verdict": .string(stage.verdict.rawValue),
                        "reasons": .array(stage.reasons.map(\.json)),
                        "message": stage.message.map(JSONValue.string) ?? .null,
                        "hint": stage.hint.map(JSONValue.string) ?? .null, "figures": stage.figures,
                        "unpublished": .array(
                            stage.unpublished.map {
                                ["path": .string($0.path), "reason": .string($0.reason)]
                            }),
                    ]
                }),
        ]
    }
}
