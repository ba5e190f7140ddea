import DatasetStages
import Diagnostics
import Foundation
import StageKit
import StageKitTesting
import Testing
import TextBasics
import TrainingStages
import WordVectors

/// `train` with `model: text_cnn`: from vectors or from nothing to a folder that is evaluated.
struct TextCNNStageTests {
    private let task: SmallTask

    init() throws {
        task = try SmallTask()
        try write(["good", "bad", "news"], size: 6, to: "vectors.bin", as: .binary)
    }

    private func write(_ words: [String], size: Int, to name: String, as form: VectorFile.Form) throws {
        let values = (0..<words.count * size).map { Float($0 * 7 % 11) / 20 - 0.25 }
        try VectorFile.write(
            VectorTable(words: UTF8Rows(words), size: size, values: values), to: task.bench.folder.file(name),
            as: form)
    }

    private static let settings: JSONValue = [
        "model": "text_cnn", "epochs": 4, "batch_size": 8, "learning_rate": 0.01, "seed": 1,
        "precision": "fp32",
    ]

    private func train(
        _ shards: [InputArtifact], _ cnn: JSONValue = ["vectors": "non_static", "filters": 4],
        file: String? = nil,
        vectors: [InputArtifact] = [], _ changes: (String, JSONValue)..., as name: String = "model",
        stopAfter checkpoints: Int = .max
    ) async throws -> StageOutcome {
        let cnn = file.map { cnn.adding("file", .string($0)) } ?? cnn
        let settings = changes.reduce(Self.settings.adding("text_cnn", cnn)) { $0.adding($1.0, $1.1) }
        return try await task.bench.run(
            TrainStage.self, settings, from: ["data": shards, "vectors": vectors],
            files: file.map { ["text_cnn.file": [$0]] } ?? [:], as: name, stopAfter: checkpoints)
    }

    private func refusal(_ body: () async throws -> StageOutcome) async -> StageError? {
        await #expect(throws: StageError.self) { try await body() }
    }

    @Test(arguments: ["random", "static", "non_static", "multichannel"])
    func everyKindOfVectorsLearnsTheTask(vectors: String) async throws {
        let shards = try await task.shards()
        let outcome = try await train(
            shards, ["vectors": .string(vectors), "filters": 4],
            file: vectors == "random" ? nil : "vectors.bin")
        #expect((outcome.figures["best_metric"]?.doubleValue ?? 0) > 0.95)
        let card = try outcome.text("model/README.md")
        #expect(card.contains("3 of 8 pieces started from given vectors") == (vectors != "random"))
        #expect(!card.contains("AutoModel"))
        let scores = try await task.bench.run(
            EvaluateStage.self, from: ["model": outcome["model"], "data": shards])
        #expect((scores.figures["accuracy"]?.doubleValue ?? 0) > 0.95)
    }

    @Test(arguments: ["adamw", "adadelta"])
    func aRunThatWasStoppedEndsWithTheBytesOfOneThatWasNot(optimizer: String) async throws {
        let shards = try await task.shards()
        let cnn: JSONValue = ["vectors": "multichannel", "filters": 4, "optimizer": .string(optimizer)]
        let undisturbed = try await train(shards, cnn, file: "vectors.bin", as: "undisturbed")
        await #expect(throws: StageInterrupted.self) {
            try await train(shards, cnn, file: "vectors.bin", stopAfter: 15)
        }
        let resumed = try await train(shards, cnn, file: "vectors.bin")
        #expect(resumed.progress.metadata(of: "resuming training") != nil)
        #expect(try resumed.contents() == undisturbed.contents())
    }

    @Test func vectorsComeFromAStageTooAndTheCardSaysWhatTheyHaveSeen() async throws {
        let shards = try await task.shards()
        try task.bench.folder.write("{\"sides\": \"all\"}", to: "stage/vectors.json")
        try write(["good", "bad"], size: 6, to: "stage/vectors.txt", as: .text)
        let input = InputArtifact(
            stage: "vectors", kind: "word2vec", type: "vectors-v1", path: task.bench.folder.file("stage"),
            digest: "0", locator: .null, figures: [:])
        let outcome = try await train(shards, vectors: [input])
        let card = try outcome.text("model/README.md")
        #expect(card.contains("2 of 8 pieces started from given vectors"))
        #expect(card.contains("**They were learned from texts of the dev and test sides as well**"))
        #expect(outcome.warnings.contains { $0.hasPrefix("only 2 of the 8 pieces") })
    }

    @Test func wholeWordsAreTrainedOn() async throws {
        let bench = task.bench
        let comments = (0..<120).map {
            TestComment(
                ($0 % 2 == 0 ? "bad, news!" : "good, news!") + " \($0)", up: $0 % 2 == 0 ? 20 : 40,
                down: $0 % 2 == 0 ? 20 : 0,
                key: "\($0)", article: "a\($0)")
        }
        let clean = try await bench.run(CleanStage.self, from: ["comments": try bench.comments(comments)])
        let labels = try await bench.run(LabelStage.self, from: ["comments": clean["texts"]])
        let sample = try await bench.run(SampleStage.self, from: ["labels": labels["labels"]])
        let split = try await bench.run(
            SplitStage.self, ["shares": ["train": 0.6, "dev": 0.2, "test": 0.2], "copies": "keep"],
            from: ["sample": sample["sample"]])
        let vectors = try await bench.run(
            WordVectorStage.self, ["vector_size": 6, "min_count": 2], from: ["texts": split["split"]])
        let shards = try await bench.run(
            ShardsStage.self, ["max_tokens": 8],
            from: ["data": split["split"], "tokenizer": vectors["vectors"]])
        let outcome = try await train(shards["shards"], vectors: vectors["vectors"])
        let words = try outcome.text("model/vocab.txt").split(separator: "\n")
        #expect(words.prefix(5) == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "news!"])
        #expect(Set(words.dropFirst(5)) == ["good,", "bad,"])
        #expect(try outcome.text("model/README.md").contains("3 of 7 pieces started from given vectors"))
        let scores = try await bench.run(
            EvaluateStage.self, from: ["model": outcome["model"], "data": shards["shards"]])
        #expect((scores.figures["accuracy"]?.doubleValue ?? 0) > 0.95)
    }

    @Test func vectorsThatDoNotFitAreRefusedWithWhatToDo() async throws {
        let shards = try await task.shards()
        let none = await refusal { try await train(shards) }
        #expect(none?.message == "vectors: non_static starts from given vectors, and there are none")
        let unused = await refusal {
            try await train(shards, ["vectors": "random"], file: "vectors.bin")
        }
        #expect(unused?.message == "vectors are given, and vectors: random does not use them")
        let narrow = await refusal {
            try await train(shards, ["vectors": "static", "vector_size": 5], file: "vectors.bin")
        }
        #expect(narrow?.message == "the vectors have 6 numbers each, and vector_size is 5")
        try write(["안녕", "하세요"], size: 6, to: "others.bin", as: .binary)
        let others = await refusal { try await train(shards, file: "others.bin") }
        #expect(
            others?.message
                == "none of the 8 pieces of the shards has a vector in others.bin, which has vectors of words such as '안녕', '하세요'"
        )
        #expect(others?.hint?.contains("input 'tokenizer' of the word2vec stage") == true)
        try task.bench.folder.write("2 6\ngood 1 2 3\n", to: "broken.txt")
        let broken = await refusal { try await train(shards, file: "broken.txt") }
        #expect(broken?.message == "broken.txt: line 2 has 3 numbers after its word; the first line says 6")
    }

    @Test func rowsShorterThanTheWidestFilterAreTrainedOn() async throws {
        let shards = try await task.shards(parameters: ["max_tokens": 3])
        let outcome = try await train(
            shards, ["vectors": "random", "filters": 4, "widths": [2, 9]], ("epochs", 1))
        #expect(outcome.figures["steps"]?.intValue ?? 0 > 0)
    }

    static let strange: [(JSONValue, String)] = [
        (["init": "small", "text_cnn": ["filters": 3]], "'text_cnn' is for model: text_cnn"),
        (["model": "text_cnn", "init": "small"], "'init' is for models that start from a folder"),
        (["model": "text_cnn", "text_cnn": ["widths": [3, 3]]], "widths"),
        (["model": "text_cnn", "text_cnn": ["widths": [2.5]]], "widths"),
        (
            ["model": "text_cnn", "tfidf": ["min_df": 1]],
            "'tfidf' is for model: tfidf, and the model is text_cnn"
        ),
    ]

    @Test(arguments: strange)
    func settingsOfOtherModelsAreRefused(parameters: JSONValue, problem: String) {
        let error = #expect(throws: DiagnosticsError.self) { _ = try TrainStage(parameters) }
        #expect(error.map { "\($0)".contains(problem) } == true, "\(error.map { "\($0)" } ?? "")")
    }
}
