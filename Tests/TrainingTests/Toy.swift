import Crypto
import Foundation
import Models
import SeededRandom
import ShardFormat
import Training

/// A folder that is removed when the last reference goes.
final class TemporaryFolder: Sendable {
    let path = NSTemporaryDirectory() + "splitvote-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: file(name))) }

    func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
        try Data(bytes).write(to: URL(filePath: file(name)))
    }

    func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: file(folder)).sorted()
    }
}

/// A small problem that a small model can learn: a row is of class 1 when it holds token 7.
enum Toy {
    static let configuration = ModelConfiguration(
        TransformerPlan(
            vocabularySize: 40, hiddenSize: 16, layers: 2, heads: 2, intermediateSize: 32, maxPositions: 16))

    static func model(seed: UInt64 = 1, labelCount: Int = 2, threads: Int = 1) throws -> any TrainableModel {
        try configuration.makeModel(labelCount: labelCount, seed: seed, threads: threads)
    }

    static func shard(rows: Int, seed: UInt64, weights: Bool = false, probabilities: Bool = false)
        -> TokenShard
    {
        var random = SplitMix64(seed: seed)
        var shard = TokenShard(weights: weights, pControversial: probabilities)
        for row in 0..<rows {
            let label = row % 2
            var tokens = (0..<3 + Int(random.integer(below: 8))).map { _ in
                8 + Int32(random.integer(below: 32))
            }
            if label == 1 { tokens[Int(random.integer(below: UInt64(tokens.count)))] = 7 }
            shard.append(
                tokens: [2] + tokens + [3], label: label, comment: Int64(1000 + row),
                weight: Float(row % 3) / 2,
                pControversial: label == 1 ? 0.75 : 0.25)
        }
        return shard
    }

    static func rows(_ count: Int, seed: UInt64) throws -> TokenRows {
        try TokenRows(
            shards: [shard(rows: count, seed: seed).encoded(vocabularySize: 40)], vocabularySize: 40,
            labelCount: 2)
    }

    static func options(steps: Int) -> TrainingOptions {
        var options = TrainingOptions()
        options.maxSteps = steps
        options.batchSize = 8
        options.learningRate = 5e-3
        options.evaluation = .steps(5)
        return options
    }

    static func trainer(_ options: TrainingOptions, model: (any TrainableModel)? = nil, dev: Bool = true)
        throws
        -> Trainer
    {
        try Trainer(
            model ?? self.model(threads: options.threads), options: options, training: rows(60, seed: 1),
            dev: dev ? rows(24, seed: 2) : nil)
    }

    /// Where the labels of an encoded shard are: the lowest byte of each.
    static func labels(in shard: Data) throws -> [Int] {
        let header = shard.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let json = try JSONSerialization.jsonObject(with: shard[8..<8 + header]) as? [String: Any]
        let offsets = (json?["labels"] as? [String: Any])?["data_offsets"] as? [Int] ?? []
        return offsets.count == 2
            ? stride(from: offsets[0], to: offsets[1], by: 8).map { 8 + header + $0 } : []
    }

    /// SHA-256, in hexadecimal.
    static func digest(_ bytes: some DataProtocol) -> String {
        SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    }

    /// A manifest and shards in a folder: 40 train rows in two shards, 10 dev rows.
    static func shardFolder(
        in folder: TemporaryFolder, devRows: Int = 10,
        shard: (_ rows: Int) -> TokenShard = { Toy.shard(rows: $0, seed: UInt64($0)) },
        change: (inout ShardManifest) -> Void = { _ in }
    ) throws -> ShardFolder {
        var files: [ShardManifest.File] = []
        for (name, split, rows) in [
            ("train-0", "train", 25), ("train-1", "train", 15), ("dev-0", "dev", devRows),
        ] {
            let made = shard(rows)
            let bytes = try made.encoded(vocabularySize: 40)
            try folder.write(bytes, to: name)
            files.append(
                .init(
                    path: name, split: split, rows: rows, tokens: made.inputIDs.count, bytes: bytes.count,
                    sha256: digest(bytes)))
        }
        var manifest = ShardManifest(
            tokenizer: .init(
                digest: "ab12", kind: "hf-fast", lowercase: false, stripAccents: false, vocabularySize: 40,
                specialTokens: ["[CLS]": 2, "[SEP]": 3]),
            cleanRules: "none", labelSet: "ls-1", splitSalt: "v1", maxTokens: 16, files: files, audit: [:])
        change(&manifest)
        try folder.write(manifest.encoded(), to: "manifest.json")
        return try ShardFolder(folder.path)
    }

    /// Rows of any of two classes, those of tokens 7 and 6, or with one number.
    static func targets(_ rows: Int, _ task: TaskName, score: (Int) -> Float = { Float($0 % 3) })
        -> TokenShard
    {
        var random = SplitMix64(seed: UInt64(rows))
        var shard = TokenShard(targetWidth: task == .multiLabel ? 2 : 1)
        for row in 0..<rows {
            let flags = [row % 2 == 0, row % 3 == 0]
            var tokens = (0..<4).map { _ in 8 + Int32(random.integer(below: 32)) }
            if flags[0] { tokens[1] = 7 }
            if flags[1] { tokens[2] = 6 }
            shard.append(
                tokens: [2] + tokens + [3], label: 0, comment: Int64(row),
                target: task == .multiLabel ? flags.map { $0 ? 1 : 0 } : [score(row)])
        }
        return shard
    }

    /// Changes a file of JSON in a folder.
    static func edit(
        _ folder: TemporaryFolder, _ name: String = "config.json", _ change: (inout [String: Any]) -> Void
    ) throws {
        var object = try JSONSerialization.jsonObject(with: folder.bytes(name)) as? [String: Any] ?? [:]
        change(&object)
        try folder.write(JSONSerialization.data(withJSONObject: object, options: .sortedKeys), to: name)
    }

    /// A model folder without weights.
    static func modelFolder(in folder: TemporaryFolder, labels: [String] = ["calm", "split"]) throws
        -> ModelFolder
    {
        try folder.write(configuration.json(labels: labels), to: "config.json")
        let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + (5..<40).map { "piece\($0)" }
        try folder.write((pieces.joined(separator: "\n") + "\n").utf8, to: "vocab.txt")
        return try ModelFolder(folder.path)
    }
}

/// What an operation throws, as a user would read it.
func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch {
        return "\(error)"
    }
}
