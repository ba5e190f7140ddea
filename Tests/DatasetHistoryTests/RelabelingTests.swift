import DatasetHistory
import Diagnostics
import PipelinePlan
import StageKit
import Testing

/// A stage that is never run.
private struct IdleStage: Stage {
    static let kind = StageKind("idle", revision: 1, summary: "For tests.", outputs: [])

    init() {}
    init(parameters: inout ParameterReader) throws(DiagnosticsError) {}
    func run(in context: StageContext) async throws -> StageResult { StageResult(outputs: []) }
}

struct RelabelingTests {
    private static let rule: JSONValue = [
        "min_votes": 10, "controversial": [0.4, 0.6], "uncontroversial": ["at_most": 0.2, "at_least": 0.8],
    ]

    private static func plan(
        _ stages: [(name: String, kind: String, after: [String])], rule: JSONValue = rule
    ) -> PlannedPipeline {
        PlannedPipeline(
            file: "news.yaml", baseFolder: "/", name: "news",
            store: StoreSettings(state: "/s.sqlite", artifacts: "/a"), runDate: "2025-11-21",
            stages: stages.map { stage in
                PlannedStage(
                    name: stage.name,
                    kind: StageKind(
                        stage.kind, revision: 1, summary: "For tests.", outputs: [],
                        followsLabels: Self.following.contains(stage.kind)),
                    stage: IdleStage(), parameters: stage.kind == "label" ? rule : .null,
                    dependencies: stage.after)
            })
    }

    private static let following: Set<String> = ["label", "split", "export", "shards"]

    private static let stages: [(name: String, kind: String, after: [String])] = [
        ("comments", "ingest.files", []), ("clean", "clean", ["comments"]),
        ("words", "vocabulary", ["clean"]),
        ("labels", "label", ["clean"]), ("count", "command", ["labels"]), ("split", "split", ["count"]),
        ("tsv", "export", ["split"]), ("shards", "shards", ["split", "words"]),
        ("model", "train", ["shards"]),
        ("report", "report", ["labels"]),
    ]

    @Test func whatIsMadeOfLabelsRunsAndWhatIsBetween() throws {
        let relabeling = try Relabeling(Self.plan(Self.stages))
        #expect(relabeling.label == "labels")
        #expect(relabeling.selected == ["labels", "count", "split", "tsv", "shards"])
        #expect(relabeling.pinned == ["comments", "clean", "words"])
    }

    @Test func withoutALabelStageThereIsNothingToDo() {
        let error = #expect(throws: DiagnosticsError.self) { try Relabeling(Self.plan([Self.stages[0]])) }
        #expect(error?.findings.map(\.message) == ["news.yaml has no stage of kind 'label'"])
    }

    @Test func aStageBeforeTheLabelsMustHaveAResult() throws {
        let relabeling = try Relabeling(Self.plan(Self.stages))
        try relabeling.requireResults { _ in true }
        let error = #expect(throws: DiagnosticsError.self) {
            try relabeling.requireResults { $0 != "words" }
        }
        #expect(error?.findings.map(\.message) == ["'shards' needs 'words', which has no result yet"])
    }

    @Test func bothClassesMustHaveComments() throws {
        let relabeling = try Relabeling(Self.plan(Self.stages))
        try relabeling.requireBothClasses(ups: [5, 10], downs: [5, 0])
        for (ups, downs, name) in [
            ([5, 5], [5, 6], "uncontroversial"), ([10, 4], [0, 5], "controversial"),
        ]
            as [([Int32], [Int32], String)]
        {
            let error = #expect(throws: DiagnosticsError.self) {
                try relabeling.requireBothClasses(ups: ups, downs: downs)
            }
            #expect(
                error?.findings.first?.message.hasPrefix("with this rule none of 2 comments is \(name): ")
                    == true, "\(String(describing: error))")
        }
    }

    /// What the votes alone do not decide is left to the stage.
    @Test(arguments: ["settle", "prior"])
    func aRuleThatNeedsMoreThanVotesIsNotForeseen(key: String) throws {
        let value: JSONValue = key == "prior" ? ["per": "source"] : "24h"
        let relabeling = try Relabeling(Self.plan(Self.stages, rule: Self.rule.adding(key, value)))
        try relabeling.requireBothClasses(ups: [1], downs: [0])
    }
}
