package import VoteModel

/// A Beta prior estimated from the comments themselves: empirical Bayes, fitted for each source separately.
///
/// Each comment i of a source is thought to have its own ratio, drawn from Beta(alpha, beta), and its up-votes to
/// be binomial given that ratio. Then u of n votes are beta-binomial, and alpha and beta are those that make all
/// comments together most likely:
///
/// ln L = Σᵢ [ln B(alpha + uᵢ, beta + dᵢ) − ln B(alpha, beta)], the binomial coefficients left out.
///
/// It is climbed with damped Newton steps in ln alpha and ln beta, within ``bounds`` for both. The result depends on
/// the counts alone, not on their order. Comments without votes say nothing, those with one vote speak of the mean
/// only, so comments with two votes or more have to be ``fewestComments`` at least.
///
/// Sources: the beta-binomial is Skellam's, "A probability distribution derived from the binomial distribution by
/// regarding the probability of success as variable between the sets of trials" (1948); its likelihood in counts of
/// comments with more than j votes, and Newton's method on it, are Smith's, "Algorithm AS 189: Maximum likelihood
/// estimation of the parameters of the beta binomial distribution" (1983).
package struct PriorFit: Hashable, Sendable {
    /// What came of the fit.
    package enum Outcome: Hashable, Sendable {
        /// The likelihood has its peak there.
        case fitted
        /// The likelihood still rises beyond ``PriorFit/bounds``; the best prior within them was taken.
        case atBound
        /// The uniform prior was kept, for this reason.
        case uniform(Reason)
    }

    /// Why nothing could be fitted.
    package enum Reason: Hashable, Sendable {
        /// Too few comments with two votes or more.
        case tooFewComments(found: Int, needed: Int)
        /// All votes are up-votes, or all are down-votes.
        case oneSided
        /// No peak was found. Not known to happen.
        case noPeak
    }

    /// What both numbers of the prior are kept within.
    package static let bounds = 1e-3...1e4
    /// How many comments with two votes or more a fit needs by default.
    package static let fewestComments = 100

    /// The prior to label with.
    package let prior: BetaPrior
    /// Whether it was fitted.
    package let outcome: Outcome
    /// How many comments with two votes or more there were.
    package let comments: Int
    /// ln L at the prior, and at the uniform one; the difference is what the fit won.
    package let logLikelihood: Double
    package let uniformLogLikelihood: Double
    /// Newton steps that it took.
    package let steps: Int

    /// Fits a prior to the votes of one source. Tags play no part.
    ///
    /// - Complexity: O(d + 4096) for each of some ten steps, for d distinct counts.
    package init(_ census: VoteCensus, fewestComments: Int = PriorFit.fewestComments) {
        comments = census.comments(withAtLeast: 2)
        let likelihood = BetaBinomialLikelihood(census)
        uniformLogLikelihood = likelihood.value(1, 1)
        let needed = max(1, fewestComments)
        var found = (prior: BetaPrior.uniform, outcome: Outcome.uniform(.noPeak), steps: 0)
        if comments < needed {
            found.outcome = .uniform(.tooFewComments(found: comments, needed: needed))
        } else if likelihood.ups == 0 || likelihood.downs == 0 {
            found.outcome = .uniform(.oneSided)
        } else if let peak = likelihood.peak(within: Self.bounds) {
            found = (
                BetaPrior(alpha: peak.alpha, beta: peak.beta), peak.atBound ? .atBound : .fitted, peak.steps
            )
        }
        prior = found.prior
        outcome = found.outcome
        steps = found.steps
        logLikelihood = likelihood.value(prior.alpha, prior.beta)
    }
}

extension PriorFit: CustomStringConvertible {
    /// A sentence for people.
    package var description: String {
        switch outcome {
        case .fitted: "\(prior.shown) fitted to \(comments) comments"
        case .atBound:
            "\(prior.shown) fitted to \(comments) comments; the votes ask for a prior beyond the limits"
        case .uniform(.tooFewComments(let found, let needed)):
            "uniform prior: \(found) comments have two votes or more, \(needed) are needed to fit one"
        case .uniform(.oneSided): "uniform prior: all votes are on one side"
        case .uniform(.noPeak): "uniform prior: the likelihood of the votes has no peak"
        }
    }
}

extension BetaPrior {
    /// `Beta(2.31, 0.874)`: three significant digits.
    package var shown: String { "Beta(\(Self.digits(alpha)), \(Self.digits(beta)))" }

    private static func digits(_ value: Double) -> String {
        var scale = 1.0
        while value * scale < 99.95, scale < 1e6 { scale *= 10 }
        return "\((value * scale).rounded() / scale)"
    }
}
