import Foundation
import Models
import Testing

/// Parity with transformers of each family under the objectives for any number of classes and for scores; see
/// `Tests/Fixtures/families/make_tasks.py`. Tolerances as for classes: logits 1e-5, loss 1e-6 relative, each gradient 1e-5
/// of its norm, ten AdamW losses 1e-5.
struct FamilyTaskParityTests {
    private struct Golden: Decodable {
        struct Result: Decodable {
            let loss: Double
            let logits: [[Double]]
            /// By the tensor's published name: norm and three projections.
            let gradients: [String: [Double]]
            let losses: [Double]
        }

        let flags: [[[Float]]]
        let scores: [[Float]]
        let models: [String: [String: Result]]
    }

    static let problems = ["multi_label_classification", "regression"]
    private let fixture: FamilyFixture
    private let golden: Golden

    init() throws {
        fixture = try FamilyFixture.load()
        golden = try JSONDecoder().decode(Golden.self, from: Data(FamilyFixture.bytes("tasks.json")))
    }

    private func objective(_ problem: String) -> any Objective {
        problem == "regression" ? SquaredErrorObjective() : BinaryCrossEntropyObjective()
    }

    private func model(_ name: String, _ problem: String) throws -> any TrainableModel {
        try FamilyFixture.model(name, labelCount: problem == "regression" ? 1 : 3)
    }

    private func batch(_ number: Int, _ problem: String) -> PackedTokens {
        var batch = fixture.batches[number].packed
        batch.targets = .numbers(
            problem == "regression" ? golden.scores[number] : golden.flags[number].flatMap { $0 })
        return batch
    }

    /// Farthest that a gradient is from the fixture's in a projection, in shares of its norm and the vector's.
    private func worstGradient(
        _ name: String, _ model: any TrainableModel, _ expected: Golden.Result
    ) throws -> Double {
        let names = try FamilyFixture.configuration(name).makeModel(labelCount: 3, seed: nil, threads: 1)
            .parameters
        var worst = 0.0
        var compared = 0
        for entry in model.parameters.entries {
            if case .layer(_, .key(.bias)) = entry.role { continue }
            guard let file = names.entry(for: entry.role)?.name, let wanted = expected.gradients[file] else {
                continue
            }
            compared += 1
            let found = try model.parameters.withGradients(of: entry.name) { values in
                [(values.reduce(0) { $0 + Double($1) * Double($1) }).squareRoot()]
                    + (1...3).map { number in
                        values.enumerated().reduce(0.0) {
                            $0 + Double($1.element) * cos(0.37 * Double($1.offset + 1) * Double(number))
                        }
                    }
            }
            let scale = wanted[0] * Double(entry.range.count).squareRoot()
            worst = max(worst, abs(found[0] - wanted[0]) / wanted[0])
            for (one, other) in zip(found, wanted).dropFirst() {
                worst = max(worst, abs(one - other) / scale)
            }
        }
        #expect(compared > 20, "\(name): \(compared) tensors")
        return worst
    }

    @Test(arguments: FamilyFixture.names, problems)
    func logitsLossAndGradientsAgree(name: String, problem: String) throws {
        let expected = try #require(golden.models[name]?[problem])
        let model = try model(name, problem)
        let batch = batch(0, problem)
        let logits = try model.logits(batch)
        let distance = zip(logits, expected.logits.joined()).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(logits.count == expected.logits.joined().count && distance < 1e-5)
        let result = try model.trainStep(
            batch, towards: objective(problem), dropout: nil, lossDenominator: nil)
        #expect(abs(result.loss / expected.loss - 1) < 1e-6)
        #expect(try worstGradient(name, model, expected) < 1e-5)
    }

    @Test(arguments: FamilyFixture.names, problems)
    func tenStepsGiveTheSameLosses(name: String, problem: String) throws {
        let expected = try #require(golden.models[name]?[problem])
        let rates = try #require(fixture.models[name]).training.learningRates
        let model = try model(name, problem)
        let optimizer = AdamW(for: model.parameters)
        for (step, (rate, loss)) in zip(rates, expected.losses).enumerated() {
            model.parameters.zeroGradients()
            let found = try model.trainStep(
                batch(step, problem), towards: objective(problem), dropout: nil, lossDenominator: nil
            ).loss
            #expect(abs(found / loss - 1) < 1e-5, "step \(step + 1)")
            try optimizer.step(model.parameters, learningRate: rate, clipNorm: 1)
        }
    }

    /// What mistakes would give: the loss of another objective's targets, gradients of a sum in the place of a mean.
    @Test func mistakesAreSeen() throws {
        let expected = try #require(golden.models["electra"]?["multi_label_classification"])
        let model = try model("electra", "multi_label_classification")
        var turned = batch(0, "multi_label_classification")
        if case .numbers(let values)? = turned.targets { turned.targets = .numbers(values.reversed()) }
        let result = try model.trainStep(
            turned, towards: BinaryCrossEntropyObjective(), dropout: nil, lossDenominator: nil)
        #expect(abs(result.loss / expected.loss - 1) > 1e-3)
        model.parameters.zeroGradients()
        _ = try model.trainStep(
            batch(0, "multi_label_classification"), towards: BinaryCrossEntropyObjective(), dropout: nil,
            lossDenominator: 1)
        #expect(try worstGradient("electra", model, expected) > 0.1)
    }
}
