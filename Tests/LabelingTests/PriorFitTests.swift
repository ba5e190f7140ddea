import Foundation
import Labeling
import Testing
import VoteModel

struct PriorFitTests {
    struct Fixture: Decodable {
        struct Case: Decodable {
            var name: String
            var alpha, beta: Double
            var inside: Bool
            var logLikelihood, uniformLogLikelihood: Double
            var counts: [[Int]]

            func census(swapped: Bool = false) -> VoteCensus {
                VoteCensus(
                    counts.flatMap { row in
                        repeatElement(
                            swapped
                                ? VoteCount(up: row[1], down: row[0]) : VoteCount(up: row[0], down: row[1]),
                            count: row[2])
                    })
            }
        }
        var cases: [Case]
    }

    static func cases() throws -> [Fixture.Case] {
        try JSONDecoder.ofFixtures.decode(Fixture.self, from: Data(fixture("prior/prior.json").utf8)).cases
    }

    @Test func fitsEqualThoseOfSciPy() throws {
        let cases = try Self.cases()
        #expect(cases.count == 8)
        for expected in cases {
            let fit = PriorFit(expected.census())
            #expect(abs(fit.prior.alpha / expected.alpha - 1) < 1e-6, "\(expected.name): \(fit)")
            #expect(abs(fit.prior.beta / expected.beta - 1) < 1e-6, "\(expected.name): \(fit)")
            #expect(abs(fit.logLikelihood / expected.logLikelihood - 1) < 1e-11, "\(expected.name)")
            #expect(
                abs(fit.uniformLogLikelihood / expected.uniformLogLikelihood - 1) < 1e-11,
                "\(expected.name)")
            #expect(fit.outcome == (expected.inside ? .fitted : .atBound), "\(expected.name)")
            #expect(fit.steps < 60, "\(expected.name) took \(fit.steps)")
        }
    }

    @Test func swappingUpAndDownSwapsThePrior() throws {
        for expected in try Self.cases() {
            let fit = PriorFit(expected.census(swapped: true))
            #expect(abs(fit.prior.alpha / expected.beta - 1) < 1e-6, "\(expected.name): \(fit)")
            #expect(abs(fit.prior.beta / expected.alpha - 1) < 1e-6, "\(expected.name): \(fit)")
        }
    }

    /// Negative control: a fit to other comments is further away than the tolerance, and so are the moments.
    @Test func oneCommentLessWouldBeSeen() throws {
        let few = try #require(try Self.cases().first { $0.name == "few" })
        var other = few
        other.counts.removeLast()
        #expect(abs(PriorFit(other.census()).prior.alpha / few.alpha - 1) > 1e-4)
    }

    @Test func fewCommentsKeepTheUniformPriorAndSaySo() {
        // A hundred comments with one vote or none say nothing about the spread.
        let single = [VoteCount](repeating: VoteCount(up: 1, down: 0), count: 100)
        let pairs = (0..<99).map { VoteCount(up: 2 + $0 % 3, down: 1 + $0 % 5) }
        let fit = PriorFit(VoteCensus(single + pairs))
        #expect(fit.prior == .uniform && fit.comments == 99)
        #expect(fit.outcome == .uniform(.tooFewComments(found: 99, needed: 100)))
        #expect(
            fit.description
                == "uniform prior: 99 comments have two votes or more, 100 are needed to fit one")
        #expect(PriorFit(VoteCensus(pairs + [VoteCount(up: 1, down: 1)])).prior != .uniform)
        #expect(PriorFit(VoteCensus(pairs), fewestComments: 99).prior != .uniform)
        #expect(
            PriorFit(VoteCensus([])).outcome == .uniform(.tooFewComments(found: 0, needed: 100)))
    }

    @Test func votesOfOneSideKeepTheUniformPrior() {
        let ups = (0..<500).map { VoteCount(up: 2 + $0 % 40, down: 0) }
        #expect(PriorFit(VoteCensus(ups)).outcome == .uniform(.oneSided))
        #expect(
            PriorFit(VoteCensus(ups.map { VoteCount(up: 0, down: $0.up) })).outcome == .uniform(.oneSided))
        // One vote of the other side, and there is a ratio to speak of.
        let fit = PriorFit(VoteCensus(ups + [VoteCount(up: 3, down: 1)]))
        #expect(fit.prior.alpha > fit.prior.beta && fit.prior.isProper)
    }

    /// Whatever the counts are, the prior is one that labels can be given with, and no worse than the uniform one.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func everyFitIsAPriorAtLeastAsLikelyAsTheUniformOne(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let most = [1, 3, 30, 3000, 1_000_000][Int(seed % 5)]
        let counts = (0..<200).map { row in
            seed % 3 == 0 && row % 2 == 0
                ? VoteCount(up: most, down: 0) : VoteCount.random(upTo: most, using: &random)
        }
        let fit = PriorFit(VoteCensus(counts))
        #expect(PriorFit.bounds.contains(fit.prior.alpha) && PriorFit.bounds.contains(fit.prior.beta))
        #expect(fit.logLikelihood >= fit.uniformLogLikelihood, "seed \(seed): \(fit)")
        if case .uniform(.noPeak) = fit.outcome { Issue.record("seed \(seed): \(fit)") }
        var shuffled = counts
        shuffled.shuffle(using: &random)
        #expect(PriorFit(VoteCensus(shuffled)) == fit, "the order must not matter, seed \(seed)")
    }
}
