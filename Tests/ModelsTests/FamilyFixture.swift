import Foundation
import Models

/// What PyTorch and transformers computed with tiny models of each family, from `Tests/Fixtures/families`.
struct FamilyFixture: Decodable {
    struct Model: Decodable {
        struct Training: Decodable {
            let losses: [Double]
            let learningRates: [Double]
        }

        let loss: Double
        let logits: [[Double]]
        let training: Training
    }

    /// Folders of the fixture.
    static let names = encoders + decoders

    /// Of models whose tokens see all others of their row.
    static let encoders = [
        "bert", "electra", "electra-square", "roberta", "distilbert", "albert", "albert-groups",
        "ernie", "ernie-tasks",
    ]

    /// Of models whose tokens see those before them.
    static let decoders = ["gpt2", "openai-gpt"]

    /// Of families that have heads for single tokens.
    static let taggers = encoders + ["gpt2"]

    let batches: [BERTFixture.Batch]
    let models: [String: Model]

    private static let folder = BERTFixture.folder.deletingLastPathComponent().appending(path: "families")

    static func load() throws -> FamilyFixture {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            FamilyFixture.self, from: Data(contentsOf: folder.appending(path: "golden.json")))
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appending(path: path)))
    }

    static func configuration(_ name: String) throws -> ModelConfiguration {
        try ModelConfiguration(json: bytes("\(name)/config.json"))
    }

    /// A model with the fixture's weights.
    ///
    /// - Parameters:
    ///   - configuration: another than the fixture's own, for the same parameters.
    ///   - labelCount: scores of a row; of fewer than the fixture's those of its first ones.
    ///   - source: whose numbers a parameter gets; its own unless a test mistakes them.
    static func model(
        _ name: String, _ configuration: ModelConfiguration? = nil, labelCount: Int = 3, threads: Int = 1,
        precision: Precision = .fp32, source: (ParameterRole) -> ParameterRole = { $0 }
    ) throws -> any TrainableModel {
        let published = try Self.configuration(name)
        let model = try (configuration ?? published).makeModel(
            labelCount: labelCount, seed: 1, threads: threads, precision: precision)
        let names = try published.makeModel(labelCount: 3, seed: nil, threads: 1).parameters
        let weights = try TinySafetensors(bytes("\(name)/model.safetensors"))
        for entry in model.parameters.entries {
            guard let file = names.entry(for: source(entry.role))?.name else { continue }
            let values = try weights.floats(file)
            try model.parameters.withValues(of: entry.name) { memory in
                for (place, value) in zip(memory.indices, values) { memory[place] = value }
            }
        }
        return model
    }

    /// Distance of each gradient from the fixture's, relative to its norm; key biases have none but noise.
    static func gradientDistances(_ name: String, _ model: any TrainableModel) throws -> [String: Double] {
        let names = try configuration(name).makeModel(labelCount: 3, seed: nil, threads: 1).parameters
        let expected = try TinySafetensors(bytes("\(name)/gradients.safetensors"))
        var distances: [String: Double] = [:]
        for entry in model.parameters.entries {
            if case .layer(_, .key(.bias)) = entry.role { continue }
            guard let file = names.entry(for: entry.role)?.name else { continue }
            let wanted = try expected.floats(file)
            distances[file] = try model.parameters.withGradients(of: entry.name) {
                relativeDistance($0, wanted)
            }
        }
        return distances
    }
}
