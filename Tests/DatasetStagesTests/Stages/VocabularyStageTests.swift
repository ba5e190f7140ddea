import DatasetStages
import Foundation
import StageKit
import StageKitTesting
import Testing

struct VocabularyStageTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench(kinds: DatasetStages.all)
    }

    private static let small: JSONValue = ["size": 60, "min_frequency": 1]

    private func pieces(_ outcome: StageOutcome) throws -> [String] {
        try outcome.text("tokenizer/vocab.txt").split(separator: "\n").map(String.init)
    }

    private func cleaned(_ comments: [TestComment]) async throws -> StageOutcome {
        try await bench.run(CleanStage.self, from: ["comments": try bench.comments(comments)])
    }

    @Test func itIsMadeOfTheTextsThatWereKept() async throws {
        let clean = try await cleaned([
            TestComment("abab", up: 1, down: 0, key: "1"),
            TestComment("zz", up: 1, down: 0, key: "2", isDeleted: true),
        ])
        let outcome = try await bench.run(VocabularyStage.self, Self.small, from: ["texts": clean["texts"]])
        let pieces = try pieces(outcome)
        #expect(pieces.prefix(5) == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
        #expect(pieces.contains("a") && pieces.contains("##b") && pieces.contains("abab"))
        #expect(!pieces.contains("z"))
        #expect(outcome.figures["texts"] == 1 && outcome.figures["pieces"]?.intValue == pieces.count)
    }

    /// No text of the test side shapes what models read it with.
    @Test func ofASplitOnlyTheFirstSideCounts() async throws {
        let letters = Array("abcdefghijklmnopqrst")
        let clean = try await cleaned(
            letters.enumerated().map { number, letter in
                TestComment(
                    String(repeating: letter, count: 8), up: number % 2 == 0 ? 20 : 40,
                    down: number % 2 == 0 ? 20 : 0, key: "\(number)", article: "a\(number)")
            })
        let labels = try await bench.run(LabelStage.self, from: ["comments": clean["texts"]])
        let sample = try await bench.run(SampleStage.self, from: ["labels": labels["labels"]])
        let split = try await bench.run(
            SplitStage.self, ["shares": ["train": 0.5, "test": 0.5]], from: ["sample": sample["sample"]])
        let rows = try DatasetColumns(path: split["split"][0].path, stage: "split")
        let trained = rows.sides.count { $0 == 0 }
        let outcome = try await bench.run(VocabularyStage.self, Self.small, from: ["texts": split["split"]])
        #expect(outcome.figures["texts"]?.intValue == trained && trained > 0 && trained < 20)
        #expect(try pieces(outcome).count { $0.count == 1 } == trained)
    }

    @Test func aModelsOwnVocabularyIsTakenOverByteForByte() async throws {
        let text = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat"
        try bench.folder.write(text, to: "model/vocab.txt")
        try bench.folder.write("{\"do_lower_case\": true}", to: "model/tokenizer_config.json")
        try bench.folder.write("weights", to: "model/model.safetensors")
        let clean = try await cleaned([TestComment("abab", up: 1, down: 0)])
        let outcome = try await bench.run(
            VocabularyStage.self, ["reuse": "model"], from: ["texts": clean["texts"]],
            files: ["reuse": ["model"]])
        #expect(try outcome.text("tokenizer/vocab.txt") == text)
        #expect(
            try outcome.contents().keys.sorted() == [
                "tokenizer/tokenizer_config.json", "tokenizer/vocab.txt",
            ])
        #expect(outcome.figures["taken_over"] == true && outcome.figures["texts"] == 0)
    }

    @Test func aFolderWithoutAVocabularyLetsOneBeTrained() async throws {
        try bench.folder.write("{}", to: "model/config.json")
        let clean = try await cleaned([TestComment("abab", up: 1, down: 0)])
        let outcome = try await bench.run(
            VocabularyStage.self, Self.small.adding("reuse", "model"), from: ["texts": clean["texts"]],
            files: ["reuse": ["model"]])
        #expect(outcome.figures["taken_over"] == false && outcome.figures["texts"] == 1)
    }

    @Test func lowerCasingGoesIntoTheTokenizersConfiguration() async throws {
        let clean = try await cleaned([TestComment("AbAb", up: 1, down: 0)])
        let outcome = try await bench.run(
            VocabularyStage.self, Self.small.adding("lowercase", true), from: ["texts": clean["texts"]])
        #expect(try pieces(outcome).contains("abab"))
        let configuration = try JSONValue(parsing: outcome.text("tokenizer/tokenizer_config.json"))
        #expect(configuration["do_lower_case"] == true)
    }
}
