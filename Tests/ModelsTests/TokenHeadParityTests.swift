import Foundation
import Models
import Testing

/// Parity with transformers of each family under a head for single tokens; see `Tests/Fixtures/families/make_tokens.py`.
/// Tolerances as for heads of rows: logits 1e-5, loss 1e-6 relative, each gradient 1e-5 of its norm, ten AdamW losses 1e-5.
struct TokenHeadParityTests {
    private let golden: TokenHeadFixture
    private var fixture: FamilyFixture { golden.family }

    init() throws { golden = try TokenHeadFixture("tokens.json") }

    private static func model(_ name: String) throws -> any TrainableModel {
        try TokenHeadFixture.model(name, .tags, scores: 3)
    }

    private func batch(_ number: Int, shift: Int = 0) -> PackedTokens {
        var batch = fixture.batches[number].packed
        var tokens = AnsweringTokens()
        var classes: [Int32] = []
        for row in fixture.batches[number].rows {
            let first = Int32(batch.offsets[tokens.offsets.count - 1])
            for (place, id) in row.enumerated() where place % 4 != 3 {
                tokens.tokens.append(first + Int32(place))
                classes.append((id + Int32(place + shift)) % 3)
            }
            tokens.offsets.append(Int32(tokens.tokens.count))
        }
        batch.answering = tokens
        batch.targets = .classes(classes)
        return batch
    }

    private func worstGradient(
        _ model: any TrainableModel, _ expected: TokenHeadFixture.Result
    ) throws -> Double {
        try TokenHeadFixture.worstGradient(model, expected)
    }

    @Test(arguments: FamilyFixture.taggers)
    func logitsLossAndGradientsAgree(name: String) throws {
        let expected = try #require(golden.models[name])
        let model = try Self.model(name)
        let batch = batch(0)
        let logits = try model.logits(batch)
        let distance = zip(logits, expected.logits.joined()).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(logits.count == expected.logits.joined().count && distance < 1e-5)
        let result = try model.trainStep(batch, dropout: nil)
        #expect(abs(result.loss / expected.loss - 1) < 1e-6)
        #expect(try worstGradient(model, expected) < 1e-5)
    }

    @Test(arguments: FamilyFixture.taggers)
    func tenStepsGiveTheSameLosses(name: String) throws {
        let expected = try #require(golden.models[name])
        let rates = try #require(fixture.models[name]).training.learningRates
        let model = try Self.model(name)
        try TokenHeadFixture.expectLosses(expected.losses, rates: rates, of: model) { batch($0) }
    }

    /// What mistakes would give: labels of the neighboring token, gradients of a sum instead of a mean.
    @Test(arguments: FamilyFixture.taggers)
    func mistakesAreSeen(name: String) throws {
        let expected = try #require(golden.models[name])
        let model = try Self.model(name)
        let result = try model.trainStep(batch(0, shift: 1), dropout: nil)
        #expect(abs(result.loss / expected.loss - 1) > 1e-3)
        model.parameters.zeroGradients()
        _ = try model.trainStep(batch(0), dropout: nil, lossDenominator: 1)
        #expect(try worstGradient(model, expected) > 0.1)
    }

    /// All tensors are named as transformers names them, and the file says which class opens it.
    @Test(arguments: FamilyFixture.taggers)
    func namesAreThoseOfTransformers(name: String) throws {
        let expected = try #require(golden.models[name])
        let model = try Self.model(name)
        #expect(Set(model.parameters.entries.map(\.name)) == Set(expected.gradients.keys))
        let configuration = model.configuration.value(labels: ["B-PS", "I-PS", "O"])
        #expect(configuration["architectures"] == [.string(expected.architecture)])
        #expect(configuration["problem_type"] == nil)
        let again = try ModelConfiguration(json: configuration.encoded())
        #expect(again.tokenUse == .tags && again.labels == ["B-PS", "I-PS", "O"])
    }

    /// A step in parts is the step, and each token draws its own dropout.
    @Test(arguments: FamilyFixture.taggers)
    func partsOfAStepAddUp(name: String) throws {
        let model = try Self.model(name)
        let whole = batch(0)
        let weights = (0..<whole.answers).map { Float($0 % 3) / 2 }
        var weighted = whole
        weighted.weights = weights
        let sum = Double(weights.reduce(0, +))
        let expected = try model.trainStep(weighted, dropout: nil, lossDenominator: sum)
        let gradient = try model.parameters.withGradients(of: model.configuration.classifierName) {
            Array($0)
        }
        model.parameters.zeroGradients()
        var parts = StepResult(lossSum: 0, weightSum: 0, logits: [], rows: 0, tokens: 0)
        for rows in [0..<2, 2..<3, 3..<5] {
            parts += try model.trainStep(weighted.slice(rows), dropout: nil, lossDenominator: sum)
        }
        #expect(abs(parts.lossSum / expected.lossSum - 1) < 1e-6 && parts.weightSum == expected.weightSum)
        #expect(parts.logits == expected.logits)
        let added = try model.parameters.withGradients(of: model.configuration.classifierName) { Array($0) }
        #expect(zip(gradient, added).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    /// The head's dropout has the rate that transformers gives it: DistilBERT's for rows is not for tokens.
    @Test func dropoutHasTheRateOfTheFamily() throws {
        func changes(_ name: String, _ key: String) throws -> Bool {
            let text = String(decoding: try FamilyFixture.bytes("\(name)/config.json"), as: UTF8.self)
            var object = try #require(
                JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            object[key] = 0.5
            let configuration = try ModelConfiguration(
                json: [UInt8](JSONSerialization.data(withJSONObject: object))
            ).answeringTokens(.tags)
            let model = try FamilyFixture.model(name, configuration)
            let still = try model.trainStep(batch(0), dropout: nil).logits
            return try model.trainStep(batch(0), dropout: DropoutKey(seed: 1, step: 0)).logits != still
        }
        #expect(try !changes("distilbert", "seq_classif_dropout"))
        #expect(try changes("distilbert", "dropout"))
        for name in ["bert", "roberta", "electra", "ernie"] {
            #expect(try changes(name, "classifier_dropout"))
        }
        #expect(try changes("albert", "classifier_dropout_prob"))
    }

    @Test func aBatchWithoutAnsweringTokensIsRefused() throws {
        let model = try Self.model("bert")
        #expect(throws: BatchError.self) { try model.logits(fixture.batches[0].packed) }
    }
}
