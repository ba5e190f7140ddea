import DatasetStages
import Foundation
import PredictionStages
import StageKit
import StageKitTesting
import TrainingStages

/// A bench with comments and a small model that tells two words apart.
struct AnswerBench {
    static let configuration: JSONValue = [
        "model_type": "bert", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
        "intermediate_size": 32, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1, "initializer_range": 0.02, "layer_norm_eps": 1e-12,
        "max_position_embeddings": 16, "type_vocab_size": 2, "pad_token_id": 0,
    ]
    private static let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ngood\nbad\nnews\n"
    static let rows = 60

    let bench: StageBench

    init() throws {
        bench = try StageBench(kinds: DatasetStages.all + PredictionStages.all)
        try bench.folder.write(Self.vocabulary, to: "tokenizer/vocab.txt")
        try bench.folder.write(Self.configuration.prettyText, to: "small/config.json")
    }

    /// Comments of which every second one splits its readers and says so.
    static let firstNight = (0..<rows).map {
        TestComment(
            $0 % 2 == 0 ? "bad news" : "good news", up: $0 % 2 == 0 ? 20 : 40, down: $0 % 2 == 0 ? 20 : 0,
            key: "\($0)", article: "a\($0)")
    }

    /// The comments that the store has once these are in it, cleaned.
    func texts(_ comments: [TestComment], parameters: JSONValue = [:]) async throws -> [InputArtifact] {
        try await bench.run(CleanStage.self, parameters, from: ["comments": try bench.comments(comments)])[
            "texts"]
    }

    /// A model trained on cleaned comments, known by its weights as the engine knows it.
    func model(of texts: [InputArtifact], seed: Int = 1) async throws -> [InputArtifact] {
        let labels = try await bench.run(LabelStage.self, from: ["comments": texts])
        let sample = try await bench.run(SampleStage.self, from: ["labels": labels["labels"]])
        let split = try await bench.run(
            SplitStage.self, ["shares": ["train": 0.6, "dev": 0.2, "test": 0.2], "copies": "keep"],
            from: ["sample": sample["sample"]])
        let shards = try await bench.run(
            ShardsStage.self, ["max_tokens": 8, "tokenizer": "tokenizer"], from: ["data": split["split"]],
            files: ["tokenizer": ["tokenizer"]])
        let trained = try await bench.run(
            TrainStage.self,
            [
                "init": "small", "epochs": 4, "batch_size": 8, "learning_rate": 0.01, "seed": .integer(seed),
                "precision": "fp32", "answers": "plain",
            ], from: ["data": shards["shards"]], files: ["init": ["small"]], as: "model\(seed)")["model"]
        return try trained.map { model in
            let weights = try Data(contentsOf: URL(filePath: model.path + "/model.safetensors"))
            return InputArtifact(
                stage: model.stage, kind: model.kind, type: model.type, path: model.path,
                digest: ContentDigest.of(Array(weights)), locator: model.locator, figures: model.figures)
        }
    }

    /// - Parameter parameters: beside `precision`, which is `fp32` so that answers are the same on every CPU.
    func answer(
        _ texts: [InputArtifact], by model: [InputArtifact], _ parameters: (String, JSONValue)...,
        isForced: Bool = false
    ) async throws -> StageOutcome {
        let settings = parameters.reduce(["precision": "fp32"] as JSONValue) { $0.adding($1.0, $1.1) }
        let outcome = try await bench.run(
            PredictStage.self, settings, from: ["comments": texts, "model": model], isForced: isForced)
        // The engine clears away what a stage leaves there once it has ended well.
        try FileManager.default.removeItem(atPath: bench.folder.file("work"))
        return outcome
    }
}

extension StageOutcome {
    /// The cells of the table of answers, its header first.
    func table() throws -> [[String]] {
        try text("predictions/predictions.tsv").split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
