import Presentation
import RunStore
import StageKit
import StoreFile
import Testing

struct RunTextTests {
    private static func run(
        _ outcome: RunOutcome, overrides: JSONValue = .object([:]), asOf: Int64? = nil,
        finished: String? = "2025-11-21T07:20:54.000Z"
    ) -> RunSummary {
        RunSummary(
            run: RunRecord(
                id: "r1", pipeline: "news", file: "news.yaml", date: "2025-11-21", asOf: asOf,
                overrides: overrides, host: "here", pid: 7),
            outcome: outcome, exitStatus: outcome == .running ? nil : 0,
            startedAt: "2025-11-21T07:16:44.000Z", finishedAt: finished)
    }

    private static func holder(_ run: String) -> LockHolder {
        LockHolder(run: run, pid: 7, host: "here", since: "2025-11-21T07:16:44.000Z")
    }

    @Test func aRunThatHoldsNoLockAndHasNotEndedWasKilled() {
        #expect(RunText.outcome(Self.run(.running), Self.holder("r1")) == "running")
        #expect(RunText.outcome(Self.run(.running), Self.holder("r2")) == "killed")
        #expect(RunText.outcome(Self.run(.running), nil) == "killed")
        #expect(RunText.outcome(Self.run(.done), nil) == "done")
    }

    @Test func aRunTookTheTimeUntilItsEnd() {
        #expect(RunText.duration(Self.run(.done)) == "4 min 10 s")
        #expect(RunText.duration(Self.run(.running, finished: nil)) == "")
    }

    @Test func aRunIsShownWithItsStagesAndTheirWarnings() {
        let stages = [
            StageState(
                run: "r1", stage: "clean", kind: "clean", verdict: .ran, reason: "never ran",
                figures: ["comments": 1200], warnings: [StageWarning(.stage, "a few are odd")],
                startedAt: "2025-11-21T07:16:44.000Z", finishedAt: "2025-11-21T07:16:45.500Z"),
            StageState(
                run: "r1", stage: "labels", kind: "label", verdict: .failed, reason: "forced", message: "no",
                startedAt: "2025-11-21T07:16:44.000Z", finishedAt: "2025-11-21T07:16:44.000Z"),
        ]
        #expect(
            RunText.lines(
                Self.run(.failed, overrides: ["a": 1], asOf: 0), stages, nil, Headlines { _ in ["comments"] })
                == [
                    "run        r1 of news, date 2025-11-21",
                    "outcome    failed, exit status 0, took 4 min 10 s",
                    "began      2025-11-21T07:16:44.000Z on here, process 7", "file       news.yaml",
                    "as of      1970-01-01T00:00:00Z", #"-S         {"a":1}"#,
                    "  clean   ran     1.5 s    never ran; comments 1,200", "  labels  failed           no",
                    "warnings", "  clean: a few are odd",
                ])
    }

    @Test func anotherStoreHasNoSuchRunInJSON() {
        let json = RunText.json(Self.run(.done), [])
        #expect(json["format"] == "splitvote-run" && json["stages"] == [] && json["as_of"] == .null)
    }
}
