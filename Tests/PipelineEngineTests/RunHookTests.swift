import PipelineEngine
import PipelinePlan
import RunStore
import StageKit
import Testing

struct RunHookTests {
    private static func report(_ outcome: EngineOutcome, _ stages: [RunReport.Stage]) -> RunReport {
        RunReport(
            run: "r1", outcome: outcome, exitStatus: outcome.exitStatus, stages: stages, seconds: 1)
    }

    private static let failed = report(
        .failed,
        [
            .init(stage: "a", kind: "k", verdict: .ran),
            .init(stage: "b", kind: "k", verdict: .failed, message: "no file"),
            .init(stage: "c", kind: "k", verdict: .skipped, message: "'b' failed"),
        ])

    private func messages(_ plan: PlannedPipeline, _ report: RunReport) async -> [String] {
        let log = EventLog()
        await RunHook(plan, report).perform(log)
        return log.events.map { event in
            switch event {
            case .log(let stage, let message, _): "\(stage): \(message)"
            case .pipelineWarning(let message): message
            default: "\(event)"
            }
        }
    }

    @Test func theStageThatFailedGivesTheValues() throws {
        let values = RunHook(try TestBench().pipeline, Self.failed).values
        #expect(
            values == [
                "run": "r1", "pipeline": "news", "date": "2025-11-21", "stage": "b", "exit": "1",
                "message": "no file",
            ])
    }

    @Test func aRunThatEndedWellNamesNoStage() throws {
        let report = Self.report(.done, [.init(stage: "a", kind: "k", verdict: .ran)])
        let values = RunHook(try TestBench().pipeline, report).values
        #expect(values["stage"] == "" && values["message"] == "" && values["exit"] == "0")
    }

    @Test func eachOutcomeHasItsOwnHook() async throws {
        var plan = try TestBench().pipeline
        plan.baseFolder = "/"
        plan.hooks = Hooks(
            success: ["echo", "well {run}"], failure: ["sh", "-c", "echo $SPLITVOTE_STAGE $0", "{exit}"])
        #expect(await messages(plan, Self.report(.done, [])) == ["success hook: well r1"])
        #expect(await messages(plan, Self.failed) == ["failure hook: b 1"])
        plan.hooks = Hooks(success: nil, failure: nil)
        #expect(await messages(plan, Self.failed) == [])
    }

    @Test func aHookThatFailsIsOnlyReported() async throws {
        var plan = try TestBench().pipeline
        plan.baseFolder = "/"
        plan.hooks = Hooks(failure: ["sh", "-c", "exit 3"])
        #expect(
            await messages(plan, Self.failed)
                == ["warning: the failure hook ended with status 3: sh -c exit 3"])
        plan.hooks = Hooks(failure: ["no-such-program-here"])
        let words = await messages(plan, Self.failed)
        #expect(words.count == 1)
        #expect(words.first?.hasPrefix("warning: the failure hook cannot be started: ") == true, "\(words)")
    }
}
