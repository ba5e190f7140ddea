/// Why a rule makes no sense.
package enum RuleProblem: Hashable, Sendable {
    /// Fewer than one vote is asked for.
    case minVotesTooSmall(Int)
    /// A bound that is not a share, or not a number.
    case outsideUnitRange(key: String, value: Double)
    /// The lower uncontroversial bound is above the upper one.
    case outerBoundsCrossed(atMost: Double, atLeast: Double)
    /// A ratio would be both: the ranges share these ratios.
    case rangesOverlap(controversial: ClosedRange<Double>, bound: Double)
    /// A confidence that is not above 0 and below 1.
    case confidenceOutOfRange(Double)
    /// A prior that is not a distribution.
    case priorOutOfRange(alpha: Double, beta: Double)
    /// No comment with at most this many votes reaches the confidence: the setting can never fire.
    case confidenceOutOfReach(confidence: Double, upTo: Int)
    /// Comments with the fewest votes allowed are never controversial; the fewest votes that reach the confidence.
    case minVotesBelowReach(minVotes: Int, confidence: Double, fewest: Int)
    /// A threshold that every comment reaches, or none.
    case thresholdOutOfRange(ControversyScore, Double)
    /// A share of the top that is none or all.
    case shareOutOfRange(Double)
    /// A confidence beside a score.
    case confidenceBesideScore(ControversyScore)
    /// No comment with at most this many votes reaches the threshold of the posterior.
    case thresholdOutOfReach(Double, upTo: Int)
}

extension RuleProblem {
    /// Whether the rule still means something: labels can be given, though not as many as it seems.
    package var isWarning: Bool {
        switch self {
        case .minVotesBelowReach, .confidenceOutOfReach, .thresholdOutOfReach: true
        default: false
        }
    }

    /// The parameter of the label stage at fault.
    package var key: String {
        switch self {
        case .minVotesTooSmall, .minVotesBelowReach: "min_votes"
        case .outsideUnitRange(let key, _): key
        case .outerBoundsCrossed: "uncontroversial"
        case .rangesOverlap: "controversial"
        case .confidenceOutOfRange, .confidenceOutOfReach, .confidenceBesideScore: "confidence"
        case .thresholdOutOfRange, .thresholdOutOfReach: "threshold"
        case .shareOutOfRange: "top"
        case .priorOutOfRange: "prior"
        }
    }
}

extension RuleProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .minVotesTooSmall(let votes):
            return "'min_votes' is \(votes); a comment without votes has no ratio, so ask for 1 or more"
        case .outsideUnitRange(let key, let value):
            return "'\(key)' holds \(value); a ratio lies in 0 ... 1"
        case .outerBoundsCrossed(let atMost, let atLeast):
            return "'uncontroversial' has at_most \(atMost) above at_least \(atLeast); swap them"
        case .rangesOverlap(let range, let bound):
            return """
                'controversial' [\(range.lowerBound), \(range.upperBound)] and the uncontroversial bound \
                \(bound) overlap; a ratio can be one or the other, so leave a gap between them
                """
        case .confidenceOutOfRange(let value):
            return "'confidence' is \(value); a probability above 0 and below 1 is wanted"
        case .priorOutOfRange(let alpha, let beta):
            return "'prior' is Beta(\(alpha), \(beta)); both numbers must be above 0 and finite"
        case .confidenceOutOfReach(let confidence, let limit):
            return """
                no comment with \(limit) votes or fewer reaches 'confidence' \(confidence) in 'controversial'; \
                widen the range or lower the confidence
                """
        case .minVotesBelowReach(let minVotes, let confidence, let fewest):
            return """
                'min_votes' \(minVotes) is below what 'confidence' \(confidence) needs in 'controversial': \
                no comment with fewer than \(fewest) votes is called controversial
                """
        case .thresholdOutOfRange(let score, let value):
            return "'threshold' is \(value); by: \(score.rawValue) takes \(score.takenThresholds)"
        case .shareOutOfRange(let value):
            return "'top' is \(value); a share of the comments above 0 and below 1 is wanted, so 5 % is 0.05"
        case .confidenceBesideScore(let score):
            return """
                'confidence' goes with by: ratio, whose labels it holds back; by: \(score.rawValue) has its own \
                threshold, and the threshold of by: posterior is a confidence
                """
        case .thresholdOutOfReach(let threshold, let limit):
            return """
                no comment with \(limit) votes or fewer reaches 'threshold' \(threshold) in 'controversial'; \
                widen the range or lower the threshold
                """
        }
    }
}

extension ControversyRule {
    /// How far to look for a comment that can reach the confidence, in votes.
    private static let voteLimit = 1_000_000

    /// Everything that makes this rule one that cannot be meant, in the order of its parameters.
    package func problems() -> [RuleProblem] {
        var problems: [RuleProblem] = []
        if minVotes < 1 { problems.append(.minVotesTooSmall(minVotes)) }
        for (key, value) in [
            ("controversial", controversial.lowerBound), ("controversial", controversial.upperBound),
            ("uncontroversial", uncontroversial.atMost), ("uncontroversial", uncontroversial.atLeast),
        ] where !(0...1).contains(value) {
            problems.append(.outsideUnitRange(key: key, value: value))
        }
        if uncontroversial.atMost > uncontroversial.atLeast {
            problems.append(
                .outerBoundsCrossed(atMost: uncontroversial.atMost, atLeast: uncontroversial.atLeast))
        } else if hasBand, uncontroversial.atMost >= controversial.lowerBound {
            problems.append(.rangesOverlap(controversial: controversial, bound: uncontroversial.atMost))
        } else if hasBand, uncontroversial.atLeast <= controversial.upperBound {
            problems.append(.rangesOverlap(controversial: controversial, bound: uncontroversial.atLeast))
        }
        if let confidence, !(confidence > 0 && confidence < 1) {
            problems.append(.confidenceOutOfRange(confidence))
        }
        if !prior.isProper { problems.append(.priorOutOfRange(alpha: prior.alpha, beta: prior.beta)) }
        problems += scoring.map { $0.problems() } ?? []
        if let scoring, confidence != nil { problems.append(.confidenceBesideScore(scoring.score)) }
        guard problems.isEmpty else { return problems }
        if let scoring { return outOfReach(scoring) }
        guard let confidence else { return [] }
        let fewest = ConfidenceReach(range: controversial, prior: prior)
            .fewestVotes(reaching: confidence, upTo: Self.voteLimit)
        if fewest == nil { return [.confidenceOutOfReach(confidence: confidence, upTo: Self.voteLimit)] }
        if let fewest, fewest > minVotes {
            return [.minVotesBelowReach(minVotes: minVotes, confidence: confidence, fewest: fewest)]
        }
        return []
    }

    /// Whether ``controversial`` has a meaning.
    private var hasBand: Bool { scoring == nil || scoring?.score == .posterior }

    private func outOfReach(_ scoring: ScoreBar) -> [RuleProblem] {
        guard scoring.score == .posterior, scoring.top == nil else { return [] }
        let fewest = ConfidenceReach(range: controversial, prior: prior)
            .fewestVotes(reaching: scoring.threshold, upTo: Self.voteLimit)
        return fewest == nil ? [.thresholdOutOfReach(scoring.threshold, upTo: Self.voteLimit)] : []
    }
}

extension ScoreBar {
    fileprivate func problems() -> [RuleProblem] {
        if let top { return top > 0 && top < 1 ? [] : [.shareOutOfRange(top)] }
        return score.canBe(threshold: threshold) ? [] : [.thresholdOutOfRange(score, threshold)]
    }
}

extension ControversyScore {
    /// The thresholds that it takes, in words.
    package var takenThresholds: String {
        switch self {
        case .posterior: "a probability above 0 and below 1"
        case .entropy: "bits above 0, up to 1"
        case .reddit, .balance: "a score above 1"
        case .minority: "a number of votes of 1 or more"
        }
    }
}
