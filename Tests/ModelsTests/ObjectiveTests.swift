import Models
import Tensors
import Testing

/// An objective decides what is learned; the network does not know which it is.
struct ObjectiveTests {
    /// Half the sum of squared scores: its gradient is the scores.
    private struct Shrinking: Objective {
        func check(_ targets: Targets, rows: Int, scoreCount: Int) throws(BatchError) {}

        func loss(
            of scores: Tensor, _ targets: Targets, weights: [Float]?, gradientScale: Double, gradient: Tensor?
        ) throws -> Double {
            let values = scores.array()
            if let gradient {
                for (place, value) in values.enumerated() {
                    gradient.floats[place] = Float(gradientScale) * value
                }
            }
            return values.reduce(0) { $0 + Double($1) * Double($1) / 2 }
        }
    }

    @Test func aNetworkLearnsWhatItsObjectiveSays() throws {
        let batch = try BERTFixture.load().batches[0].packed
        let model = try BERTFixture.classifier("gelu")
        let before = try model.logits(batch).map { Double($0) * Double($0) / 2 }.reduce(0, +)
        let result = try model.trainStep(batch, towards: Shrinking(), dropout: nil, lossDenominator: 1)
        #expect(abs(result.lossSum / before - 1) < 1e-6)
        let bias = try #require(model.parameters.entry(for: .head(.classifier, .bias)))
        let gradient = Array(model.parameters.gradients[bias.range])
        for (label, found) in gradient.enumerated() {
            let sum = (0..<batch.rows).reduce(Float(0)) { $0 + result.logits[$1 * 3 + label] }
            #expect(abs(found - sum) < 1e-4, "the bias of class \(label) sees the sum of its scores")
        }
        try AdamW(for: model.parameters).step(model.parameters, learningRate: 1e-3)
        let after = try model.logits(batch).map { Double($0) * Double($0) / 2 }.reduce(0, +)
        #expect(after < before)
    }

    @Test func partsOfABatchKeepTheirTargets() {
        var batch = PackedTokens(rows: [[2, 3], [2, 7, 3], [2, 8, 3]], labels: [0, 1, 2])
        #expect(batch.slice(1..<3).targets == .classes([1, 2]))
        batch.targets = .probabilities([0.5, 0.5, 1, 0, 0.25, 0.75])
        #expect(batch.slice(1..<3).targets == .probabilities([1, 0, 0.25, 0.75]))
        #expect(batch.slice(0..<1).targets == .probabilities([0.5, 0.5]))
    }
}
