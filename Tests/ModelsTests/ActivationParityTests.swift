import Foundation
import Models
import Testing

/// Parity with transformers under every activation, and of every family under one; see
/// `Tests/Fixtures/families/make_activations.py`. Tolerances as for the families: logits 1e-5, loss 1e-6 relative, each
/// gradient 1e-5 of its norm, ten AdamW losses 1e-5.
struct ActivationParityTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let model: String
        let activation: String
        let loss: Double
        let logits: [[Double]]
        /// By the tensor's published name: norm and three projections.
        let gradients: [String: [Double]]
        let losses: [Double]

        var testDescription: String { "\(activation) in \(model)" }
    }

    private struct Golden: Decodable {
        let cases: [Case]
    }

    static let cases: [Case] = {
        let golden = try? JSONDecoder().decode(
            Golden.self, from: Data(FamilyFixture.bytes("activations.json")))
        return golden?.cases ?? []
    }()

    private let fixture: FamilyFixture

    init() throws { fixture = try FamilyFixture.load() }

    /// The fixture's model, its map into the middle of the feed-forward part four times as large.
    private func model(_ name: String, _ activation: String) throws -> any TrainableModel {
        var configuration = try FamilyFixture.configuration(name)
        configuration.plan.activation = try #require(.init(rawValue: activation))
        let model = try FamilyFixture.model(name, configuration)
        for entry in model.parameters.entries {
            guard case .layer(_, .up) = entry.role else { continue }
            try model.parameters.withValues(of: entry.name) { values in
                for place in values.indices { values[place] *= 4 }
            }
        }
        return model
    }

    private func distance(_ model: any TrainableModel, _ expected: [[Double]]) throws -> Double {
        let found = try model.logits(fixture.batches[0].packed)
        return zip(found, expected.joined()).map { abs(Double($0) - $1) }.max() ?? .infinity
    }

    @Test func everyActivationAndEveryFamilyIsThere() {
        let names = Self.cases.filter { $0.model == "bert" }.map(\.activation)
        #expect(names.sorted() == TransformerPlan.Activation.allCases.map(\.rawValue).sorted())
        #expect(Set(Self.cases.map(\.model)) == Set(FamilyFixture.names))
    }

    @Test(arguments: cases)
    func logitsLossAndGradientsAgree(expected: Case) throws {
        let model = try model(expected.model, expected.activation)
        #expect(try distance(model, expected.logits) < 1e-5)
        let result = try model.trainStep(fixture.batches[0].packed, dropout: nil)
        #expect(abs(result.loss / expected.loss - 1) < 1e-6)
        var compared = 0
        for entry in model.parameters.entries {
            if case .layer(_, .key(.bias)) = entry.role { continue }
            let wanted = try #require(expected.gradients[entry.name])
            let found = try model.parameters.withGradients(of: entry.name, Projections.init)
            #expect(found.distance(from: wanted) < 1e-5, "\(entry.name)")
            compared += 1
        }
        #expect(compared > 20)
    }

    @Test(arguments: cases)
    func tenStepsGiveTheSameLosses(expected: Case) throws {
        let rates = try #require(fixture.models[expected.model]).training.learningRates
        let model = try model(expected.model, expected.activation)
        let optimizer = AdamW(for: model.parameters)
        for ((batch, rate), loss) in zip(zip(fixture.batches, rates), expected.losses) {
            model.parameters.zeroGradients()
            let found = try model.trainStep(batch.packed, dropout: nil).loss
            #expect(abs(found / loss - 1) < 1e-5)
            try optimizer.step(model.parameters, learningRate: rate, clipNorm: 1)
        }
    }

    /// The negative control: each other function misses, and the names that do not are the other ones of the same function.
    @Test(arguments: cases)
    func anotherActivationWouldBeNoticed(expected: Case) throws {
        let same = try TransformerPlan.Activation.allCases.map(\.rawValue).filter {
            try distance(model(expected.model, $0), expected.logits) < 1e-5
        }
        let families = [
            ["gelu", "gelu_python"],
            ["gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_python_tanh", "gelu_accurate"],
            ["silu", "swish"],
        ]
        #expect(
            Set(same) == Set(families.first { $0.contains(expected.activation) } ?? [expected.activation]))
    }
}
