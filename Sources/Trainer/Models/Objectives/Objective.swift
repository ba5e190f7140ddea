package import Tensors

/// What a model is trained toward: how far scores are from their targets.
///
/// Knows nothing of encoders and heads. Rows are summed, so that a step may be processed in parts.
package protocol Objective: Sendable {
    /// Finds out whether targets can be learned from before anything is computed.
    ///
    /// - Parameters:
    ///   - rows: answers of the batch: one of each row, or of each token that answers.
    ///   - scoreCount: scores of a row.
    /// - Throws: ``BatchError`` for the first thing that does not fit.
    func check(_ targets: Targets, rows: Int, scoreCount: Int) throws(BatchError)

    /// Σ weight · loss over the rows.
    ///
    /// - Parameters:
    ///   - scores: `[rows, scores]`, contiguous.
    ///   - targets: checked.
    ///   - weights: of each term; `nil` means all 1.
    ///   - gradientScale: factor of the gradient.
    ///   - gradient: receives that of the scores, `[rows, scores]`, contiguous; `nil` for the loss alone.
    func loss(
        of scores: Tensor, _ targets: Targets, weights: [Float]?, gradientScale: Double, gradient: Tensor?
    ) throws -> Double
}

extension PackedTokens {
    /// The targets that an objective can learn from.
    /// - Throws: ``BatchError`` when there are none, or when they or the weights do not fit.
    func targets(for objective: any Objective, scoreCount: Int) throws(BatchError) -> Targets {
        if let weights {
            if weights.count != terms {
                throw BatchError("the batch has \(weights.count) weights for \(terms) rows")
            }
            if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
                throw BatchError(
                    "row \(row) of the batch has weight \(weights[row]); it must be finite, at least 0")
            }
        }
        guard let targets else { throw BatchError("the batch has no labels to learn from") }
        try objective.check(targets, rows: answers, scoreCount: scoreCount)
        return targets
    }
}
