import Foundation
import Models
import Testing

/// Parity with transformers of each family under a head for answers; see `Tests/Fixtures/families/make_answers.py`. Tolerances as for
/// heads of rows: scores 1e-5, loss 1e-6 relative, each gradient 1e-5 of its norm, ten AdamW losses 1e-5.
struct AnswerHeadParityTests {
    private let golden: TokenHeadFixture
    private var fixture: FamilyFixture { golden.family }

    init() throws { golden = try TokenHeadFixture("answers.json") }

    private static func model(_ name: String) throws -> any TrainableModel {
        try TokenHeadFixture.model(name, .answers, scores: 2)
    }

    private func batch(_ number: Int, shift: Int = 0) -> PackedTokens {
        var batch = fixture.batches[number].packed
        var places: [Int32] = []
        for (row, tokens) in fixture.batches[number].rows.enumerated() {
            let start = (2 * row + 1 + shift) % tokens.count
            places += [Int32(start), Int32(max(start, tokens.count - 1 - row % 2))]
        }
        batch.answering = AnsweringTokens(allOf: batch.offsets)
        batch.targets = .places(AnswerPlaces(offsets: batch.offsets, places: places))
        return batch
    }

    private static let objective = AnswerPlaceObjective()

    private func step(
        _ model: any TrainableModel, _ batch: PackedTokens, denominator: Double? = nil
    ) throws -> StepResult {
        try model.trainStep(batch, toward: Self.objective, dropout: nil, lossDenominator: denominator)
    }

    /// That of the head's biases is a sum of 0.
    private func worstGradient(
        _ model: any TrainableModel, _ expected: TokenHeadFixture.Result
    ) throws -> Double {
        try TokenHeadFixture.worstGradient(model, expected, least: 1e-12)
    }

    @Test(arguments: FamilyFixture.taggers)
    func scoresLossAndGradientsAgree(name: String) throws {
        let expected = try #require(golden.models[name])
        let model = try Self.model(name)
        let batch = batch(0)
        let scores = try model.logits(batch)
        let distance = zip(scores, expected.logits.joined()).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(scores.count == expected.logits.joined().count && distance < 1e-5)
        let result = try step(model, batch)
        #expect(abs(result.loss / expected.loss - 1) < 1e-6)
        #expect(try worstGradient(model, expected) < 1e-5)
    }

    @Test(arguments: FamilyFixture.taggers)
    func tenStepsGiveTheSameLosses(name: String) throws {
        let expected = try #require(golden.models[name])
        let rates = try #require(fixture.models[name]).training.learningRates
        let model = try Self.model(name)
        let optimizer = AdamW(for: model.parameters)
        for (number, (rate, loss)) in zip(rates, expected.losses).enumerated() {
            model.parameters.zeroGradients()
            let found = try step(model, batch(number)).loss
            #expect(abs(found / loss - 1) < 1e-5, "step \(number + 1)")
            try optimizer.step(model.parameters, learningRate: rate, clipNorm: 1)
        }
    }

    /// What mistakes would give: answers a token further, and gradients of a sum instead of a mean.
    @Test(arguments: FamilyFixture.taggers)
    func mistakesAreSeen(name: String) throws {
        let expected = try #require(golden.models[name])
        let model = try Self.model(name)
        let result = try step(model, batch(0, shift: 1))
        #expect(abs(result.loss / expected.loss - 1) > 1e-4)
        model.parameters.zeroGradients()
        _ = try step(model, batch(0), denominator: 1)
        #expect(try worstGradient(model, expected) > 0.1)
    }

    /// All tensors are named as transformers names them, and the file says which class opens it.
    @Test(arguments: FamilyFixture.taggers)
    func namesAreThoseOfTransformers(name: String) throws {
        let expected = try #require(golden.models[name])
        let model = try Self.model(name)
        #expect(Set(model.parameters.entries.map(\.name)) == Set(expected.gradients.keys))
        let configuration = model.configuration.value(labels: ["start", "end"])
        #expect(configuration["architectures"] == [.string(expected.architecture)])
        #expect(configuration["problem_type"] == nil)
        let again = try ModelConfiguration(json: configuration.encoded())
        #expect(again.tokenUse == .answers && again.labels == ["start", "end"])
    }

    /// A step in parts is the step, and a row whose answer is in none of its tokens counts for nothing.
    @Test(arguments: FamilyFixture.taggers)
    func partsOfAStepAddUp(name: String) throws {
        let model = try Self.model(name)
        var whole = batch(0)
        guard case .places(var places) = whole.targets else { return }
        (places.places[2], places.places[3]) = (AnswerPlaces.none, AnswerPlaces.none)
        whole.targets = .places(places)
        whole.weights = (0..<whole.rows).map { $0 == 1 ? 0 : Float($0 + 1) / 2 }
        #expect(whole.terms == whole.rows && whole.answers == whole.tokens)
        let sum = whole.weightSum
        let expected = try step(model, whole, denominator: sum)
        let gradient = try model.parameters.withGradients(of: model.configuration.classifierName) {
            Array($0)
        }
        model.parameters.zeroGradients()
        var parts = StepResult(lossSum: 0, weightSum: 0, logits: [], rows: 0, tokens: 0)
        for rows in [0..<2, 2..<3, 3..<5] { parts += try step(model, whole.slice(rows), denominator: sum) }
        #expect(abs(parts.lossSum / expected.lossSum - 1) < 1e-6 && parts.weightSum == expected.weightSum)
        #expect(parts.logits == expected.logits)
        let added = try model.parameters.withGradients(of: model.configuration.classifierName) { Array($0) }
        #expect(zip(gradient, added).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    /// What is computed again gives the same bits, and what is frozen changes nothing of the rest.
    @Test(arguments: FamilyFixture.taggers)
    func recomputedAndFrozenLayersGiveTheSameGradients(name: String) throws {
        func gradients(_ change: (any TrainableModel) -> Void) throws -> (all: [Float], head: [Float]) {
            let model = try Self.model(name)
            change(model)
            _ = try step(model, batch(0))
            let head = try model.parameters.withGradients(of: model.configuration.classifierName) {
                Array($0)
            }
            return (Array(model.parameters.gradients), head)
        }
        let plain = try gradients { _ in }
        #expect(try gradients { $0.recomputesActivations = true }.all == plain.all)
        let frozen = try gradients { $0.freeze(layers: $0.layerCount) }
        #expect(frozen.head == plain.head && frozen.all != plain.all)
        #expect(frozen.all.count { $0 != 0 } <= frozen.head.count + 2)
    }

    /// DistilBERT alone has dropout before the map of answers, at its own rate.
    @Test func dropoutHasTheRateOfTheFamily() throws {
        func changes(_ name: String, _ key: String) throws -> Bool {
            var object = try #require(
                JSONSerialization.jsonObject(with: Data(FamilyFixture.bytes("\(name)/config.json")))
                    as? [String: Any])
            for zero in [
                "hidden_dropout_prob", "attention_probs_dropout_prob", "dropout", "attention_dropout",
                "qa_dropout",
            ] {
                object[zero] = 0.0
            }
            object[key] = 0.5
            let configuration = try ModelConfiguration(
                json: [UInt8](JSONSerialization.data(withJSONObject: object))
            ).answeringTokens(.answers)
            let model = try FamilyFixture.model(name, configuration, labelCount: 2)
            let still = try step(model, batch(0)).logits
            return try model.trainStep(
                batch(0), toward: Self.objective, dropout: DropoutKey(seed: 1, step: 0), lossDenominator: nil
            ).logits != still
        }
        #expect(try changes("distilbert", "qa_dropout"))
        #expect(try !changes("distilbert", "seq_classif_dropout"))
        for name in ["bert", "roberta", "electra", "ernie"] {
            #expect(try !changes(name, "classifier_dropout"))
        }
        #expect(try !changes("albert", "classifier_dropout_prob"))
    }

    static let wrong: [[Int32]] = [[2, 1], [-1, 2], [0, 90], [0]]

    @Test(arguments: wrong)
    func answersOutsideOfTheirRowsAreRefused(places: [Int32]) throws {
        let model = try Self.model("bert")
        var batch = batch(0)
        guard case .places(var found) = batch.targets else { return }
        found.places.replaceSubrange(0..<2, with: places)
        batch.targets = .places(found)
        #expect(throws: BatchError.self) { try step(model, batch) }
    }
}
