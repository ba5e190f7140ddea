import Labeling
import Testing
import VoteModel

struct ControversyRuleTests {
    let rule = ControversyRule(
        minVotes: 10, controversial: 0.4...0.6, uncontroversial: .init(atMost: 0.2, atLeast: 0.8))

    static let verdicts: [(VoteCount, Verdict)] = [
        (VoteCount(up: 6, down: 4), .controversial),  // exactly at the limit
        (VoteCount(up: 4, down: 6), .controversial),
        (VoteCount(up: 5, down: 5), .controversial),
        (VoteCount(up: 61, down: 39), .abstain(.inBetween)),
        (VoteCount(up: 39, down: 61), .abstain(.inBetween)),
        (VoteCount(up: 7, down: 3), .abstain(.inBetween)),
        (VoteCount(up: 21, down: 79), .abstain(.inBetween)),
        (VoteCount(up: 79, down: 21), .abstain(.inBetween)),
        (VoteCount(up: 8, down: 2), .uncontroversial),
        (VoteCount(up: 2, down: 8), .uncontroversial),
        (VoteCount(up: 10, down: 0), .uncontroversial),
        (VoteCount(up: 0, down: 10), .uncontroversial),
        (VoteCount(up: 5, down: 4), .abstain(.tooFewVotes)),  // nine votes, ten needed
        (VoteCount(up: 0, down: 0), .abstain(.tooFewVotes)),
    ]

    @Test(arguments: verdicts)
    func verdictOnBothSidesOfEachLimit(votes: VoteCount, expected: Verdict) {
        #expect(rule.verdict(for: votes) == expected)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func swappingUpAndDownKeepsTheVerdict(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let votes = VoteCount.random(upTo: 50, using: &random)
        let swapped = VoteCount(up: votes.down, down: votes.up)
        #expect(rule.verdict(for: votes) == rule.verdict(for: swapped), "seed \(seed): \(votes)")
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func moreVotesAskedForNeverAddALabel(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let votes = VoteCount.random(upTo: 60, using: &random)
        var stricter = rule
        stricter.minVotes += Int.random(in: 1...60, using: &random)
        let before = rule.verdict(for: votes)
        let after = stricter.verdict(for: votes)
        #expect(after == before || after == .abstain(.tooFewVotes), "seed \(seed): \(votes)")
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func moreConfidenceNeverAddsALabel(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let votes = VoteCount.random(upTo: 60, using: &random)
        var lower = rule
        lower.confidence = Double.random(in: 0.01..<0.99, using: &random)
        var higher = rule
        higher.confidence = Double.random(in: (lower.confidence ?? 0)..<0.995, using: &random)
        let before = lower.verdict(for: votes)
        #expect(before == rule.verdict(for: votes) || before == .abstain(.unsure), "seed \(seed): \(votes)")
        let after = higher.verdict(for: votes)
        #expect(after == before || after == .abstain(.unsure), "seed \(seed): \(votes)")
    }

    @Test func votesThatStillGrowAreUnsettled() {
        #expect(rule.verdict(for: VoteCount(up: 5, down: 5), settled: false) == .abstain(.unsettled))
        #expect(rule.verdict(for: VoteCount(up: 7, down: 3), settled: false) == .abstain(.unsettled))
        #expect(rule.verdict(for: VoteCount(up: 1, down: 1), settled: false) == .abstain(.tooFewVotes))
    }

    @Test func doubtfulVotesAreUnsure() {
        // Twelve of twenty is a coin flip (0.49), twenty of forty is not (0.81): pipeline-facts, idea 5.
        var rule = ControversyRule(minVotes: 20)
        rule.confidence = 0.80
        #expect(rule.verdict(for: VoteCount(up: 12, down: 8)) == .abstain(.unsure))
        #expect(rule.verdict(for: VoteCount(up: 20, down: 20)) == .controversial)
        #expect(rule.verdict(for: VoteCount(up: 17, down: 3)) == .abstain(.unsure))
        #expect(rule.verdict(for: VoteCount(up: 95, down: 5)) == .uncontroversial)
        #expect(rule.verdict(for: VoteCount(up: 7, down: 13)) == .abstain(.inBetween))
    }

    static let problems: [(ControversyRule, [String])] = [
        (ControversyRule(), []),
        (
            ControversyRule(minVotes: 0),
            ["'min_votes' is 0; a comment without votes has no ratio, so ask for 1 or more"]
        ),
        (
            ControversyRule(controversial: 0.4...60),
            [
                "'controversial' holds 60.0; a ratio lies in 0 ... 1",
                "'controversial' [0.4, 60.0] and the uncontroversial bound 0.8 overlap; a ratio can be one or the other, "
                    + "so leave a gap between them",
            ]
        ),
        (
            ControversyRule(controversial: 0.2...0.6),
            [
                "'controversial' [0.2, 0.6] and the uncontroversial bound 0.2 overlap; a ratio can be one or the other, "
                    + "so leave a gap between them"
            ]
        ),
        (
            ControversyRule(uncontroversial: .init(atMost: 0.9, atLeast: 0.1)),
            [
                "'uncontroversial' has at_most 0.9 above at_least 0.1; swap them"
            ]
        ),
        (
            ControversyRule(confidence: 1),
            [
                "'confidence' is 1.0; a probability above 0 and below 1 is wanted"
            ]
        ),
        (
            ControversyRule(prior: BetaPrior(alpha: 0, beta: 2)),
            [
                "'prior' is Beta(0.0, 2.0); both numbers must be above 0 and finite"
            ]
        ),
        (
            ControversyRule(minVotes: 20, confidence: 0.8),
            [
                "'min_votes' 20 is below what 'confidence' 0.8 needs in 'controversial': "
                    + "no comment with fewer than 40 votes is called controversial"
            ]
        ),
        (ControversyRule(minVotes: 40, confidence: 0.8), []),
        (
            ControversyRule(controversial: 0.4...0.4001, confidence: 0.999_999),
            [
                "no comment with 1000000 votes or fewer reaches 'confidence' 0.999999 in 'controversial'; "
                    + "widen the range or lower the confidence"
            ]
        ),
    ]

    @Test(arguments: problems)
    func rulesThatCannotBeMeantAreDistinguished(rule: ControversyRule, expected: [String]) {
        #expect(rule.problems().map(\.description) == expected)
    }
}
