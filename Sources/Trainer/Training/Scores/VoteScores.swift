internal import CLibrary

/// How near a model's probabilities are to those that people's votes imply, for rows of two classes. Unlike accuracy, these scores take
/// a row for what it is: one on which readers were nearly of one mind counts as such, and a model is not held to a label that the
/// votes themselves leave open.
///
/// Source: Kurniawan, Mistica, Baldwin, Lau, "Training and Evaluating with Human Label Variation" (2025), arXiv:2502.01891, for soft
/// accuracy and soft F1; Lin, "Divergence Measures Based on the Shannon Entropy" (1991), for the divergence.
package struct VoteScores: Hashable, Sendable {
    /// Mean share of the probability that both give to the same classes, Σ min(p, q), 0 ... 1.
    package let softAccuracy: Double
    /// Mean over the classes of 2 Σ min(p, q) / (Σ p + Σ q), sums over the rows, 0 ... 1.
    package let softMacroF1: Double
    /// Mean Jensen-Shannon divergence, in bits, 0 ... 1; 0 where both are the same.
    package let divergence: Double

    /// - Parameters:
    ///   - answers: the model's probability of the second class, of at least one row.
    ///   - implied: that of the votes, of the same rows.
    package init(answers: [Double], implied: [Double]) {
        precondition(!answers.isEmpty && answers.count == implied.count, "the same rows")
        var (shared, own, others) = ([0.0, 0.0], [0.0, 0.0], [0.0, 0.0])
        var divergence = 0.0
        for (answer, vote) in zip(answers, implied) {
            let (model, votes) = ([1 - answer, answer], [1 - vote, vote])
            for number in 0..<2 {
                shared[number] += min(model[number], votes[number])
                own[number] += model[number]
                others[number] += votes[number]
                let middle = (model[number] + votes[number]) / 2
                divergence += Self.term(model[number], middle) / 2 + Self.term(votes[number], middle) / 2
            }
        }
        let rows = Double(answers.count)
        softAccuracy = (shared[0] + shared[1]) / rows
        let scores = (0..<2).map { own[$0] + others[$0] > 0 ? 2 * shared[$0] / (own[$0] + others[$0]) : 0 }
        softMacroF1 = (scores[0] + scores[1]) / 2
        self.divergence = max(0, divergence / rows)
    }

    private static func term(_ share: Double, _ of: Double) -> Double {
        share > 0 ? share * log2(share / of) : 0
    }
}

extension VoteScores {
    /// Of an evaluation; `nil` if rows tell nothing of votes, or have other than two classes.
    package init?(_ evaluation: ModelEvaluation) {
        let rows = evaluation.rows
        guard evaluation.task.name == .singleLabel, evaluation.labelNames.count == 2, rows.count > 0 else {
            return nil
        }
        let implied = (0..<rows.count).compactMap { rows.probability(of: $0).map(Double.init) }
        guard implied.count == rows.count else { return nil }
        self.init(answers: (0..<rows.count).map { evaluation.answers[2 * $0 + 1] }, implied: implied)
    }
}
