import Models
import Testing

@Suite struct AdamWTests {
    let fixture: BERTFixture

    init() throws { fixture = try BERTFixture.load() }

    /// Losses and gradient norms of the fixture's ten steps with these settings.
    private func train(_ activation: String, _ change: (inout AdamW.Settings) -> Void = { _ in }) throws -> (
        losses: [Double], norms: [Double]
    ) {
        let training = try #require(fixture.models[activation]).training
        let model = try BERTFixture.classifier(activation, threads: 2)
        var settings = AdamW.Settings()
        change(&settings)
        let optimizer = AdamW(for: model.parameters, settings: settings, threads: 2)
        var (losses, norms): ([Double], [Double]) = ([], [])
        for (batch, rate) in zip(fixture.batches, training.learningRates) {
            model.parameters.zeroGradients()
            losses.append(try model.trainStep(batch.packed, dropout: nil).loss)
            norms.append(try optimizer.step(model.parameters, learningRate: rate, clipNorm: 1))
        }
        return (losses, norms)
    }

    private func distance(_ found: [Double], _ expected: [Double]) -> Double {
        zip(found, expected).map { abs($0 / $1 - 1) }.max() ?? .infinity
    }

    /// 1e-5 relative: Float32 rounding grows from 1e-7 over ten steps.
    @Test(arguments: ["gelu", "gelu_new"])
    func tenStepsGiveTheGoldenLosses(activation: String) throws {
        let expected = try #require(fixture.models[activation]).training
        let (losses, norms) = try train(activation)
        #expect(distance(losses, expected.losses) < 1e-5)
        #expect(distance(norms, expected.gradientNorms) < 1e-4)
    }

    @Test func leavingOutAnyRuleWouldBeNoticed() throws {
        let expected = try #require(fixture.models["gelu"]).training
        let changes: [(inout AdamW.Settings) -> Void] = [
            { $0.correctsBias = false }, { $0.weightDecay = 0 }, { $0.beta2 = 0.99 }, { $0.epsilon = 1e-4 },
        ]
        for change in changes { #expect(distance(try train("gelu", change).losses, expected.losses) > 1e-5) }
    }

    @Test func biasesAndNormsDoNotDecay() throws {
        let model = try BERTFixture.classifier("gelu")
        let still = model.parameters.entries.filter { !$0.decays }.map(\.name)
        #expect(still.allSatisfy { $0.hasSuffix(".bias") || $0.contains("LayerNorm") })
        #expect(model.parameters.entries.filter(\.decays).allSatisfy { $0.name.hasSuffix(".weight") })
        #expect(still.count == 5 * 2 + 2 * 3 + 2 + 2 + 2 * 2)
    }

    @Test func gradientsThatAreNotFiniteChangeNothing() throws {
        let model = try BERTFixture.classifier("gelu")
        let optimizer = AdamW(for: model.parameters)
        let before = Array(model.parameters.values)
        model.parameters.gradients[3] = .nan
        #expect(try optimizer.step(model.parameters, learningRate: 1e-3).isNaN)
        #expect(Array(model.parameters.values) == before)
        #expect(optimizer.stepCount == 0)
    }
}
