import PipelineEngine
import PipelinePlan
import Presentation
import RunStore
import StageKit
import Testing

struct EngineEventTests {
    private static let headlines = Headlines { $0 == "clean" ? ["comments", "kept"] : [] }

    static let lines: [(EngineEvent, String, isUrgent: Bool)] = [
        (
            .runStarted(run: "r1", pipeline: "news", date: "2025-11-21", stages: ["a", "b"]),
            "news: run r1 of 2025-11-21, 2 stages", false
        ),
        (
            .stageStarted(stage: "a", kind: "clean", reasons: [.forced, .neverRan]), "a: forced, never ran",
            false
        ),
        (.stageCached(stage: "a", kind: "clean", isRestored: false, figures: .null), "a: cached", false),
        (
            .stageCached(stage: "a", kind: "clean", isRestored: true, figures: .null),
            "a: restored an earlier result", false
        ),
        (
            .stageFinished(stage: "a", kind: "clean", figures: ["comments": 1200, "kept": 0], seconds: 250),
            "a: done in 4 min 10 s; comments 1,200", false
        ),
        (.stageFinished(stage: "a", kind: "other", figures: .null, seconds: 1), "a: done in 1.0 s", false),
        (
            .stageFailed(stage: "a", kind: "clean", message: "no", hint: "do", seconds: 1),
            "a: error: no\nhint: do", true
        ),
        (
            .stageInterrupted(stage: "a", seconds: 1), "a: stopped at a safe point; run again to continue",
            true
        ),
        (.stageSkipped(stage: "a", why: "not its day"), "a: skipped, not its day", false),
        (
            .checkFailed(stage: "a", message: "rows is 3", isError: true, keptIn: "x/y"),
            "a: check failed: rows is 3; its files are kept in x/y and were not published", true
        ),
        (
            .checkFailed(stage: "a", message: "rows is 3", isError: false, keptIn: nil),
            "a: warning: rows is 3", true
        ),
        (.published(stage: "a", path: "out/a.tsv"), "a: wrote out/a.tsv", false),
        (.log(stage: "a", message: "m", metadata: ["z": "1", "b": "2"]), "a: m (b 2, z 1)", false),
        (.log(stage: "a", message: "m", metadata: [:]), "a: m", false),
        (.warning(stage: "a", message: "w"), "a: warning: w", true),
        (.pipelineWarning("warning: w"), "warning: w", true),
    ]

    @Test(arguments: lines)
    func eachEventIsReported(event: EngineEvent, text: String, isUrgent: Bool) {
        #expect(event.line(Self.headlines) == EventLine(text: text, isUrgent: isUrgent))
    }

    @Test func progressIsShownButNotLogged() {
        #expect(
            EngineEvent.progress(stage: "a", done: 1, total: 2, unit: "rows", note: "")
                .line(Self.headlines) == nil)
    }

    private static func report(_ outcome: EngineOutcome, _ verdicts: StageVerdict...) -> RunReport {
        RunReport(
            run: "r1", outcome: outcome, exitStatus: outcome.exitStatus,
            stages: verdicts.enumerated().map { .init(stage: "s\($0)", kind: "clean", verdict: $1) },
            seconds: 12)
    }

    static let summaries: [(RunReport, String)] = [
        (report(.done, .cached, .restored), "nothing to do: 0 stages ran, 2 cached, in 12 s"),
        (report(.done, .ran, .cached, .skipped), "done: 1 stage ran, 1 cached, in 12 s"),
        (report(.failed, .ran, .failed), "failed: 1 stage ran, 0 cached, in 12 s"),
        (report(.rejected, .rejected), "a check failed: 0 stages ran, 0 cached, in 12 s"),
        (report(.sourceIncomplete, .failed), "a source is incomplete: 0 stages ran, 0 cached, in 12 s"),
        (report(.interrupted, .ran), "stopped; run again to continue: 1 stage ran, 0 cached, in 12 s"),
    ]

    @Test(arguments: summaries)
    func aRunsLastLineSaysHowItEnded(report: RunReport, text: String) {
        #expect(EngineEvent.runFinished(report).line(Self.headlines) == EventLine(text: text))
        #expect(EngineEvent.runFinished(report).json["exit_status"]?.intValue == Int(report.exitStatus))
    }

    @Test func aStageIsOverWhenItFinishedFailedOrStopped() {
        #expect(
            Self.lines.filter { $0.0.endedStage == "a" }.map { $0.1.prefix(8) }
                == ["a: done ", "a: done ", "a: error", "a: stopp"])
    }

    @Test func eachEventHasItsNameInJSON() {
        #expect(
            Set(Self.lines.compactMap { $0.0.json["event"]?.stringValue }) == [
                "run_started", "stage_started", "stage_cached", "stage_finished", "stage_failed",
                "stage_interrupted", "stage_skipped", "check_failed", "published", "log", "warning",
            ])
        #expect(
            EngineEvent.progress(stage: "a", done: 1, total: nil, unit: "rows", note: "n").json
                == [
                    "event": "progress", "stage": "a", "done": 1, "total": .null, "unit": "rows", "note": "n",
                ])
        #expect(
            EngineEvent.runFinished(Self.report(.failed, .ran, .failed)).json["verdicts"]
                == ["s0": "ran", "s1": "failed"])
    }
}
