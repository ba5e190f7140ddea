import Foundation
import Labeling
import Testing
import VoteModel

struct LabelNoiseTests {
    struct Fixture: Decodable {
        struct Rule: Decodable {
            var minVotes: Int
            var controversial, uncontroversial, prior: [Double]
            var confidence: Double?

            var rule: ControversyRule {
                ControversyRule(
                    minVotes: minVotes, controversial: controversial[0]...controversial[1],
                    uncontroversial: OuterRange(atMost: uncontroversial[0], atLeast: uncontroversial[1]),
                    confidence: confidence, prior: BetaPrior(alpha: prior[0], beta: prior[1]))
            }
        }
        struct Weight: Decodable {
            var votes: VoteCount
            var isControversial: Bool
            var posterior, entropy: Double

            init(from decoder: any Decoder) throws {
                var list = try decoder.unkeyedContainer()
                votes = VoteCount(up: try list.decode(Int.self), down: try list.decode(Int.self))
                isControversial = try list.decode(Bool.self)
                posterior = try list.decode(Double.self)
                entropy = try list.decode(Double.self)
            }
        }
        struct Case: Decodable {
            var rule: Rule
            /// Labeled comments, and how many are expected to be wrong.
            var controversial, uncontroversial: [Double]
            var weights: [Weight]
        }
        var counts: [[Int]]
        var cases: [Case]

        var census: VoteCensus {
            VoteCensus(counts.flatMap { repeatElement(VoteCount(up: $0[0], down: $0[1]), count: $0[2]) })
        }
    }

    static func fixtureCases() throws -> Fixture {
        try JSONDecoder.ofFixtures.decode(Fixture.self, from: Data(fixture("noise/noise.json").utf8))
    }

    @Test func noiseEqualsThatOfSciPyAndPandas() throws {
        let fixture = try Self.fixtureCases()
        #expect(fixture.cases.count == 3)
        for expected in fixture.cases {
            let noise = LabelNoise(of: expected.rule.rule, over: fixture.census)
            #expect(noise.controversial.labeled == Int(expected.controversial[0]))
            #expect(abs(noise.controversial.expectedWrong - expected.controversial[1]) < 1e-8)
            #expect(noise.uncontroversial.labeled == Int(expected.uncontroversial[0]))
            #expect(abs(noise.uncontroversial.expectedWrong - expected.uncontroversial[1]) < 1e-8)
            #expect(noise.all.labeled == noise.controversial.labeled + noise.uncontroversial.labeled)
            // Negative control: half a vote in the prior moves the sum a thousand times further than the tolerance.
            var other = expected.rule.rule
            other.prior.alpha += 0.5
            let wrong = LabelNoise(of: other, over: fixture.census)
            #expect(abs(wrong.all.expectedWrong - noise.all.expectedWrong) > 1e-4)
        }
    }

    @Test func weightsEqualThoseOfSciPy() throws {
        for expected in try Self.fixtureCases().cases {
            let rule = expected.rule.rule
            for weight in expected.weights {
                let verdict: Verdict = weight.isControversial ? .controversial : .uncontroversial
                #expect(rule.verdict(for: weight.votes) == verdict)
                let posterior = try #require(rule.weight(of: weight.votes, labeled: verdict, as: .posterior))
                let entropy = try #require(rule.weight(of: weight.votes, labeled: verdict, as: .entropy))
                #expect(abs(posterior - weight.posterior) < 1e-10)
                #expect(abs(entropy - weight.entropy) < 1e-8, "\(weight)")
            }
        }
    }

    @Test func abstentionsHaveNoWeightAndNoLabelsNoShare() {
        let rule = ControversyRule()
        #expect(rule.weight(of: VoteCount(up: 1, down: 0), labeled: .abstain(.unsure), as: .entropy) == nil)
        let noise = LabelNoise(of: rule, over: VoteCensus([VoteCount(up: 1, down: 1)]))
        #expect(noise.all.share == nil && noise.all.labeled == 0)
    }

    /// The figures of the idea: 12 of 20 is a coin flip, 10 of 20 two in three, 50 of 100 nearly sure.
    @Test func theBareRuleIsACoinFlipAtTwelveOfTwenty() {
        for (up, down, mass) in [(12, 8, 0.49), (10, 10, 0.65), (50, 50, 0.96)] {
            let noise = LabelNoise(of: ControversyRule(), over: VoteCensus([VoteCount(up: up, down: down)]))
            #expect(abs((noise.all.share ?? 0) - (1 - mass)) < 0.005, "\(up)/\(down)")
        }
    }
}
