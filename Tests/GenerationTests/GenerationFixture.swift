import Foundation
import Generation
import Models
import Training

/// What transformers told and drew with the tiny decoders of `Tests/Fixtures/families`.
struct GenerationFixture: Decodable {
    struct Text: Decodable {
        let tokens: [Int32]
        let ended: Bool
    }

    struct Distribution: Decodable {
        let scores: [Float]
        let temperature: Double
        let topK: Int
        let topP: Double
        let probabilities: [Double]
    }

    struct Model: Decodable {
        let ends: [Int32]
        let texts: [String: [Text]]
        let distributions: [Distribution]
    }

    static let names = ["gpt2", "openai-gpt"]

    let prompts: [[Int32]]
    let new: Int
    let models: [String: Model]

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/families")

    static func load() throws -> GenerationFixture {
        try JSONDecoder().decode(
            GenerationFixture.self, from: Data(contentsOf: folder.appending(path: "generation.json")))
    }

    static func model(_ name: String, threads: Int = 1, precision: Precision = .fp32) throws
        -> LanguageModel
    {
        let path = folder.appending(path: name).path
        let folder = try ModelFolder(path, tokenizer: .init(folder: path, names: []))
        let model = try LanguageModel(
            folder.configuration, seed: nil, threads: threads, precision: precision)
        let report = try folder.load(into: model.parameters)
        precondition(report.initialized.isEmpty, "a language model has no tensor that its file lacks")
        return model
    }

    /// As the script has them.
    static func settings(_ way: String) -> GenerationSettings {
        var settings = GenerationSettings()
        switch way {
        case "penalty": settings.repetitionPenalty = 1.3
        case "ngram": settings.noRepeatNgram = 2
        case "least": settings.minNewTokens = 6
        case "beams": settings.choice = .beams(4)
        case "beams_all":
            settings.choice = .beams(3)
            (settings.lengthPenalty, settings.repetitionPenalty) = (0.4, 1.2)
            (settings.noRepeatNgram, settings.minNewTokens) = (3, 3)
        case "beams_long":
            settings.choice = .beams(2)
            settings.lengthPenalty = 2
        default: break
        }
        return settings
    }
}
