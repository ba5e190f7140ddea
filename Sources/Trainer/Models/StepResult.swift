/// The outcome of one forward and backward pass.
package struct StepResult: Hashable, Sendable {
    /// Σ weight · loss over the rows; of cross-entropy in nats.
    package var lossSum: Double
    /// Σ weight over the rows.
    package var weightSum: Double
    /// Scores before the softmax, `[rows, labels]`, row-major; computed with dropout when it was on.
    package var logits: [Float]
    /// Rows in the batch.
    package var rows: Int
    /// Tokens in the batch.
    package var tokens: Int
    /// How far the states are from a teacher's, by the weights of ``LayerHints``; this batch's part of the step's.
    package var hintLoss = 0.0

    /// Mean loss; 0 when all weights are 0.
    package var loss: Double { weightSum > 0 ? lossSum / weightSum : 0 }

    /// Appends the rows of another part of the same step.
    package static func += (whole: inout StepResult, part: StepResult) {
        whole.lossSum += part.lossSum
        whole.weightSum += part.weightSum
        whole.logits += part.logits
        whole.rows += part.rows
        whole.tokens += part.tokens
        whole.hintLoss += part.hintLoss
    }

    package init(lossSum: Double, weightSum: Double, logits: [Float], rows: Int, tokens: Int) {
        self.lossSum = lossSum
        self.weightSum = weightSum
        self.logits = logits
        self.rows = rows
        self.tokens = tokens
    }
}
