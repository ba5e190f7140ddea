package import VoteModel

/// What is believed about a comment's agreement ratio before any vote: a Beta distribution.
package struct BetaPrior: Hashable, Sendable {
    /// Up-votes the belief is worth. Above 0.
    package var alpha: Double
    /// Down-votes the belief is worth. Above 0.
    package var beta: Double

    package init(alpha: Double, beta: Double) {
        self.alpha = alpha
        self.beta = beta
    }

    /// Every ratio is as likely as any other: Beta(1, 1).
    package static let uniform = BetaPrior(alpha: 1, beta: 1)

    /// Whether both numbers are above 0 and finite, so that this is a distribution.
    package var isProper: Bool {
        alpha > 0 && beta > 0 && alpha.isFinite && beta.isFinite
    }
}

/// What is believed about a comment's agreement ratio once its votes are seen:
/// Beta(alpha + up, beta + down).
package struct Posterior: Hashable, Sendable {
    /// First parameter of the Beta distribution, above 0.
    package let alpha: Double
    /// Second parameter of the Beta distribution, above 0.
    package let beta: Double

    package init(_ votes: VoteCount, prior: BetaPrior = .uniform) {
        alpha = prior.alpha + Double(votes.up)
        beta = prior.beta + Double(votes.down)
    }

    /// The mean of the distribution, 0 ... 1: the ratio drawn toward that of the prior.
    package var mean: Double { alpha / (alpha + beta) }

    /// Probability that the ratio is in `range`, 0 ... 1.
    ///
    /// Right to 1e-10 up to a million votes; see ``regularizedIncompleteBeta(_:_:_:)``.
    package func mass(in range: ClosedRange<Double>) -> Double {
        let lower = regularizedIncompleteBeta(range.lowerBound, alpha, beta)
        let upper = regularizedIncompleteBeta(range.upperBound, alpha, beta)
        return min(max(upper - lower, 0), 1)
    }

    /// Probability that the ratio is at or beyond one of two bounds, 0 ... 1.
    package func mass(in range: OuterRange) -> Double {
        let lower = regularizedIncompleteBeta(range.atMost, alpha, beta)
        let upper = regularizedIncompleteBeta(1 - range.atLeast, beta, alpha)
        return min(max(lower + upper, 0), 1)
    }
}
