import Foundation
import Models

/// What PyTorch and transformers computed, from `Tests/Fixtures/bert`; made by `make_fixtures.py` there.
struct BERTFixture: Decodable {
    struct Batch: Decodable {
        let rows: [[Int32]]
        let segments: [[UInt8]]
        let labels: [Int32]

        var packed: PackedTokens {
            var batch = PackedTokens(rows: rows, labels: labels)
            batch.segmentIDs = segments.flatMap { $0 }
            return batch
        }
    }

    struct Training: Decodable {
        let losses: [Double]
        let gradientNorms: [Double]
        let learningRates: [Double]
    }

    struct Model: Decodable {
        let loss: Double
        let weightedLoss: Double
        let logits: [[Double]]
        let firstTokenOfRow1: [Double]
        let training: Training
    }

    let versions: [String: String]
    let batches: [Batch]
    let rowWeights: [Float]
    let models: [String: Model]

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Fixtures/bert")

    static func load() throws -> BERTFixture {
        try decoder.decode(
            BERTFixture.self, from: Data(contentsOf: folder.appending(path: "golden.json")))
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appending(path: name)))
    }

    /// A classifier with the fixture's weights.
    static func classifier(_ activation: String, threads: Int = 1, precision: Precision = .fp32) throws
        -> any TrainableModel
    {
        let configuration = try ModelConfiguration(json: bytes("config_\(activation).json"))
        let model = try configuration.makeModel(
            labelCount: 3, seed: 1, threads: threads, precision: precision)
        let weights = try TinySafetensors(bytes("weights.safetensors"))
        for entry in model.parameters.entries {
            let values = try weights.floats(entry.name)
            try model.parameters.withValues(of: entry.name) { memory in
                for (place, value) in zip(memory.indices, values) { memory[place] = value }
            }
        }
        return model
    }
}

private var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
}

/// As much of safetensors as the fixtures need.
struct TinySafetensors {
    private struct Entry: Decodable {
        let dtype: String
        let shape: [Int]
        let dataOffsets: [Int]
    }
    struct Missing: Error {
        let name: String
    }

    private var entries: [String: Entry] = [:]
    private let data: [UInt8]

    init(_ bytes: [UInt8]) throws {
        let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let header =
            try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any] ?? [:]
        for (name, value) in header where name != "__metadata__" {
            let json = try JSONSerialization.data(withJSONObject: value)
            entries[name] = try decoder.decode(Entry.self, from: json)
        }
        data = Array(bytes[(8 + length)...])
    }

    var names: Set<String> { Set(entries.keys) }

    func shape(_ name: String) throws -> [Int] {
        guard let entry = entries[name] else { throw Missing(name: name) }
        return entry.shape
    }

    func floats(_ name: String) throws -> [Float] {
        guard let entry = entries[name], entry.dtype == "F32" else { throw Missing(name: name) }
        let bytes = data[entry.dataOffsets[0]..<entry.dataOffsets[1]]
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { start in
            Float(
                bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) })
        }
    }
}

/// ‖found - expected‖ / ‖expected‖.
func relativeDistance(_ found: some Sequence<Float>, _ expected: some Sequence<Float>) -> Double {
    var (difference, norm) = (0.0, 0.0)
    for (a, b) in zip(found, expected) {
        difference += (Double(a) - Double(b)) * (Double(a) - Double(b))
        norm += Double(b) * Double(b)
    }
    return (difference / max(norm, 1e-300)).squareRoot()
}
