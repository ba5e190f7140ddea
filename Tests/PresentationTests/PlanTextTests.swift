import PipelineEngine
import PipelinePlan
import Presentation
import StageKit
import Testing

struct PlanTextTests {
    private static let plan = PlannedPipeline(
        file: "news.yaml", baseFolder: "/", name: "news",
        store: StoreSettings(state: "/s.sqlite", artifacts: "/a"), runDate: "2025-11-21", stages: [])

    private static let cached = StagePlan(stage: "comments", kind: "ingest.files", verdict: .cached)

    @Test func whereNothingWouldRunThereIsNothingToDo() {
        #expect(PlanText.lines([Self.cached]) == ["comments  cached", "nothing to do"])
        #expect(PlanText.lines([]) == ["nothing to do"])
    }

    @Test func stagesStandBelowEachOtherWithTheirReasons() {
        let stages = [
            Self.cached, StagePlan(stage: "a", kind: "clean", verdict: .run, reasons: [.forced, .neverRan]),
            StagePlan(stage: "b", kind: "label", verdict: .blocked, message: "no file", hint: "add one"),
            StagePlan(
                stage: "c", kind: "export", verdict: .cached,
                unpublished: [UnpublishedFile(path: "out/a.tsv", reason: "is missing")]),
        ]
        #expect(
            PlanText.lines(stages) == [
                "comments  cached", "a         run  forced, never ran", "b         blocked  no file",
                "hint: add one", "c         cached", "  would write out/a.tsv, which is missing",
                "1 of 4 stages would run, 1 cannot, 1 file would be written again",
            ])
    }

    @Test func pendingIsWhatWouldRunOrCannotOrWritesAFile() {
        func isPending(_ verdict: StagePlan.Verdict, files: Int = 0) -> Bool {
            PlanText.isPending(
                StagePlan(
                    stage: "a", kind: "k", verdict: verdict,
                    unpublished: (0..<files).map { UnpublishedFile(path: "\($0)", reason: "differs") }))
        }
        #expect(isPending(.run) && isPending(.blocked) && isPending(.cached, files: 1))
        #expect(!isPending(.cached) && !isPending(.restored) && !isPending(.skip))
        #expect(PlanText.json([Self.cached], Self.plan)["pending"] == false)
    }

    static let reasons: [(RunReason, JSONValue)] = [
        (.neverRan, ["code": "never_ran", "text": "never ran"]),
        (
            .parameterChanged(name: "n", old: nil, new: 3),
            [
                "code": "parameter_changed", "text": "parameter `n` (none) → 3", "name": "n", "old": .null,
                "new": 3,
            ]
        ),
        (
            .inputChanged(port: "in", stage: "a"),
            ["code": "input_changed", "text": "input `a` changed", "port": "in", "stage": "a"]
        ),
        (
            .revisionChanged(old: 1, new: 2),
            ["code": "revision_changed", "text": "stage revision 1 → 2", "old": 1, "new": 2]
        ),
        (
            .outputMissing(path: "x"),
            ["code": "output_missing", "text": "output `x` is missing", "path": "x"]
        ),
    ]

    @Test(arguments: reasons)
    func aReasonHasACodeAndWhatItIsAbout(reason: RunReason, json: JSONValue) {
        #expect(reason.json == json)
    }
}
