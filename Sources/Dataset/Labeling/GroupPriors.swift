import CLibrary
package import VoteModel

/// Beta priors of groups within a source, such as its outlets: each group's own fit, drawn toward the source's, the more
/// the less its comments say. Empirical Bayes on two levels.
///
/// A prior is written as the logit of its mean, t = ln(α / β), and the logarithm of its strength, s = ln(α + β). Those of
/// a group are thought to be drawn around the source's, from N(t, τ²) and N(s, σ²), and the votes of its comments from
/// the beta-binomial distribution of ``PriorFit``. The group's prior is where the two together have their peak. The
/// variances are what the groups ask for, by the EM algorithm with each group's t and s taken as normal about the peak:
/// τ² is the mean of (t of the group − t)² + its variance, σ² likewise, until neither changes.
///
/// Where groups differ by chance alone the variances go to 0, and all have the source's prior; a group of a thousand
/// comments has nearly its own fit, and one of three the source's, moved a little.
///
/// Sources: Efron and Morris, "Data analysis using Stein's estimator and its generalizations" (1975), for the shrinkage;
/// Dempster, Laird and Rubin, "Maximum likelihood from incomplete data via the EM algorithm" (1977).
package struct GroupPriors: Hashable, Sendable {
    /// One for each group, in their order.
    package let priors: [BetaPrior]
    /// τ² and σ²; 0 if there are no two groups to draw them from, or the source's prior was not fitted.
    package let meanVariance: Double
    package let strengthVariance: Double
    /// Rounds of the EM algorithm.
    package let rounds: Int

    /// Neither variance changes by more than this part of it in the last round.
    private static let tolerance = 1e-9
    private static let mostRounds = 2_000
    /// Variances at or below it are as good as none.
    private static let least = 1e-7

    /// Fits priors to the groups of a source.
    ///
    /// - Parameters:
    ///   - groups: the comments of each.
    ///   - source: the fit to the comments of all of them.
    /// - Complexity: O(d + 4096) for each group and step of Newton's method, one or two a round, for d distinct counts.
    package init(_ groups: [VoteCensus], within source: PriorFit) {
        let told = groups.indices.filter { groups[$0].entries.contains { $0.total > 0 } }
        guard source.outcome == .fitted, told.count > 1 else {
            priors = groups.map { _ in source.prior }
            (meanVariance, strengthVariance, rounds) = (0, 0, 0)
            return
        }
        let center = PriorPlace(source.prior)
        var climbs = told.map { PriorClimb(BetaBinomialLikelihood(groups[$0]), start: center) }
        var spread = PriorSpread(mean: 1, strength: 1)
        var round = 0
        while round < Self.mostRounds {
            round += 1
            var next = PriorSpread(mean: 0, strength: 0)
            for index in climbs.indices {
                let doubt = climbs[index].climb(center, spread)
                next.mean += pow(climbs[index].place.mean - center.mean, 2) + doubt.mean
                next.strength += pow(climbs[index].place.strength - center.strength, 2) + doubt.strength
            }
            next.mean = max(next.mean / Double(climbs.count), Self.least)
            next.strength = max(next.strength / Double(climbs.count), Self.least)
            let isDone =
                abs(next.mean - spread.mean) <= Self.tolerance * spread.mean
                && abs(next.strength - spread.strength) <= Self.tolerance * spread.strength
            spread = next
            if isDone { break }
        }
        var priors = groups.map { _ in source.prior }
        for (place, climb) in zip(told, climbs) { priors[place] = climb.place.prior }
        self.priors = priors
        (meanVariance, strengthVariance, rounds) = (spread.mean, spread.strength, round)
    }
}

/// A prior by the logit of its mean and the logarithm of its strength.
private struct PriorPlace: Hashable {
    var mean: Double
    var strength: Double

    init(mean: Double, strength: Double) {
        self.mean = mean
        self.strength = strength
    }

    init(_ prior: BetaPrior) {
        self.init(mean: log(prior.alpha / prior.beta), strength: log(prior.alpha + prior.beta))
    }

    /// Within ``PriorFit/bounds``.
    var prior: BetaPrior {
        func held(_ value: Double) -> Double {
            min(max(value, PriorFit.bounds.lowerBound), PriorFit.bounds.upperBound)
        }
        let share = logistic(mean)
        return BetaPrior(alpha: held(exp(strength) * share), beta: held(exp(strength) * (1 - share)))
    }
}

/// Variances, of the two numbers of a ``PriorPlace``.
private struct PriorSpread {
    var mean: Double
    var strength: Double
}

/// Newton's method, uphill from where it was.
private struct PriorClimb {
    private let likelihood: BetaBinomialLikelihood
    private(set) var place: PriorPlace

    init(_ likelihood: BetaBinomialLikelihood, start: PriorPlace) {
        self.likelihood = likelihood
        place = start
    }

    private struct Slope {
        var mean, strength: Double
        /// Negative second derivatives, of the whole and of the draw alone.
        var meanMean, strengthStrength, meanStrength: Double
    }

    private func height(_ place: PriorPlace, _ center: PriorPlace, _ spread: PriorSpread) -> Double {
        let prior = place.prior
        return likelihood.value(prior.alpha, prior.beta)
            - pow(place.mean - center.mean, 2) / (2 * spread.mean)
            - pow(place.strength - center.strength, 2) / (2 * spread.strength)
    }

    private func slope(_ center: PriorPlace, _ spread: PriorSpread) -> Slope {
        let prior = place.prior
        let m = logistic(place.mean)
        let d = likelihood.derivatives(prior.alpha, prior.beta)
        return Slope(
            mean: d.x * (1 - m) - d.y * m - (place.mean - center.mean) / spread.mean,
            strength: d.x + d.y - (place.strength - center.strength) / spread.strength,
            meanMean: 1 / spread.mean + (d.x + d.y) * m * (1 - m)
                - (d.xx * (1 - m) * (1 - m) - 2 * d.xy * m * (1 - m) + d.yy * m * m),
            strengthStrength: 1 / spread.strength - (d.xx + 2 * d.xy + d.yy),
            meanStrength: d.yy * m - d.xx * (1 - m) - d.xy * (1 - 2 * m))
    }

    /// Goes to the peak.
    /// - Returns: the variances there.
    mutating func climb(_ center: PriorPlace, _ spread: PriorSpread) -> PriorSpread {
        var damping = 0.0
        var slope = slope(center, spread)
        for _ in 0..<100 {
            let scale = damping * max(abs(slope.meanMean), abs(slope.strengthStrength))
            let (a, c, b) = (slope.meanMean + scale, slope.strengthStrength + scale, slope.meanStrength)
            let determinant = a * c - b * b
            guard a > 0, determinant > 0 else {
                damping = max(damping * 10, 1e-3)
                continue
            }
            // No step beyond a factor of e²: far from the peak the parabola promises too much.
            func held(_ move: Double) -> Double { min(max(move, -2), 2) }
            let next = PriorPlace(
                mean: place.mean + held((c * slope.mean - b * slope.strength) / determinant),
                strength: place.strength + held((a * slope.strength - b * slope.mean) / determinant))
            let length = max(abs(next.mean - place.mean), abs(next.strength - place.strength))
            // So near the peak heights differ by rounding only.
            if length > 1e-6, height(next, center, spread) < height(place, center, spread) {
                damping = max(damping * 10, 1e-3)
                continue
            }
            place = next
            damping = damping < 1e-6 ? 0 : damping / 10
            slope = self.slope(center, spread)
            if length < 1e-11 { break }
        }
        let determinant = slope.meanMean * slope.strengthStrength - slope.meanStrength * slope.meanStrength
        return PriorSpread(mean: slope.strengthStrength / determinant, strength: slope.meanMean / determinant)
    }
}
