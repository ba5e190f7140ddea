import Foundation
import Models
import Testing

/// Parity with transformers in training, with the same masks on both sides; see `Tests/Fixtures/families/make_dropout.py`.
/// It shows that dropout is at the places where each family has it, and at no others: loss 1e-6 relative, each gradient
/// 1e-5 of its norm.
struct DropoutParityTests {
    private struct Golden: Decodable {
        struct Result: Decodable {
            let loss: Double
            /// By the tensor's published name: norm and three projections.
            let gradients: [String: [Double]]
        }

        let seed: UInt64
        let step: UInt32
        /// Of hidden states, of attention, of the head.
        let rates: [Double]
        let models: [String: Result]
    }

    private let batch: PackedTokens
    private let golden: Golden

    init() throws {
        batch = try FamilyFixture.load().batches[0].packed
        golden = try JSONDecoder().decode(Golden.self, from: Data(FamilyFixture.bytes("dropout.json")))
    }

    private func model(
        _ name: String, _ change: (inout TransformerPlan) -> Void = { _ in }
    ) throws -> any TrainableModel {
        var configuration = try FamilyFixture.configuration(name)
        configuration.plan.hiddenDropout = golden.rates[0]
        configuration.plan.attentionDropout = golden.rates[1]
        // GPT-2 has none before its head, and embeddings of their own rate.
        let isDecoder = FamilyFixture.decoders.contains(name)
        configuration.plan.classifierDropout = isDecoder ? 0 : golden.rates[2]
        if isDecoder { configuration.plan.embeddingDropout = golden.rates[0] }
        change(&configuration.plan)
        return try FamilyFixture.model(name, configuration)
    }

    private func loss(_ model: any TrainableModel) throws -> Double {
        try model.trainStep(batch, dropout: DropoutKey(seed: golden.seed, step: golden.step)).loss
    }

    @Test(arguments: FamilyFixture.names)
    func lossAndGradientsAgree(name: String) throws {
        let expected = try #require(golden.models[name])
        let model = try model(name)
        #expect(abs(try loss(model) / expected.loss - 1) < 1e-6)
        let names = try FamilyFixture.configuration(name).makeModel(labelCount: 3, seed: nil, threads: 1)
            .parameters
        var compared = 0
        for entry in model.parameters.entries {
            if case .layer(_, .key(.bias)) = entry.role { continue }
            let file = try #require(names.entry(for: entry.role)?.name)
            let wanted = try #require(expected.gradients[file])
            let found = try model.parameters.withGradients(of: entry.name, Projections.init)
            #expect(found.distance(from: wanted) < 1e-5, "\(file)")
            compared += 1
        }
        #expect(compared > 20)
    }

    /// The negative controls: a place too many or one too few, another step, another rate.
    @Test(arguments: FamilyFixture.names)
    func mistakesWouldBeNoticed(name: String) throws {
        let expected = try #require(golden.models[name]).loss
        func isNoticed(_ change: (inout TransformerPlan) -> Void) throws -> Bool {
            abs(try loss(model(name, change)) / expected - 1) > 1e-4
        }
        #expect(try isNoticed { $0.dropsAttentionOutput.toggle() })
        #expect(try isNoticed { $0.dropsFeedForwardOutput.toggle() })
        #expect(try isNoticed { $0.classifierDropout = $0.classifierDropout == 0 ? 0.4 : 0 })
        #expect(try isNoticed { $0.embeddingDropout = 0 })
        #expect(try isNoticed { $0.attentionDropout = 0 })
        #expect(try isNoticed { $0.hiddenDropout = 0.31 })
        let later = DropoutKey(seed: golden.seed, step: golden.step + 1)
        #expect(abs(try model(name).trainStep(batch, dropout: later).loss / expected - 1) > 1e-4)
    }
}

/// A gradient's norm and its projections on cos(0.37 · (place + 1) · number) for the numbers 1, 2, 3.
struct Projections {
    let norm: Double
    let others: [Double]
    private let count: Int

    init(_ values: UnsafeMutableBufferPointer<Float>) {
        count = values.count
        norm = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        others = (1...3).map { number in
            values.enumerated().reduce(0.0) {
                $0 + Double($1.element) * cos(0.37 * Double($1.offset + 1) * Double(number))
            }
        }
    }

    /// Farthest from the wanted norm and projections, in shares of the norm and of the vector that is projected on.
    func distance(from wanted: [Double]) -> Double {
        guard wanted.count == 4, norm.isFinite else { return .infinity }
        let scale = wanted[0] * Double(count).squareRoot()
        let projected = zip(others, wanted.dropFirst()).map { abs($0 - $1) / scale }
        return max(abs(norm - wanted[0]) / wanted[0], projected.max() ?? 0)
    }
}
