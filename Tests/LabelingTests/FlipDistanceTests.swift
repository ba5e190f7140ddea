import Labeling
import Testing
import VoteModel

struct FlipDistanceTests {
    static let byHand: [(VoteCount, ups: Int?, downs: Int?)] = [
        (VoteCount(up: 5, down: 5), 3, 3),  // 8 of 13 is the first beyond 0.6
        (VoteCount(up: 6, down: 4), 1, 6),  // 7 of 11 leaves above, 6 of 16 below
        (VoteCount(up: 8, down: 2), nil, 1),  // 8 of 11 is in between; up-votes only agree more
        (VoteCount(up: 2, down: 8), 1, nil),
        (VoteCount(up: 7, down: 3), 5, 2),  // 12 of 15 agrees, 7 of 12 splits
        (VoteCount(up: 0, down: 0), 10, 10),  // ten of one side are enough votes, and agree
        (VoteCount(up: 4, down: 5), 1, 1),
        (VoteCount(up: 3, down: 3), 9, 9),  // 7 of 10 is enough votes, but in between until 12 of 15
    ]

    /// What trying one vote after another finds.
    func search(_ rule: ControversyRule, _ votes: VoteCount, _ limit: Int, up: Bool) -> Int? {
        let now = rule.verdict(for: votes).classIndex
        return (1...limit).first { k in
            rule.verdict(
                for: VoteCount(up: votes.up + (up ? k : 0), down: votes.down + (up ? 0 : k))
            ).classIndex != now
        }
    }

    @Test func distancesByHand() {
        let rule = ControversyRule(minVotes: 10)
        for (votes, ups, downs) in Self.byHand {
            #expect(rule.flipDistance(for: votes) == FlipDistance(ups: ups, downs: downs), "\(votes)")
        }
        #expect(FlipDistance(ups: 4, downs: 3).fewest == 3)
        #expect(FlipDistance(ups: nil, downs: 3).fewest == 3)
        #expect(FlipDistance(ups: 4, downs: nil).fewest == 4)
        #expect(FlipDistance(ups: nil, downs: nil).fewest == nil)
    }

    static let rules: [ControversyRule] = [
        ControversyRule(minVotes: 10), ControversyRule(minVotes: 1), ControversyRule(minVotes: 40),
        ControversyRule(
            minVotes: 5, controversial: 0.35...0.65, uncontroversial: .init(atMost: 0.1, atLeast: 0.9)),
        ControversyRule(minVotes: 5, controversial: 0.5...0.5, uncontroversial: .init(atMost: 0, atLeast: 1)),
        ControversyRule(
            minVotes: 3, controversial: 0.3...0.4, uncontroversial: .init(atMost: 0.2, atLeast: 0.45)),
    ]

    @Test(arguments: rules)
    func agreesWithTryingEveryVote(rule: ControversyRule) {
        for up in 0...24 {
            for down in 0...24 {
                let votes = VoteCount(up: up, down: down)
                let found = rule.flipDistance(for: votes, upTo: 300)
                #expect(found.ups == search(rule, votes, 300, up: true), "\(votes)")
                #expect(found.downs == search(rule, votes, 300, up: false), "\(votes)")
            }
        }
    }

    static let priors = [
        BetaPrior.uniform, BetaPrior(alpha: 0.3, beta: 0.4), BetaPrior(alpha: 12, beta: 3),
        BetaPrior(alpha: 200, beta: 90),
    ]

    @Test(arguments: 0..<160 as Range<UInt64>)
    func agreesWithTryingEveryVoteUnderAConfidence(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var rule = Self.rules[Int(seed % 6)]
        rule.confidence = [0.3, 0.5, 0.6, 0.8, 0.95][Int.random(in: 0..<5, using: &random)]
        rule.prior = Self.priors[Int.random(in: 0..<4, using: &random)]
        for _ in 0..<12 {
            let votes = VoteCount.random(upTo: 60, using: &random)
            let found = rule.flipDistance(for: votes, upTo: 250)
            #expect(found.ups == search(rule, votes, 250, up: true), "\(votes) \(rule)")
            #expect(found.downs == search(rule, votes, 250, up: false), "\(votes) \(rule)")
        }
    }

    /// Negative control: a rule with a neighboring bound has other distances somewhere.
    @Test func anotherBoundWouldBeSeen() {
        var other = Self.rules[0]
        other.controversial = 0.4...0.61
        let votes = (0...24).flatMap { up in (0...24).map { VoteCount(up: up, down: $0) } }
        #expect(votes.contains { Self.rules[0].flipDistance(for: $0) != other.flipDistance(for: $0) })
    }

    @Test func theLimitIsIncluded() {
        let rule = ControversyRule(minVotes: 10)
        #expect(rule.flipDistance(for: VoteCount(up: 5, down: 5), upTo: 3).ups == 3)
        #expect(rule.flipDistance(for: VoteCount(up: 5, down: 5), upTo: 2).ups == nil)
        #expect(rule.flipDistance(for: VoteCount(up: 5, down: 5), upTo: 0).fewest == nil)
    }

    @Test func aMillionVotesAreFarFromFlipping() {
        var rule = ControversyRule(minVotes: 20)
        let votes = VoteCount(up: 500_000, down: 500_000)
        // (5·10^5 + k) / (10^6 + k) > 0.6 from k = 250,001 on.
        #expect(rule.flipDistance(for: votes).ups == 250_001)
        rule.confidence = 0.9
        let ups = rule.flipDistance(for: votes).ups ?? 0
        #expect((245_000...250_000).contains(ups))
        #expect(rule.verdict(for: VoteCount(up: 500_000 + ups, down: 500_000)) == .abstain(.unsure))
        #expect(rule.verdict(for: VoteCount(up: 499_999 + ups, down: 500_000)) == .controversial)
    }
}
