import Foundation
import Models
import Testing

/// Parity with transformers of each family where words stand for classes; see `Tests/Fixtures/families/make_cloze.py`.
/// Tolerances: logits 1e-5, loss 1e-6 relative, each gradient 1e-5 of its norm, ten AdamW losses 1e-5.
struct ClozeParityTests {
    private struct Golden: Decodable {
        struct Result: Decodable {
            let architecture: String
            let loss: Double
            /// What a softmax over all words would give.
            let vocabularyLoss: Double
            let logits: [[Double]]
            let gradients: [String: [Double]]
            let losses: [Double]

            enum CodingKeys: String, CodingKey {
                case architecture, loss, logits, gradients, losses
                case vocabularyLoss = "vocabulary_loss"
            }
        }

        let words: [[Int32]]
        let models: [String: Result]
    }

    private let fixture: FamilyFixture
    private let golden: Golden

    init() throws {
        fixture = try FamilyFixture.load()
        golden = try JSONDecoder().decode(Golden.self, from: Data(FamilyFixture.bytes("cloze.json")))
    }

    private func model(
        _ name: String, words: [[Int32]]? = nil, precision: Precision = .fp32
    ) throws -> any TrainableModel {
        let model = try FamilyFixture.configuration(name).makeClozeModel(
            words: words ?? golden.words, seed: nil, threads: 1, precision: precision)
        let weights = try TinySafetensors(FamilyFixture.bytes("\(name)/model.safetensors"))
        for entry in model.parameters.entries {
            try model.parameters.withValues(of: entry.name) { memory in
                if entry.part != .head {
                    for (place, value) in zip(memory.indices, try weights.floats(entry.name)) {
                        memory[place] = value
                    }
                    return
                }
                let isGain = entry.name.lowercased().contains("norm") && entry.name.hasSuffix("weight")
                for place in memory.indices {
                    let wave = cos(1.9 * Double(place + 1) + Double(entry.name.utf8.count))
                    memory[place] = Float((isGain ? 1 : 0) + 0.2 * wave)
                }
            }
        }
        return model
    }

    /// - Parameter shift: from the masked token to the one that answers.
    private func batch(_ number: Int, shift: Int32 = 0) -> PackedTokens {
        let source = fixture.batches[number]
        var batch = source.packed
        var answering = AnsweringTokens()
        for row in 0..<batch.rows {
            let (first, end) = (batch.offsets[row], batch.offsets[row + 1])
            let mask = first + (end - first) / 2
            batch.inputIDs[Int(mask)] = 4
            answering.tokens.append(min(mask + shift, end - 1))
            answering.offsets.append(Int32(row + 1))
        }
        batch.answering = answering
        batch.targets = .classes(source.labels.enumerated().map { (Int32($0) + $1) % 3 })
        return batch
    }

    private func worstGradient(_ model: any TrainableModel, _ expected: Golden.Result) throws -> Double {
        try TokenHeadFixture.worstGradient(model, expected.gradients)
    }

    private func distance(_ logits: [Float], _ expected: Golden.Result) -> Double {
        guard logits.count == expected.logits.joined().count else { return .infinity }
        return zip(logits, expected.logits.joined()).map { abs(Double($0) - $1) }.max() ?? .infinity
    }

    @Test(arguments: FamilyFixture.encoders)
    func logitsLossAndGradientsAgree(name: String) throws {
        let expected = try #require(golden.models[name])
        let model = try model(name)
        #expect(model.configuration.maskedArchitecture == expected.architecture)
        #expect(distance(try model.logits(batch(0)), expected) < 1e-5)
        let result = try model.trainStep(batch(0), dropout: nil)
        #expect(abs(result.loss / expected.loss - 1) < 1e-6)
        #expect(try worstGradient(model, expected) < 1e-5)
    }

    @Test(arguments: FamilyFixture.encoders)
    func tenStepsGiveTheSameLosses(name: String) throws {
        let expected = try #require(golden.models[name])
        let rates = try #require(fixture.models[name]).training.learningRates
        let model = try model(name)
        try TokenHeadFixture.expectLosses(expected.losses, rates: rates, of: model) { batch($0) }
    }

    /// What mistakes would give: a softmax over all words, the token beside the mask, one word of a class, the sum of its words.
    @Test(arguments: FamilyFixture.encoders)
    func mistakesAreSeen(name: String) throws {
        let expected = try #require(golden.models[name])
        let model = try model(name)
        let loss = try model.trainStep(batch(0), dropout: nil).loss
        #expect(abs(loss / expected.vocabularyLoss - 1) > 0.1)
        #expect(distance(try model.logits(batch(0, shift: 1)), expected) > 1e-2)
        #expect(
            distance(try self.model(name, words: golden.words.map { [$0[0]] }).logits(batch(0)), expected)
                > 1e-2)
        let sums = zip(expected.logits.joined(), (0..<15).map { Double(golden.words[$0 % 3].count) }).map(*)
        #expect(zip(try model.logits(batch(0)), sums).contains { abs(Double($0) - $1) > 1e-2 })
    }

    /// The head has the names of transformers: a folder that is pretrained is loaded by them.
    @Test(arguments: FamilyFixture.encoders)
    func namesAreThoseOfTransformers(name: String) throws {
        let expected = try #require(golden.models[name])
        let model = try model(name)
        let known = Set(expected.gradients.keys)
        #expect(Set(model.parameters.entries.map(\.name)) == known)
    }

    @Test func halfPrecisionIsNear() throws {
        let expected = try #require(golden.models["bert"])
        let model = try model("bert", precision: .bf16)
        #expect(distance(try model.logits(batch(0)), expected) < 0.1)
        #expect(abs(try model.trainStep(batch(0), dropout: nil).loss / expected.loss - 1) < 0.02)
    }

    @Test func wordsThatTheModelDoesNotHaveAreRefused() throws {
        for words in [[[7], [61]], [[7], []], [[7]], [[-1], [7]]] as [[[Int32]]] {
            #expect(throws: ConfigurationError.self) { try model("bert", words: words) }
        }
    }

    @Test(arguments: FamilyFixture.decoders)
    func familiesThatNameNoMaskedWordsAreRefused(name: String) throws {
        let configuration = try FamilyFixture.configuration(name)
        let error = #expect(throws: ConfigurationError.self) {
            try configuration.makeClozeModel(words: [[7], [8]], seed: nil, threads: 1)
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("which has no head that names masked words"))
    }

    @Test func aBatchWithoutAMaskedTokenIsRefused() throws {
        #expect(throws: BatchError.self) { try model("bert").logits(fixture.batches[0].packed) }
    }
}
