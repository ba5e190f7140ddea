import Models
import Tensors
import Testing

/// Parity with transformers on the fixture. Tolerances: logits 1e-5, loss 1e-6 relative, each gradient 1e-5
/// relative to its norm; Float32 sums of this length leave about a tenth of that.
@Suite struct BERTParityTests {
    static let activations = ["gelu", "gelu_new"]
    let fixture: BERTFixture

    init() throws { fixture = try BERTFixture.load() }

    private func expected(_ activation: String) throws -> BERTFixture.Model {
        try #require(fixture.models[activation])
    }

    @Test(arguments: activations, [1, 2])
    func logitsAndLossAgree(activation: String, threads: Int) throws {
        let expected = try expected(activation)
        let model = try BERTFixture.classifier(activation, threads: threads)
        let batch = fixture.batches[0].packed
        let result = try model.trainStep(batch, dropout: nil)
        #expect(abs(result.loss / expected.loss - 1) < 1e-6)
        for (found, wanted) in zip(result.logits, expected.logits.joined()) {
            #expect(abs(Double(found) - wanted) < 1e-5)
        }
        for (found, wanted) in zip(try model.logits(batch), expected.logits.joined()) {
            #expect(abs(Double(found) - wanted) < 1e-5)
        }
    }

    @Test(arguments: activations)
    func firstTokenVectorsAgree(activation: String) throws {
        let features = try BERTFixture.classifier(activation).states(fixture.batches[0].packed)
        for (found, wanted) in zip(features[32..<64], try expected(activation).firstTokenOfRow1) {
            #expect(abs(Double(found) - wanted) < 1e-5)
        }
    }

    @Test(arguments: activations)
    func weightedLossAgrees(activation: String) throws {
        var batch = fixture.batches[0].packed
        batch.weights = fixture.rowWeights
        let result = try BERTFixture.classifier(activation).trainStep(batch, dropout: nil)
        #expect(abs(result.loss / (try expected(activation).weightedLoss) - 1) < 1e-6)
    }

    @Test(arguments: activations, [true, false])
    func everyGradientAgrees(activation: String, shortensLastLayer: Bool) throws {
        let model = try BERTFixture.classifier(activation)
        model.shortensLastLayer = shortensLastLayer
        _ = try model.trainStep(fixture.batches[0].packed, dropout: nil)
        let distances = try gradientDistances(model, like: activation)
        for (name, distance) in distances { #expect(distance < 1e-5, "\(name)") }
    }

    /// Whatever CPU the kernels are for, and with oneDNN's products, whose rows are rounded up.
    @Test(arguments: activations, Compute.variants)
    func everyVariantAgrees(activation: String, variant: String) throws {
        let expected = try expected(activation)
        try Compute.run(threads: 2, kernels: variant) {
            let model = try BERTFixture.classifier(activation, threads: 2)
            let result = try model.trainStep(fixture.batches[0].packed, dropout: nil)
            for (found, wanted) in zip(result.logits, expected.logits.joined()) {
                #expect(abs(Double(found) - wanted) < 1e-5)
            }
            for (name, distance) in try gradientDistances(model, like: activation) {
                #expect(distance < 1e-5, "\(name)")
            }
        }
    }

    /// A softmax does not change when all its scores shift, so key biases have no gradient but rounding
    /// noise.
    @Test func keyBiasesHaveNoGradient() throws {
        let model = try BERTFixture.classifier("gelu")
        _ = try model.trainStep(fixture.batches[0].packed, dropout: nil)
        for entry in model.parameters.entries where entry.name.hasSuffix("key.bias") {
            let largest = try model.parameters.withGradients(of: entry.name) { $0.map(abs).max() ?? 0 }
            #expect(largest < 1e-6)
        }
    }

    @Test func theWrongGELUWouldBeNoticed() throws {
        let model = try BERTFixture.classifier("gelu_new")
        let result = try model.trainStep(fixture.batches[0].packed, dropout: nil)
        #expect(abs(result.loss / (try expected("gelu")).loss - 1) > 1e-6)
        let distances = try gradientDistances(model, like: "gelu")
        #expect(distances.filter { $0.value < 1e-5 }.isEmpty)
    }

    @Test func aWrongEpsilonWouldBeNoticed() throws {
        var configuration = try ModelConfiguration(json: BERTFixture.bytes("config_gelu.json"))
        configuration.plan.layerNormEpsilon = 1e-5
        let right = try BERTFixture.classifier("gelu")
        let wrong = try configuration.makeModel(labelCount: 3, seed: 1, threads: 1)
        withExtendedLifetime(right) {
            _ = wrong.parameters.values.update(fromContentsOf: right.parameters.values)
        }
        _ = try wrong.trainStep(fixture.batches[0].packed, dropout: nil)
        let distances = try gradientDistances(wrong, like: "gelu")
        #expect(distances.values.contains { $0 > 1e-5 })
    }

    @Test func gradientsAddUp() throws {
        let model = try BERTFixture.classifier("gelu")
        let batch = fixture.batches[0].packed
        _ = try model.trainStep(batch, dropout: nil)
        let once = Array(model.parameters.gradients)
        _ = try model.trainStep(batch, dropout: nil)
        #expect(relativeDistance(model.parameters.gradients.map { $0 / 2 }, once) < 1e-6)
        model.parameters.zeroGradients()
        #expect(model.parameters.gradients.allSatisfy { $0 == 0 })
        _ = try model.trainStep(batch, dropout: nil)
        #expect(Array(model.parameters.gradients) == once)
        model.parameters.zeroGradients()
        _ = try model.trainStep(batch, dropout: nil)
        #expect(Array(model.parameters.gradients) == once)
    }

    @Test func aBatchIsTheSumOfItsRows() throws {
        let batch = fixture.batches[0].packed
        let whole = try BERTFixture.classifier("gelu")
        let parts = try BERTFixture.classifier("gelu")
        let result = try whole.trainStep(batch, dropout: nil)
        var logits: [Float] = []
        for row in 0..<batch.rows {
            let part = batch.slice(row..<row + 1)
            logits += try parts.trainStep(part, dropout: nil, lossDenominator: Double(batch.rows)).logits
        }
        for (a, b) in zip(logits, result.logits) { #expect(abs(a - b) < 1e-6) }
        #expect(relativeDistance(parts.parameters.gradients, whole.parameters.gradients) < 1e-6)
    }

    private func gradientDistances(_ model: any TrainableModel, like activation: String) throws -> [String:
        Double]
    {
        let expected = try TinySafetensors(BERTFixture.bytes("gradients_\(activation).safetensors"))
        var distances: [String: Double] = [:]
        for entry in model.parameters.entries where !entry.name.hasSuffix("key.bias") {
            let wanted = try expected.floats(entry.name)
            distances[entry.name] = try model.parameters.withGradients(of: entry.name) {
                relativeDistance($0, wanted)
            }
        }
        return distances
    }
}
