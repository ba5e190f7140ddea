import DatasetStages
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
        on shards: [InputArtifact], features: [InputArtifact] = [], init start: [InputArtifact] = [],
        folder: String? = nil, _ parameters: JSONValue, as name: String? = nil,
        stopAfter checkpoints: Int = .max
    ) async throws -> StageOutcome {
        try await task.bench.run(
            FewShotStage.self, parameters, from: ["data": shards, "features": features, "init": start],
            files: folder.map { ["init": [$0]] } ?? [:], as: name, stopAfter: checkpoints)
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

    private static let steps: JSONValue = [
        "seeds": 2, "steps": 60, "batch_size": 8, "learning_rate": 0.01,
    ]

    private static func cloze(_ pattern: String = "{text} {mask}", good: JSONValue = "good") -> JSONValue {
        steps.adding("methods", ["cloze"]).adding("pattern", .string(pattern))
            .adding("verbalizers", ["controversial": "bad", "uncontroversial": good])
    }

    @Test func fineTuningLearnsADrawTheSameEachTime() async throws {
        let shards = try await task.shards()
        let parameters = Self.steps.adding("methods", ["majority", "fine_tune"]).adding("per_class", [1, 8])
        let outcome = try await learn(on: shards, folder: "small", parameters)
        let lines = try results(outcome).filter { $0["method"] == "fine_tune" }
        #expect(lines.map { $0["train_rows"]?.intValue } == [2, 16])
        #expect(lines[1]["macro_f1"]?["runs"]?.arrayValue?.map(\.doubleValue) == [1, 1])
        #expect(outcome.figures["best"] == "fine_tune")
        #expect(outcome.warnings.contains { $0.contains("has no weights") })
        let again = try await learn(on: shards, folder: "small", parameters, as: "again")
        #expect(try again.contents() == outcome.contents())
    }

    @Test func aRunThatWasStoppedEndsAsOneThatWasNot() async throws {
        let shards = try await task.shards()
        let parameters = Self.steps.adding("methods", ["fine_tune"]).adding("per_class", [1, 8])
        let undisturbed = try await learn(on: shards, folder: "small", parameters, as: "undisturbed")
        await #expect(throws: StageInterrupted.self) {
            try await learn(on: shards, folder: "small", parameters, stopAfter: 150)
        }
        let resumed = try await learn(on: shards, folder: "small", parameters)
        #expect(resumed.progress.metadata(of: "continuing with fits that are done")?["fits"] == "2")
        #expect(try resumed.contents() == undisturbed.contents())
    }

    /// A small encoder that has read the texts.
    private func pretrained(_ tokenizer: String = "tokenizer") async throws -> [InputArtifact] {
        let texts = try task.bench.comments(
            (0..<40).map {
                TestComment($0 % 2 == 0 ? "bad news" : "good news", up: 0, down: 0, key: "p\($0)")
            })
        let clean = try await task.bench.run(CleanStage.self, from: ["comments": texts])
        return try await task.bench.run(
            PretrainStage.self,
            ["epochs": 2, "batch_size": 8, "max_tokens": 8, "seed": 1, "precision": "fp32", "sides": "all"],
            from: ["texts": clean["texts"]], files: ["init": ["small"], "tokenizer": [tokenizer]])["model"]
    }

    @Test func aClozeAnswersWithoutLabelsAndLearnsFromFew() async throws {
        let shards = try await task.shards()
        let start = try await pretrained()
        let outcome = try await learn(
            on: shards, init: start,
            Self.cloze().adding("methods", ["tfidf", "cloze"]).adding("per_class", [0, 8]))
        let lines = try results(outcome)
        #expect(lines.map { $0["method"]?.stringValue } == ["tfidf", "cloze", "cloze"])
        #expect(lines.map { $0["per_class"]?.intValue } == [8, 0, 8])
        #expect(lines[1]["macro_f1"]?["runs"]?.arrayValue?.count == 1)
        #expect(lines[1]["train_rows"] == 0)
        #expect(lines[2]["macro_f1"]?["runs"]?.arrayValue?.map(\.doubleValue) == [1, 1])
        #expect(outcome.figures["cut_rows"] == 0)
        let markdown = try outcome.text("table/few-shot.md")
        #expect(markdown.contains("| Method | no labels | 8 per class |"))
        #expect(markdown.contains("| tfidf | – | "))
        #expect(markdown.contains("Without labels there is nothing to draw"))
    }

    /// Which end is lost ``ClozeFrameTests`` show.
    @Test func textsThatAreCutForThePatternAreCounted() async throws {
        let start = try await pretrained()
        let shards = try await task.shards()
        let words = { (count: Int) in String(repeating: " news", count: count) }
        let whole = try await learn(
            on: shards, init: start, Self.cloze("{text}\(words(11)) {mask}").adding("per_class", [8]))
        #expect(whole.figures["cut_rows"] == 0)
        let cut = try await learn(
            on: shards, init: start, Self.cloze("{text}\(words(12)) {mask}").adding("per_class", [8]))
        #expect((cut.figures["cut_rows"]?.intValue ?? 0) > 80)
        // The one token that is left is the first, which says the class.
        let longer = try await learn(
            on: shards, init: start,
            Self.cloze("{text}\(words(12)) {mask}").adding("per_class", [8]).adding("steps", 400),
            as: "longer")
        #expect(try results(longer)[0]["macro_f1"]?["runs"]?.arrayValue?.map(\.doubleValue) == [1, 1])
        #expect(try cut.text("table/few-shot.md").contains("text cut so that the pattern stays whole"))
        let error = await #expect(throws: StageError.self) {
            try await learn(on: shards, init: start, Self.cloze("{text}\(words(13)) {mask}"))
        }
        #expect(error?.message.contains("no token of a text would be left") == true)
    }

    @Test func wordsThatAreNotOnePieceAreRefused() async throws {
        try task.bench.folder.write(
            "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ngood\nbad\nnews\n##s\n##good\n", to: "plural/vocab.txt")
        let shards = try await task.shards(tokenizer: "plural")
        let start = try await pretrained("plural")
        func message(_ pattern: String = "{text} {mask}", good: JSONValue) async -> String? {
            let error = await #expect(throws: StageError.self) {
                try await learn(on: shards, init: start, Self.cloze(pattern, good: good))
            }
            return error?.message
        }
        #expect(
            await message(good: "goods")
                == "'goods' of class 'uncontroversial' is not one piece where it stands in the pattern, but 2 pieces: good, ##s"
        )
        #expect(
            await message(good: "nice")
                == "'nice' of class 'uncontroversial' is unknown to the tokenizer: it gives [UNK]")
        #expect(
            await message(good: ["good", "bad"])
                == "'bad' of class 'controversial' is the same piece as a word of class 'uncontroversial': bad"
        )
        // Behind a text without a space it is the piece that continues a word.
        #expect(
            await message("{text}{mask}", good: "good")
                == "'bad' of class 'controversial' follows the text without a space, and the tokenizer has no piece '##bad'"
        )
    }

    @Test func aFolderWithoutAHeadForMaskedWordsIsRefused() async throws {
        let shards = try await task.shards()
        let bare = await #expect(throws: StageError.self) {
            try await learn(on: shards, folder: "small", Self.cloze())
        }
        #expect(bare?.message.contains("has no weights that could name masked words") == true)
        let classifier = try await task.model(on: shards)
        let headless = await #expect(throws: StageError.self) {
            try await learn(on: shards, init: classifier, Self.cloze())
        }
        #expect(headless?.message.contains("has no head that names masked words") == true)
        let counted = try await learn(
            on: shards, init: classifier,
            Self.steps.adding("methods", ["fine_tune"]).adding("per_class", [1]))
        #expect(counted.warnings.contains { $0.contains("labels that are not counted here") })
    }

    @Test func mistakesInAClozeAreNamed() throws {
        func complaint(_ parameters: JSONValue) -> String {
            FewShotStage.complaints(about: parameters).joined(separator: "\n")
        }
        #expect(complaint(["methods": ["cloze"]]).contains("cloze needs a 'pattern'"))
        #expect(complaint(["methods": ["cloze"]]).contains("cloze needs 'verbalizers'"))
        #expect(
            complaint(Self.cloze("{text} {text} is")).contains(
                "'pattern' has {text} 2 times and {mask} 0 times; it needs each of them once"))
        #expect(complaint(["pattern": "{text} {mask}"]).contains("'pattern' is for the method cloze"))
        #expect(complaint(["per_class": [0, 1]]).contains("no method of 'methods' answers without labels"))
        #expect(complaint(Self.cloze().adding("per_class", [0, 1])) == "")
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
