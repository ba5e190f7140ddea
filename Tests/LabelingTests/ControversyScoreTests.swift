import Foundation
import Labeling
import Testing
import VoteModel

/// `Tests/Fixtures/definitions/definitions.json`, by SciPy and pandas.
struct DefinitionsFixture: Decodable {
    struct Top: Decodable {
        var threshold: Double
        var controversial: Int
    }

    struct Sample: Decodable {
        var up, down: Int
        /// In the order of the scores.
        var scores: [Double]
        /// The posterior under the prior.
        var lopsided: Double
        /// Posterior mass, under the prior, of the ratios that reach the thresholds.
        var masses: [Double]
    }

    var prior: [Double]
    var thresholds: [String: Double]
    var top: [String: Top]
    var samples: [Sample]
    var counts: [[Int]]

    static func read() throws -> DefinitionsFixture {
        try JSONDecoder.ofFixtures.decode(
            DefinitionsFixture.self, from: Data(fixture("definitions/definitions.json").utf8))
    }

    var census: VoteCensus {
        VoteCensus(counts.flatMap { repeatElement(VoteCount(up: $0[0], down: $0[1]), count: $0[2]) })
    }
}

struct ControversyScoreTests {
    static func isNear(_ one: Double, _ other: Double, _ tolerance: Double) -> Bool {
        abs(one - other) <= tolerance * max(1, abs(other))
    }

    @Test func scoresEqualThoseOfSciPy() throws {
        let fixture = try DefinitionsFixture.read()
        let prior = BetaPrior(alpha: fixture.prior[0], beta: fixture.prior[1])
        #expect(fixture.samples.count == 120)
        for sample in fixture.samples {
            let votes = VoteCount(up: sample.up, down: sample.down)
            for (score, expected) in zip(ControversyScore.allCases, sample.scores) {
                #expect(Self.isNear(score.value(of: votes), expected, 1e-10), "\(score) of \(votes)")
            }
            let lopsided = ControversyScore.posterior.value(of: votes, prior: prior)
            #expect(Self.isNear(lopsided, sample.lopsided, 1e-10), "\(votes)")
        }
    }

    /// The ratios that reach a threshold follow from formulas here, and from bisection on the score there.
    @Test func whatIsBelievedOfACommentEqualsThatOfSciPy() throws {
        let fixture = try DefinitionsFixture.read()
        for (place, score) in ControversyScore.allCases.enumerated() {
            let bar = ScoreBar(score, threshold: try #require(fixture.thresholds[score.rawValue]))
            let rule = ControversyRule(
                minVotes: 1, prior: BetaPrior(alpha: fixture.prior[0], beta: fixture.prior[1]), scoring: bar)
            var differences = 0
            for sample in fixture.samples {
                let votes = VoteCount(up: sample.up, down: sample.down)
                let mass = rule.probabilityControversial(for: votes)
                #expect(abs(mass - sample.masses[place]) < 1e-9, "\(score) of \(votes): \(mass)")
                // Negative control: a threshold a little higher gives other masses.
                let other = rule.withThreshold(bar.threshold * 1.05).probabilityControversial(for: votes)
                if abs(other - mass) > 1e-6 { differences += 1 }
                let agreed = rule.mass(of: .uncontroversial, for: votes)
                #expect(mass + agreed <= 1 + 1e-12 && agreed >= 0, "\(score) of \(votes)")
            }
            #expect(score == .posterior ? differences == 0 : differences > 20, "\(score): \(differences)")
        }
    }

    @Test func topsEqualThoseOfPandas() throws {
        let fixture = try DefinitionsFixture.read()
        for score in ControversyScore.allCases {
            let expected = try #require(fixture.top[score.rawValue])
            let asked = ControversyRule(minVotes: 20, scoring: ScoreBar(score, top: 0.05))
            let rule = asked.withBar(over: fixture.census)
            #expect(Self.isNear(rule.scoring?.threshold ?? 0, expected.threshold, 1e-10), "\(score)")
            // Rounding in the last place must not push out the comments that set the bar.
            let found = fixture.census.entries.reduce(0) {
                $0 + (rule.verdict(for: $1.votes) == .controversial ? $1.comments : 0)
            }
            #expect(found == expected.controversial, "\(score)")
        }
    }

    static let byHand: [(VoteCount, entropy: Double, reddit: Double, balance: Double, minority: Double)] = [
        (VoteCount(up: 0, down: 0), 0, 1, 0, 0),
        (VoteCount(up: 7, down: 0), 0, 1, 0, 0),
        (VoteCount(up: 1, down: 1), 1, 2, 2, 1),
        (VoteCount(up: 8, down: 8), 1, 16, 16, 8),
        (VoteCount(up: 9, down: 8), 0.997_502_546_369_0, 17, 12.408_873_994_6, 8),
        (VoteCount(up: 3, down: 1), 0.811_278_124_459_1, 2, 1.587_401_051_97, 1),
    ]

    @Test(arguments: byHand)
    func scoresByHand(
        votes: VoteCount, entropy: Double, reddit: Double, balance: Double, minority: Double
    ) {
        for votes in [votes, VoteCount(up: votes.down, down: votes.up)] {
            #expect(abs(ControversyScore.entropy.value(of: votes) - entropy) < 1e-12)
            #expect(ControversyScore.reddit.value(of: votes) == reddit)
            #expect(abs(ControversyScore.balance.value(of: votes) - balance) < 1e-6)
            #expect(ControversyScore.minority.value(of: votes) == minority)
        }
        #expect(abs(ControversyScore.posterior.value(of: VoteCount(up: 0, down: 0)) - 0.2) < 1e-12)
    }

    /// A ratio in the range reaches the threshold, and one beside it does not, for as many votes.
    @Test(arguments: ControversyScore.allCases.filter { $0 != .posterior })
    func theRangeOfRatiosIsWhereTheScoreReachesTheThreshold(score: ControversyScore) {
        for total in [1, 2, 3, 10, 57, 1000] {
            for threshold in [0.3, 0.97, 1, 1.5, 2, 7, 40] where score.canBe(threshold: threshold) {
                let range = score.ratios(reaching: threshold, total: total)
                for up in 0...total {
                    let votes = VoteCount(up: up, down: total - up)
                    let ratio = Double(up) / Double(total)
                    let reaches = score.value(of: votes) >= threshold
                    // At the very end of the range the last digit decides.
                    let edge = range.map { min(abs($0.lowerBound - ratio), abs($0.upperBound - ratio)) }
                    if (edge ?? 1) < 1e-9 { continue }
                    #expect(range?.contains(ratio) ?? false == reaches, "\(threshold): \(votes)")
                }
            }
        }
    }
}

struct ScoreBarTests {
    @Test func theTopIsTheFewestThatMakeUpTheShareAndAllThatTieWithTheLast() {
        let scores: [(score: Double, comments: Int)] = [(1, 50), (2, 30), (3, 12), (4, 5), (5, 3)]
        func bar(_ share: Double) -> Double { ScoreBar.threshold(ofTop: share, .minority, of: scores) }
        #expect(bar(0.03) == 5 && bar(0.031) == 4 && bar(0.08) == 4 && bar(0.081) == 3)
        #expect(bar(0.2) == 3 && bar(0.21) == 2)
        #expect(bar(0.001) == 5, "one comment at least")
        // 0.07 · 100 is 7.000000000000001.
        let single = (1...100).map { (score: Double($0), comments: 1) }
        #expect(ScoreBar.threshold(ofTop: 0.07, .minority, of: single) == 94)
    }

    @Test func commentsAtTheFloorAreNeverAmongTheTop() {
        let scores: [(score: Double, comments: Int)] = [(0, 90), (2, 10)]
        #expect(ScoreBar.threshold(ofTop: 0.5, .balance, of: scores) == 2)
        #expect(ScoreBar.threshold(ofTop: 0.5, .balance, of: [(0, 90)]) == .infinity)
        #expect(ScoreBar.threshold(ofTop: 0.5, .balance, of: []) == .infinity)
    }

    @Test func withoutABarNothingIsControversial() {
        let rule = ControversyRule(minVotes: 1, scoring: ScoreBar(.minority, top: 0.1))
        #expect(rule.verdict(for: VoteCount(up: 500, down: 500)) == .abstain(.inBetween))
        #expect(rule.probabilityControversial(for: VoteCount(up: 500, down: 500)) == 0)
        #expect(rule.flipDistance(for: VoteCount(up: 500, down: 500), upTo: 100).fewest == nil)
    }

    @Test func aScoreDecidesBeforeTheOuterRanges() {
        let rule = ControversyRule(minVotes: 20, scoring: ScoreBar(.minority, threshold: 30))
        #expect(rule.verdict(for: VoteCount(up: 970, down: 30)) == .controversial)
        #expect(rule.verdict(for: VoteCount(up: 971, down: 29)) == .uncontroversial)
        #expect(rule.verdict(for: VoteCount(up: 29, down: 29)) == .abstain(.inBetween))
        #expect(rule.verdict(for: VoteCount(up: 19, down: 0)) == .abstain(.tooFewVotes))
        #expect(rule.verdict(for: VoteCount(up: 40, down: 40), settled: false) == .abstain(.unsettled))
    }

    /// What tells reddit's first score from the ratio is the votes: with as many as the bar asks for it is a range.
    @Test func redditsFirstScoreIsARangeOfRatiosAmongCommentsWithEnoughVotes() {
        let rule = ControversyRule(minVotes: 20, scoring: ScoreBar(.reddit, threshold: 5))
        let range = ControversyRule(minVotes: 20, controversial: 0.4...0.6)
        for up in 0...60 {
            for down in 0...60 {
                let votes = VoteCount(up: up, down: down)
                #expect(rule.verdict(for: votes) == range.verdict(for: votes), "\(votes)")
            }
        }
    }

    static let problems: [(ControversyRule, [String])] = [
        (ControversyRule(scoring: ScoreBar(.entropy, threshold: 1)), []),
        (
            ControversyRule(scoring: ScoreBar(.entropy, threshold: 1.01)),
            ["'threshold' is 1.01; by: entropy takes bits above 0, up to 1"]
        ),
        (
            ControversyRule(scoring: ScoreBar(.posterior, threshold: 1)),
            ["'threshold' is 1.0; by: posterior takes a probability above 0 and below 1"]
        ),
        (
            ControversyRule(scoring: ScoreBar(.balance, threshold: 1)),
            ["'threshold' is 1.0; by: balance takes a score above 1"]
        ),
        (ControversyRule(scoring: ScoreBar(.reddit, threshold: 1.01)), []),
        (ControversyRule(scoring: ScoreBar(.minority, threshold: 1)), []),
        (
            ControversyRule(scoring: ScoreBar(.minority, threshold: 0.5)),
            ["'threshold' is 0.5; by: minority takes a number of votes of 1 or more"]
        ),
        (
            ControversyRule(scoring: ScoreBar(.reddit, top: 1)),
            ["'top' is 1.0; a share of the comments above 0 and below 1 is wanted, so 5 % is 0.05"]
        ),
        (
            ControversyRule(confidence: 0.8, scoring: ScoreBar(.reddit, top: 0.1)),
            [
                "'confidence' goes with by: ratio, whose labels it holds back; by: reddit has its own threshold, and the "
                    + "threshold of by: posterior is a confidence"
            ]
        ),
        (
            ControversyRule(controversial: 0.4...0.4001, scoring: ScoreBar(.posterior, threshold: 0.999_999)),
            [
                "no comment with 1000000 votes or fewer reaches 'threshold' 0.999999 in 'controversial'; "
                    + "widen the range or lower the threshold"
            ]
        ),
        // A range means nothing to other scores, so it may touch the outer ones.
        (ControversyRule(controversial: 0.1...0.9, scoring: ScoreBar(.minority, threshold: 5)), []),
    ]

    @Test(arguments: problems)
    func rulesThatCannotBeMeantAreDistinguished(rule: ControversyRule, expected: [String]) {
        #expect(rule.problems().map(\.description) == expected)
    }

    static let bars: [ScoreBar] = [
        ScoreBar(.posterior, threshold: 0.35), ScoreBar(.posterior, threshold: 0.8),
        ScoreBar(.entropy, threshold: 0.9), ScoreBar(.entropy, threshold: 1), ScoreBar(.reddit, threshold: 4),
        ScoreBar(.reddit, threshold: 30), ScoreBar(.balance, threshold: 2.5),
        ScoreBar(.balance, threshold: 25),
        ScoreBar(.minority, threshold: 1), ScoreBar(.minority, threshold: 9),
        ScoreBar(.minority, top: 0.1, threshold: 14), ScoreBar(.minority, top: 0.1),
    ]

    @Test(arguments: bars)
    func flipDistancesAgreeWithTryingEveryVote(bar: ScoreBar) {
        let search = FlipDistanceTests()
        for minVotes in [1, 12] {
            let rule = ControversyRule(
                minVotes: minVotes, prior: bar.threshold == 0.8 ? BetaPrior(alpha: 9, beta: 2) : .uniform,
                scoring: bar)
            for up in 0...22 {
                for down in 0...22 {
                    let votes = VoteCount(up: up, down: down)
                    let found = rule.flipDistance(for: votes, upTo: 300)
                    #expect(found.ups == search.search(rule, votes, 300, up: true), "\(votes) \(rule)")
                    #expect(found.downs == search.search(rule, votes, 300, up: false), "\(votes) \(rule)")
                }
            }
        }
    }
}
