package import VoteModel

/// Decides whether a comment divided its readers.
///
/// Let n be the number of votes and r the agreement ratio, up / n. In this order:
///
/// 1. n < ``minVotes``, or no votes at all: abstain, too few votes;
/// 2. the votes still grow and the rule waits for them: abstain, unsettled;
/// 3. r in ``controversial``: controversial; r in ``uncontroversial``: uncontroversial; all ends included;
/// 4. r in neither: abstain, in between;
/// 5. with a ``confidence``: the class is kept only if the posterior mass of its range reaches it, and is
///    replaced by abstaining, unsure, otherwise.
///
/// With a ``scoring`` the third step asks for a score in place of the range: one that reaches the bar is controversial,
/// whatever its ratio; of the others those with r in ``uncontroversial`` are uncontroversial. There is no fifth step.
package struct ControversyRule: Hashable, Sendable {
    /// Fewest votes, up and down together, that a comment needs before it is judged. At least 1.
    package var minVotes: Int
    /// Agreement ratios called controversial, both ends included. Share of up-votes, 0 ... 1. With a ``scoring`` it is the
    /// range whose posterior mass is a score, and means nothing to other scores.
    package var controversial: ClosedRange<Double>
    /// Ratios at or below the lower, or at or above the upper bound are called uncontroversial.
    package var uncontroversial: OuterRange
    /// Least posterior mass that the range of a class needs before the class is given, above 0 and below 1;
    /// `nil` asks for none.
    package var confidence: Double?
    /// What is believed about a comment's ratio before its votes are seen; matters with ``confidence`` only.
    package var prior: BetaPrior
    /// The score that decides who is controversial; `nil` if the ratio does.
    package var scoring: ScoreBar?

    package init(
        minVotes: Int = 20, controversial: ClosedRange<Double> = 0.4...0.6,
        uncontroversial: OuterRange = OuterRange(atMost: 0.2, atLeast: 0.8), confidence: Double? = nil,
        prior: BetaPrior = .uniform, scoring: ScoreBar? = nil
    ) {
        self.minVotes = minVotes
        self.controversial = controversial
        self.uncontroversial = uncontroversial
        self.confidence = confidence
        self.prior = prior
        self.scoring = scoring
    }

    /// What the rule says about a comment with these votes.
    ///
    /// - Parameter settled: false for a comment that is too young for its votes to have come to rest.
    package func verdict(for votes: VoteCount, settled: Bool = true) -> Verdict {
        guard votes.total >= minVotes, let ratio = votes.agreementRatio else { return .abstain(.tooFewVotes) }
        guard settled else { return .abstain(.unsettled) }
        if scoring != nil {
            if reachesBar(votes) { return .controversial }
            return uncontroversial.contains(ratio) ? .uncontroversial : .abstain(.inBetween)
        }
        let isControversial = controversial.contains(ratio)
        guard isControversial || uncontroversial.contains(ratio) else { return .abstain(.inBetween) }
        if let confidence,
            mass(of: isControversial ? .controversial : .uncontroversial, for: votes) < confidence
        {
            return .abstain(.unsure)
        }
        return isControversial ? .controversial : .uncontroversial
    }

    /// Probability, 0 ... 1, that a comment with these votes divides its readers: the posterior mass of the ratios
    /// called controversial. This is the column `p_controversial` of exports, and the soft target of training on votes.
    package func probabilityControversial(for votes: VoteCount) -> Double {
        mass(of: .controversial, for: votes)
    }

    /// Probability, 0 ... 1, that the ratio of a comment with these votes is in the range of a label.
    ///
    /// With a ``scoring`` other than the posterior, the range of the controversial are the ratios at which as many votes
    /// reach the bar (``ControversyScore/ratios(reaching:total:)``), and what lies in it is not uncontroversial.
    ///
    /// - Parameter verdict: controversial; any other counts as uncontroversial.
    package func mass(of verdict: Verdict, for votes: VoteCount) -> Double {
        let posterior = Posterior(votes, prior: prior)
        guard let scoring, scoring.score != .posterior else {
            return verdict == .controversial
                ? posterior.mass(in: controversial) : posterior.mass(in: uncontroversial)
        }
        let range = scoring.score.ratios(reaching: scoring.threshold, total: votes.total)
        if verdict == .controversial { return range.map { posterior.mass(in: $0) } ?? 0 }
        guard let range else { return posterior.mass(in: uncontroversial) }
        return posterior.mass(
            in: OuterRange(
                atMost: min(uncontroversial.atMost, range.lowerBound),
                atLeast: max(uncontroversial.atLeast, range.upperBound)))
    }
}

/// Numbers at or below one bound, or at or above another.
package struct OuterRange: Hashable, Sendable {
    /// The lower bound, included.
    package var atMost: Double
    /// The upper bound, included.
    package var atLeast: Double

    package init(atMost: Double, atLeast: Double) {
        self.atMost = atMost
        self.atLeast = atLeast
    }

    /// Whether `value` is at or beyond one of the bounds.
    package func contains(_ value: Double) -> Bool {
        value <= atMost || value >= atLeast
    }
}
