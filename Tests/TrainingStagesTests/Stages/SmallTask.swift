import DatasetStages
import Foundation
import StageKit
import StageKitTesting
import TrainingStages

/// A bench with shards that a small model can learn: comments that split their readers hold one word, the others another.
struct SmallTask {
    static let configuration: JSONValue = [
        "model_type": "bert", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
        "intermediate_size": 32, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1, "initializer_range": 0.02, "layer_norm_eps": 1e-12,
        "max_position_embeddings": 16, "type_vocab_size": 2, "pad_token_id": 0,
    ]
    static let settings: JSONValue = [
        "init": "small", "epochs": 6, "batch_size": 8, "learning_rate": 0.01, "seed": 1, "precision": "fp32",
    ]
    private static let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ngood\nbad\nnews\n"

    let bench: StageBench

    init(threads: Int = 1) throws {
        bench = try StageBench(threads: threads, kinds: DatasetStages.all + TrainingStages.all)
        try bench.folder.write(Self.vocabulary, to: "tokenizer/vocab.txt")
        try bench.folder.write(Self.configuration.prettyText, to: "small/config.json")
    }

    /// - Parameters:
    ///   - rules: how texts are cleaned.
    ///   - tokenizer: folder with its words.
    func shards(
        _ shares: JSONValue = ["train": 0.6, "dev": 0.2, "test": 0.2], rules: JSONValue = [:],
        parameters: JSONValue = ["max_tokens": 8], tokenizer: String = "tokenizer"
    ) async throws -> [InputArtifact] {
        let comments = (0..<120).map {
            TestComment(
                $0 % 2 == 0 ? "bad news" : "good news", up: $0 % 2 == 0 ? 20 : 40, down: $0 % 2 == 0 ? 20 : 0,
                key: "\($0)", article: "a\($0)")
        }
        let clean = try await bench.run(
            CleanStage.self, rules, from: ["comments": try bench.comments(comments)])
        let labels = try await bench.run(LabelStage.self, from: ["comments": clean["texts"]])
        let sample = try await bench.run(SampleStage.self, from: ["labels": labels["labels"]])
        let split = try await bench.run(
            SplitStage.self, ["shares": shares, "copies": "keep"], from: ["sample": sample["sample"]])
        return try await bench.run(
            ShardsStage.self, parameters.adding("tokenizer", .string(tokenizer)),
            from: ["data": split["split"]], files: ["tokenizer": [tokenizer]])["shards"]
    }

    /// A trained model.
    func model(
        on shards: [InputArtifact], _ changes: (String, JSONValue)..., as name: String = "model"
    ) async throws -> [InputArtifact] {
        let settings = changes.reduce(Self.settings) { $0.adding($1.0, $1.1) }
        return try await bench.run(
            TrainStage.self, settings, from: ["data": shards], files: ["init": ["small"]], as: name)["model"]
    }

    /// The scores of models.
    func evaluate(
        _ models: [InputArtifact], on shards: [InputArtifact], _ parameters: JSONValue = ["resamples": 0],
        after earlier: StageOutcome? = nil, isForced: Bool = false
    ) async throws -> StageOutcome {
        try await bench.run(
            EvaluateStage.self, parameters, from: ["model": models, "data": shards], after: earlier,
            isForced: isForced)
    }
}
