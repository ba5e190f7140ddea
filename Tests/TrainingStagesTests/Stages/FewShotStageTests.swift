import Foundation
import StageKit
import StageKitTesting
import Testing
import TrainingStages

/// Methods that learn from a few rows of each class.
struct FewShotStageTests {
    private let task: SmallTask

    init() throws {
        task = try SmallTask()
    }

    private func learn(
        on shards: [InputArtifact], features: [InputArtifact] = [], _ parameters: JSONValue
    ) async throws -> StageOutcome {
        try await task.bench.run(
            FewShotStage.self, parameters, from: ["data": shards, "features": features])
    }

    private func results(_ outcome: StageOutcome) throws -> [JSONValue] {
        try #require(outcome.figures["results"]?.arrayValue)
    }

    /// One word tells the classes apart: TF-IDF needs one row of each, the most frequent class never learns it.
    @Test func aRowOfEachClassIsEnoughForAWord() async throws {
        let outcome = try await learn(
            on: try await task.shards(), ["per_class": [1, 4], "seeds": 3, "split": ["test", "dev"]])
        let lines = try results(outcome)
        #expect(
            lines.map { $0["method"]?.stringValue } == [
                "majority", "majority", "majority", "majority", "tfidf", "tfidf", "tfidf", "tfidf",
            ])
        #expect(lines.map { $0["per_class"]?.intValue } == [1, 1, 4, 4, 1, 1, 4, 4])
        #expect(lines.map { $0["train_rows"]?.intValue } == [2, 2, 8, 8, 2, 2, 8, 8])
        #expect(lines.prefix(2).map { $0["split"]?.stringValue } == ["test", "dev"])
        for line in lines.suffix(4) {
            #expect(line["macro_f1"]?["runs"]?.arrayValue?.map(\.doubleValue) == [1, 1, 1])
            #expect(line["macro_f1"]?["mean"]?.doubleValue == 1)
            #expect(line["macro_f1"]?["deviation"]?.doubleValue == 0)
        }
        for line in lines.prefix(4) { #expect(line["macro_f1"]?["mean"]?.doubleValue ?? 1 < 0.5) }
        #expect(outcome.figures["best"] == "tfidf" && outcome.figures["best_score"]?.doubleValue == 1)
        #expect(outcome.figures["short_classes"] == 0 && outcome.warnings.isEmpty)
        let table = try outcome.text("table/few-shot.tsv").split(separator: "\n")
        #expect(table.count == 1 + 8 * 5)
        let markdown = try outcome.text("table/few-shot.md")
        #expect(markdown.contains("| tfidf | **1.000 ± 0.000** | **1.000 ± 0.000** |"))
    }

    /// A draw of four has the row of the draw of one in it, and other seeds draw other rows.
    @Test func drawsAreNestedAndRepeatable() async throws {
        let shards = try await task.shards()
        func drawn(_ perClass: JSONValue) async throws -> [[String]] {
            try await learn(on: shards, ["per_class": perClass, "seeds": 4, "methods": "majority"])
                .text("table/drawn.tsv").split(separator: "\n").dropFirst()
                .map { $0.split(separator: "\t").map(String.init) }
        }
        let four = try await drawn([1, 4])
        #expect(four.count == 4 * 2 * 4)
        #expect(try await drawn([1]) == four.filter { $0[2] == "1" })
        #expect(try await drawn([4]) == four)
        let firsts = Set(four.filter { $0[2] == "1" }.map { $0[3] })
        #expect(firsts.count > 2)
        for seed in 1...4 {
            let ids = four.filter { $0[0] == "\(seed)" }.map { $0[3] }
            #expect(Set(ids).count == ids.count)
        }
    }

    @Test func frozenFeaturesAreReadFromTheirStage() async throws {
        let shards = try await task.shards()
        let features = try await task.bench.run(
            FeaturesStage.self, ["init_weights": "random", "pooling": "mean"], from: ["data": shards],
            files: ["init": ["small"]])["features"]
        let outcome = try await learn(
            on: shards, features: features, ["per_class": [1, 16], "methods": ["features"], "C": 100])
        let lines = try results(outcome)
        #expect(lines.count == 2)
        #expect(lines[1]["macro_f1"]?["mean"]?.doubleValue == 1)
        #expect(lines[1]["macro_f1"]?["runs"]?.arrayValue?.count == 10)
    }

    @Test func aClassWithTooFewRowsIsTold() async throws {
        let outcome = try await learn(
            on: try await task.shards(), ["per_class": [1, 1000], "seeds": 2, "methods": ["majority"]])
        #expect(outcome.figures["short_classes"] == 2 && outcome.warnings.count == 2)
        #expect(outcome.warnings.allSatisfy { $0.contains("fewer than the 1000 of 'per_class'") })
        // All rows of the train side: the same in both draws.
        let last = try #require(try results(outcome).last)
        #expect(last["macro_f1"]?["deviation"]?.doubleValue == 0)
    }

    @Test func mistakesAreNamed() async throws {
        #expect(FewShotStage.complaints(about: ["per_class": [4, 1]]).count == 1)
        #expect(FewShotStage.complaints(about: ["per_class": [1.5]]).count == 1)
        #expect(FewShotStage.complaints(about: ["split": ["train"]]).count == 1)
        #expect(FewShotStage.complaints(about: ["methods": ["bert"]]).count == 1)
        let shards = try await task.shards()
        let error = await #expect(throws: StageError.self) {
            try await learn(on: shards, ["methods": ["features"]])
        }
        #expect(error?.message.contains("no features are connected") == true)
    }

    @Test func theReportSaysWhichMethodIsBest() async throws {
        let outcome = try await learn(on: try await task.shards(), ["per_class": [2], "seeds": 2])
        let report = try #require(FewShotStage.kind.report)
        let stages = [StageSummary(stage: "few", kind: "few_shot", figures: outcome.figures)]
        let view = ReportView(stages: stages, own: stages)
        #expect(try #require(report.sections.first?.section(view)).title == "A few labels")
        #expect(
            report.sentence?(view)
                == "With 2 rows of each class tfidf does best on test: macro F1 1.000 ± 0.000 over 2 draws.")
    }
}
