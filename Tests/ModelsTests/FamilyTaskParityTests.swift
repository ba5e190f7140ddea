import Foundation
import Models
import Testing

/// Parity with transformers of each family under every head and objective; see `Tests/Fixtures/families/make_tasks.py`.
/// Tolerances as for three classes: logits 1e-5, loss 1e-6 relative, each gradient 1e-5 of its norm, ten AdamW losses 1e-5.
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
        let probabilities: [[[Float]]]
        let models: [String: [String: Result]]
    }

    /// A head and what its scores are compared by, as the fixture names it.
    enum Problem: String, CaseIterable {
        case multiLabel = "multi_label_classification"
        case regression
        case twoClasses = "two_classes"
        case yesOrNo = "yes_or_no"
        case probabilities
        case ordinal

        var scoreCount: Int {
            switch self {
            case .multiLabel, .probabilities, .ordinal: 3
            case .twoClasses: 2
            case .regression, .yesOrNo: 1
            }
        }

        var objective: any Objective {
            switch self {
            case .multiLabel, .yesOrNo: BinaryCrossEntropyObjective()
            case .regression: SquaredErrorObjective()
            case .twoClasses, .probabilities: CrossEntropyObjective()
            case .ordinal: OrderedClassesObjective()
            }
        }
    }

    private let fixture: FamilyFixture
    private let golden: Golden

    init() throws {
        fixture = try FamilyFixture.load()
        golden = try JSONDecoder().decode(Golden.self, from: Data(FamilyFixture.bytes("tasks.json")))
    }

    private func model(_ name: String, _ problem: Problem) throws -> any TrainableModel {
        try FamilyFixture.model(name, labelCount: problem.scoreCount)
    }

    private func batch(_ number: Int, _ problem: Problem) -> PackedTokens {
        var batch = fixture.batches[number].packed
        let labels = fixture.batches[number].labels
        batch.targets =
            switch problem {
            case .multiLabel: .numbers(golden.flags[number].flatMap { $0 })
            case .regression: .numbers(golden.scores[number])
            case .twoClasses: .classes(labels.map { $0 % 2 })
            case .ordinal: .classes(labels)
            case .yesOrNo: .numbers(labels.map { Float($0 % 2) })
            case .probabilities: .probabilities(golden.probabilities[number].flatMap { $0 })
            }
        return batch
    }

    private func expected(_ name: String, _ problem: Problem) throws -> Golden.Result {
        try #require(golden.models[name]?[problem.rawValue])
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
            let found = try model.parameters.withGradients(of: entry.name, Projections.init)
            worst = max(worst, found.distance(from: wanted))
        }
        #expect(compared > 20, "\(name): \(compared) tensors")
        return worst
    }

    @Test(arguments: FamilyFixture.names, Problem.allCases)
    func logitsLossAndGradientsAgree(name: String, problem: Problem) throws {
        let expected = try expected(name, problem)
        let model = try model(name, problem)
        let batch = batch(0, problem)
        let logits = try model.logits(batch)
        let distance = zip(logits, expected.logits.joined()).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(logits.count == expected.logits.joined().count && distance < 1e-5)
        let result = try model.trainStep(
            batch, toward: problem.objective, dropout: nil, lossDenominator: nil)
        #expect(abs(result.loss / expected.loss - 1) < 1e-6)
        #expect(try worstGradient(name, model, expected) < 1e-5)
    }

    @Test(arguments: FamilyFixture.names, Problem.allCases)
    func tenStepsGiveTheSameLosses(name: String, problem: Problem) throws {
        let expected = try expected(name, problem)
        let rates = try #require(fixture.models[name]).training.learningRates
        let model = try model(name, problem)
        let optimizer = AdamW(for: model.parameters)
        for (step, (rate, loss)) in zip(rates, expected.losses).enumerated() {
            model.parameters.zeroGradients()
            let found = try model.trainStep(
                batch(step, problem), toward: problem.objective, dropout: nil, lossDenominator: nil
            ).loss
            #expect(abs(found / loss - 1) < 1e-5, "step \(step + 1)")
            try optimizer.step(model.parameters, learningRate: rate, clipNorm: 1)
        }
    }

    /// What mistakes would give: the loss of another objective's targets, gradients of a sum instead of a mean.
    @Test(arguments: FamilyFixture.names, Problem.allCases)
    func mistakesAreSeen(name: String, problem: Problem) throws {
        let expected = try expected(name, problem)
        let model = try model(name, problem)
        var turned = batch(0, problem)
        switch turned.targets {
        case .numbers(let values): turned.targets = .numbers(values.map { 1 - $0 })
        case .classes(let labels):
            turned.targets = .classes(labels.map { Int32(problem.scoreCount) - 1 - $0 })
        case .probabilities(let shares): turned.targets = .probabilities(shares.reversed())
        case .places, .taught, nil: Issue.record("a batch without targets")
        }
        let result = try model.trainStep(
            turned, toward: problem.objective, dropout: nil, lossDenominator: nil)
        #expect(abs(result.loss / expected.loss - 1) > 1e-3)
        model.parameters.zeroGradients()
        _ = try model.trainStep(
            batch(0, problem), toward: problem.objective, dropout: nil, lossDenominator: 1)
        #expect(try worstGradient(name, model, expected) > 0.1)
    }
}
