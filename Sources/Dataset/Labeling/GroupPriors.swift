import CLibrary
import TextBasics
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

    /// Fits priors to the groups of a source.
    ///
    /// - Parameters:
    ///   - groups: the comments of each.
    ///   - source: the fit to the comments of all of them.
    /// - Complexity: O(d + 4096) for each group and step of Newton's method, one or two a round, for d distinct counts.
    package init(_ groups: [VoteCensus], within source: PriorFit) {
        let told = groups.indices.filter { groups[$0].tells }
        guard source.outcome == .fitted, told.count > 1 else {
            priors = groups.map { _ in source.prior }
            (meanVariance, strengthVariance, rounds) = (0, 0, 0)
            return
        }
        var climbs = told.map {
            PriorClimb(BetaBinomialLikelihood(groups[$0]), center: PriorPlace(source.prior))
        }
        let fit = PriorSpread.fitted(to: &climbs)
        var priors = groups.map { _ in source.prior }
        for (place, climb) in zip(told, climbs) { priors[place] = climb.place.prior }
        self.priors = priors
        (meanVariance, strengthVariance, rounds) = (fit.spread.mean, fit.spread.strength, fit.rounds)
    }
}

/// How far the priors of small groups, such as articles, lie from those of what they belong to. The model is that of
/// ``GroupPriors``, with a center for each group and the variances kept, not the priors: those of a hundred thousand
/// articles follow from their votes when they are asked for.
package struct GroupSpread: Hashable, Sendable, CustomStringConvertible {
    /// τ² and σ², of the logit of the mean and of the logarithm of the strength.
    package let meanVariance: Double
    package let strengthVariance: Double

    /// The deviations, for people.
    package var description: String {
        func shown(_ variance: Double) -> String { Decimals.text(variance.squareRoot(), places: 3) }
        return
            "logit of the mean ± \(shown(meanVariance)), logarithm of the strength ± \(shown(strengthVariance))"
    }

    /// At most this many groups are asked.
    package static let mostGroups = 1_000

    package init(meanVariance: Double, strengthVariance: Double) {
        self.meanVariance = meanVariance
        self.strengthVariance = strengthVariance
    }

    /// Draws the variances from groups; of more than ``mostGroups`` from as many, evenly spaced in their order.
    ///
    /// The EM algorithm of ``GroupPriors`` in steps of two rounds and a leap along both, which takes a tenth of the
    /// rounds (Varadhan and Roland, "Simple and globally convergent methods for accelerating the convergence of any EM
    /// algorithm", 2008, scheme S3), to a millionth of the variances.
    ///
    /// - Parameters:
    ///   - groups: the comments of each, and the prior toward which it is drawn.
    /// - Returns: `nil` if fewer than two groups have votes.
    package init?(of groups: [(census: VoteCensus, center: BetaPrior)]) {
        let told = groups.filter { $0.census.tells }
        guard told.count > 1 else { return nil }
        let count = min(told.count, Self.mostGroups)
        var climbs = (0..<count).map { index in
            let group = told[index * told.count / count]
            return PriorClimb(BetaBinomialLikelihood(group.census), center: PriorPlace(group.center))
        }
        let spread = PriorSpread.leaping(to: &climbs)
        self.init(meanVariance: spread.mean, strengthVariance: spread.strength)
    }

    /// The prior of a group.
    /// - Parameter center: toward which it is drawn; its own prior if the group has no votes.
    package func prior(of census: VoteCensus, around center: BetaPrior) -> BetaPrior {
        guard census.tells else { return center }
        var climb = PriorClimb(BetaBinomialLikelihood(census), center: PriorPlace(center))
        _ = climb.climb(PriorSpread(mean: meanVariance, strength: strengthVariance))
        return climb.place.prior
    }
}

extension VoteCensus {
    /// Whether any comment has a vote.
    fileprivate var tells: Bool { entries.contains { $0.total > 0 } }
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

    /// Neither variance changes by more than this part of it in the last round.
    private static let tolerance = 1e-9
    private static let mostRounds = 2_000
    /// Variances at or below it are as good as none.
    private static let least = 1e-7

    /// The variances that the groups ask for; each climb ends at the peak under those of the round before.
    static func fitted(to climbs: inout [PriorClimb]) -> (spread: PriorSpread, rounds: Int) {
        var spread = PriorSpread(mean: 1, strength: 1)
        for round in 1...mostRounds {
            let next = spread.round(&climbs)
            let isDone =
                abs(next.mean - spread.mean) <= tolerance * spread.mean
                && abs(next.strength - spread.strength) <= tolerance * spread.strength
            spread = next
            if isDone { return (spread, round) }
        }
        return (spread, mostRounds)
    }

    /// The same, to a millionth, in leaps.
    static func leaping(to climbs: inout [PriorClimb]) -> PriorSpread {
        var spread = PriorSpread(mean: 1, strength: 1)
        for _ in 0..<200 {
            let first = spread.round(&climbs)
            let second = first.round(&climbs)
            let r = first.logarithms - spread.logarithms
            let v = (second.logarithms - first.logarithms) - r
            let isDone = (second.logarithms - first.logarithms).largest <= 1e-6
            spread = second
            if isDone { break }
            let length = -max(1, (r.length / max(v.length, 1e-300)))
            let leap = first.logarithms - r - r * (2 * length) + v * (length * length)
            // From far away a leap may overshoot: no further than a factor of e⁴, and a further round sets it right.
            if (leap - second.logarithms).largest <= 4 { spread = PriorSpread(leap).round(&climbs) }
        }
        return spread
    }

    /// One round of the EM algorithm.
    private func round(_ climbs: inout [PriorClimb]) -> PriorSpread {
        var next = PriorSpread(mean: 0, strength: 0)
        for index in climbs.indices {
            let doubt = climbs[index].climb(self)
            let (place, center) = (climbs[index].place, climbs[index].center)
            next.mean += pow(place.mean - center.mean, 2) + doubt.mean
            next.strength += pow(place.strength - center.strength, 2) + doubt.strength
        }
        next.mean = max(next.mean / Double(climbs.count), Self.least)
        next.strength = max(next.strength / Double(climbs.count), Self.least)
        return next
    }

    private var logarithms: SIMD2<Double> { SIMD2(log(mean), log(strength)) }

    init(mean: Double, strength: Double) {
        self.mean = mean
        self.strength = strength
    }

    private init(_ logarithms: SIMD2<Double>) {
        self.init(mean: max(exp(logarithms.x), Self.least), strength: max(exp(logarithms.y), Self.least))
    }
}

extension SIMD2<Double> {
    fileprivate var length: Double { (x * x + y * y).squareRoot() }
    fileprivate var largest: Double { Swift.max(abs(x), abs(y)) }
}

/// Newton's method, uphill from where it was.
private struct PriorClimb {
    private let likelihood: BetaBinomialLikelihood
    /// Around which the prior is thought to be drawn, and from where the climb starts.
    let center: PriorPlace
    private(set) var place: PriorPlace

    init(_ likelihood: BetaBinomialLikelihood, center: PriorPlace) {
        self.likelihood = likelihood
        self.center = center
        place = center
    }

    private struct Slope {
        var mean, strength: Double
        /// Negative second derivatives, of the whole and of the draw alone.
        var meanMean, strengthStrength, meanStrength: Double
    }

    private func height(_ place: PriorPlace, _ spread: PriorSpread) -> Double {
        let prior = place.prior
        return likelihood.value(prior.alpha, prior.beta)
            - pow(place.mean - center.mean, 2) / (2 * spread.mean)
            - pow(place.strength - center.strength, 2) / (2 * spread.strength)
    }

    private func slope(_ spread: PriorSpread) -> Slope {
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
    mutating func climb(_ spread: PriorSpread) -> PriorSpread {
        var damping = 0.0
        var slope = slope(spread)
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
            if length > 1e-6, height(next, spread) < height(place, spread) {
                damping = max(damping * 10, 1e-3)
                continue
            }
            place = next
            damping = damping < 1e-6 ? 0 : damping / 10
            slope = self.slope(spread)
            if length < 1e-11 { break }
        }
        let determinant = slope.meanMean * slope.strengthStrength - slope.meanStrength * slope.meanStrength
        return PriorSpread(mean: slope.strengthStrength / determinant, strength: slope.meanMean / determinant)
    }
}
