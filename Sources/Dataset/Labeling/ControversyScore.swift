import CLibrary
package import VoteModel

/// A number that says how much a comment divided its readers, by one of the published definitions; more is more.
///
/// With u up-votes, d down-votes and n = u + d. A comment whose votes are all on one side has ``floor``, the least there
/// is; one without votes has it too. Swapping u and d changes nothing but the posterior under a lopsided prior.
package enum ControversyScore: String, Hashable, Sendable, CaseIterable {
    /// Probability that the readers' share of agreement is in a range, once the votes are seen: the mass of
    /// Beta(α + u, β + d). 0 ... 1. The beta-binomial model is Skellam's (1948); see ``PriorFit``.
    case posterior
    /// Entropy of the votes in bits, −p·log₂p − q·log₂q with p = u / n and q = d / n. 0 ... 1. It does not see how many
    /// voted: 1 of 2 is as divided as 500 of 1,000. Source: Shannon, "A Mathematical Theory of Communication" (1948),
    /// section 6.
    case entropy
    /// n / max(|u − d|, 1), 1 or more. Source: reddit's order of controversial comments from 2008 on, `controversy` in
    /// r2/lib/db/sorts.py and _sorts.pyx of its published code.
    case reddit
    /// n^(min(u, d) / max(u, d)); 0 if all votes are on one side. Source: reddit's later order, `controversy` in
    /// r2/r2/lib/db/_sorts.pyx at github.com/reddit-archive/reddit.
    case balance
    /// min(u, d), the size of the smaller of two camps: a plain count, which ignores how many are in the larger.
    case minority

    /// The score of votes that are all on one side.
    package var floor: Double { self == .reddit ? 1 : 0 }

    /// Thresholds that tell comments apart. The lower end is no such threshold, unless it is 1 vote of a minority.
    package var thresholds: ClosedRange<Double> {
        switch self {
        case .posterior, .entropy: 0...1
        case .reddit, .balance: 1...1e9
        case .minority: 1...1e9
        }
    }

    /// Whether comments that reach this threshold are divided, and some can.
    package func canBe(threshold: Double) -> Bool {
        switch self {
        case .posterior: threshold > 0 && threshold < 1
        case .entropy: threshold > 0 && threshold <= 1
        case .reddit, .balance: threshold > 1 && threshold <= thresholds.upperBound
        case .minority: thresholds.contains(threshold)
        }
    }

    /// Whether the score sees how many voted. One that does not needs a least number of votes.
    package var weighsVotes: Bool { self != .entropy }

    /// The score of a comment.
    ///
    /// - Parameters:
    ///   - band: the range of the posterior.
    ///   - prior: its prior; neither matters to other scores.
    package func value(
        of votes: VoteCount, band: ClosedRange<Double> = 0.4...0.6, prior: BetaPrior = .uniform
    ) -> Double {
        let (smaller, larger) = (Double(min(votes.up, votes.down)), Double(max(votes.up, votes.down)))
        let all = smaller + larger
        switch self {
        case .posterior: return Posterior(votes, prior: prior).mass(in: band)
        case .entropy: return smaller == 0 ? 0 : Self.entropy(smaller / all, larger / all)
        case .reddit: return all == 0 ? 1 : all / max(larger - smaller, 1)
        case .balance: return smaller == 0 ? 0 : pow(all, smaller / larger)
        case .minority: return smaller
        }
    }

    /// The ratios at which as many votes as these reach a threshold, were votes divisible; `nil` if none does.
    ///
    /// The ranges lie evenly about a half. They say what is to be believed of a comment by its votes: the posterior
    /// mass of the range is the probability that its readers' true share gives such a score to as many votes. Not for
    /// the posterior, which has its own range.
    ///
    /// - n / max(|u − d|, 1) ≥ t where n ≥ t and |2r − 1| ≤ 1 / t;
    /// - n^(m / (1 − m)) ≥ t, with m the smaller share, where m / (1 − m) ≥ ln t / ln n;
    /// - n·m ≥ t where m ≥ t / n; the entropy is inverted by halving.
    package func ratios(reaching threshold: Double, total: Int) -> ClosedRange<Double>? {
        guard total > 0, threshold.isFinite else { return nil }
        let all = Double(total)
        let least: Double
        switch self {
        case .posterior: return nil
        case .entropy: least = Self.smallerShare(ofEntropy: threshold)
        case .reddit: least = all < threshold ? 1 : (1 - 1 / max(threshold, 1)) / 2
        case .balance:
            let power = threshold <= 1 ? 0 : log(threshold) / log(all)
            least = power > 1 ? 1 : power / (1 + power)
        case .minority: least = max(0, threshold) / all
        }
        return least <= 0.5 ? least...(1 - least) : nil
    }

    private static func entropy(_ p: Double, _ q: Double) -> Double { -(p * log2(p) + q * log2(q)) }

    /// The smaller share of votes with this entropy, 0 ... 0.5; above 0.5 if there is none.
    private static func smallerShare(ofEntropy threshold: Double) -> Double {
        if threshold <= 0 { return 0 }
        if threshold > 1 { return 1 }
        var (low, high) = (0.0, 0.5)
        while true {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { return high }
            if entropy(middle, 1 - middle) < threshold { low = middle } else { high = middle }
        }
    }
}
