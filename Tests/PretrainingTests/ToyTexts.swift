import Foundation
import Models
import Pretraining
import SeededRandom
import Training

/// Texts in which a word tells the next one, and a small model that can learn it.
final class ToyTexts: Sendable {
    let path = NSTemporaryDirectory() + "splitvote-pretraining-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static let words = 40
    static let mask: Int32 = 4
    /// Ids 0 ... 4 are special; pieces of odd ids from 25 on continue a word.
    static let vocabulary = PretrainingVocabulary(
        size: words, frame: .init(before: [2], between: [3], after: [3], secondSegment: 1), mask: Int(mask),
        special: 0...4,
        continues: { $0 >= 25 && $0 % 2 == 1 })

    /// - Parameter texts: of a row, 1 or 2; the first of two is the same for rows of a topic.
    func corpus(rows: Int = 120, texts: Int = 1, seed: UInt64 = 1) throws -> PretrainingCorpus {
        var random = SplitMix64(seed: seed)
        let writer = try PretrainingCorpus.Writer(path + "/texts-\(rows)-\(texts)-\(seed)", texts: texts)
        for _ in 0..<rows {
            let topic = Int32(random.integer(below: 10))
            if texts == 2 { try writer.append([5 + topic, 15 + topic]) }
            let length = 4 + Int(random.integer(below: 8))
            try writer.append((0..<length).map { 5 + (topic * 3 + Int32($0) * 2) % 35 })
        }
        return try writer.finish()
    }

    /// A folder with a configuration alone.
    func modelFolder(_ type: String = "bert") throws -> ModelFolder {
        let folder = path + "/" + type
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let text = """
            {"model_type": "\(type)", "vocab_size": \(Self.words), "hidden_size": 32, "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0, "embedding_size": 8,
             "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32, "type_vocab_size": 2,
             "max_position_embeddings": 24, "n_embd": 32, "n_layer": 2, "n_head": 2, "n_positions": 24, "resid_pdrop": 0, "embd_pdrop": 0, "attn_pdrop": 0}
            """
        try Data(text.utf8).write(to: URL(filePath: folder + "/config.json"))
        let words = (0..<Self.words).map { "w\($0)" }.joined(separator: "\n") + "\n"
        try Data(words.utf8).write(to: URL(filePath: folder + "/vocab.txt"))
        return try ModelFolder(folder)
    }

    static func options(steps: Int = 20, _ change: (inout PretrainingOptions) -> Void = { _ in })
        -> PretrainingOptions
    {
        var options = PretrainingOptions()
        options.maxTokens = 16
        options.heldOut = 0.1
        options.training.evaluation = .steps(8)
        options.training.maxSteps = steps
        options.training.batchSize = 16
        options.training.learningRate = 1e-2
        options.training.seed = 5
        change(&options)
        return options
    }

    func run(
        _ options: PretrainingOptions, _ corpus: PretrainingCorpus, type: String = "bert"
    ) throws -> Pretraining {
        Pretraining(
            start: try modelFolder(type), options: options, corpus: corpus, vocabulary: Self.vocabulary,
            source: PretrainingSource(
                provenance: ModelProvenance(
                    cleanRules: "none", tokenizerDigest: "d", tokenizerKind: "hf-fast", maxTokens: 16,
                    labelSet: ""), lowercase: false, stripsAccents: nil, sentences: ["Made texts."]))
    }

    func paths(_ name: String) -> Pretraining.Paths {
        var paths = Pretraining.Paths(checkpoints: path + "/\(name)-work", output: path + "/" + name)
        paths.checkpointInterval = 3
        return paths
    }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path + "/" + name)) }
}
