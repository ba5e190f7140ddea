import Labeling
import Testing
import VoteModel

struct PosteriorTests {
    @Test func massesEqualThoseOfSciPy() throws {
        let rows = try fixture("posterior/posterior.tsv").split(separator: "\n").dropFirst(2)
        #expect(rows.count > 400)
        var worst = 0.0
        for row in rows {
            let v = row.split(separator: "\t").map { Double($0) ?? .nan }
            let votes = VoteCount(up: Int(v[2]), down: Int(v[3]))
            let posterior = Posterior(votes, prior: BetaPrior(alpha: v[0], beta: v[1]))
            let error = abs(posterior.mass(in: v[4]...v[5]) - v[6])
            worst = max(worst, error)
            #expect(error <= 1e-10, "\(row): off by \(error)")
        }
        #expect(worst <= 1e-11)
    }

    @Test func publishedValues() {
        // Abramowitz and Stegun's relation 26.5.7 for whole parameters: I_x(a, b) is a binomial tail.
        #expect(abs(regularizedIncompleteBeta(0.5, 3, 4) - 42.0 / 64) < 1e-15)
        #expect(abs(regularizedIncompleteBeta(0.25, 2, 2) - 0.15625) < 1e-15)
        #expect(abs(regularizedIncompleteBeta(0.5, 0.5, 0.5) - 0.5) < 1e-15)
    }

    @Test func edges() {
        #expect(regularizedIncompleteBeta(0, 2, 3) == 0)
        #expect(regularizedIncompleteBeta(-1, 2, 3) == 0)
        #expect(regularizedIncompleteBeta(1, 2, 3) == 1)
        #expect(regularizedIncompleteBeta(2, 2, 3) == 1)
        #expect(regularizedIncompleteBeta(0.5, 0, 3).isNaN)
        #expect(regularizedIncompleteBeta(.nan, 2, 3).isNaN)
        #expect(Posterior(VoteCount(up: 0, down: 0)).mass(in: 0...1) == 1)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func tailsAddToOneAndGrow(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let a = Double.random(in: 0.1...3000, using: &random)
        let b = Double.random(in: 0.1...3000, using: &random)
        var last = 0.0
        for step in 1..<100 {
            let x = Double(step) / 100
            let below = regularizedIncompleteBeta(x, a, b)
            #expect(abs(below + regularizedIncompleteBeta(1 - x, b, a) - 1) < 1e-12, "\(x) \(a) \(b)")
            #expect(below >= last - 1e-13, "\(x) \(a) \(b)")
            last = below
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func theThreeRangesOfARuleShareAllMass(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let posterior = Posterior(VoteCount.random(upTo: 500, using: &random))
        let sum =
            posterior.mass(in: 0.4...0.6) + posterior.mass(in: OuterRange(atMost: 0.2, atLeast: 0.8))
            + posterior.mass(in: 0.2...0.4) + posterior.mass(in: 0.6...0.8)
        #expect(abs(sum - 1) < 1e-12, "seed \(seed)")
    }
}

struct ConfidenceReachTests {
    @Test func eightyPercentInTheUsualRangeNeedsAboutFortyVotes() {
        let reach = ConfidenceReach(range: 0.4...0.6)
        #expect(reach.fewestVotes(reaching: 0.8, upTo: 1_000_000) == 40)
        #expect(reach.greatestMass(total: 39) < 0.8)
        #expect(reach.greatestMass(total: 40) >= 0.8)
    }

    static let settings: [(ClosedRange<Double>, BetaPrior)] = [
        (0.4...0.6, .uniform), (0.35...0.65, .uniform), (0.45...0.55, .uniform), (0.48...0.5, .uniform),
        (0.1...0.3, .uniform), (0.4...0.6, BetaPrior(alpha: 9, beta: 3)),
        (0.45...0.5, BetaPrior(alpha: 0.5, beta: 0.5)), (0.0...0.2, .uniform), (0.33...0.34, .uniform),
    ]

    @Test(arguments: settings)
    func agreesWithTryingEveryNumber(range: ClosedRange<Double>, prior: BetaPrior) {
        let reach = ConfidenceReach(range: range, prior: prior)
        let limit = 400
        let masses = (1...limit).map { total in
            (0...total)
                .filter { range.contains(Double($0) / Double(total)) }
                .map { Posterior(VoteCount(up: $0, down: total - $0), prior: prior).mass(in: range) }
                .max() ?? 0
        }
        for total in 1...limit { #expect(reach.greatestMass(total: total) == masses[total - 1], "\(total)") }
        for confidence in [0.05, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99] {
            let expected = masses.firstIndex { $0 >= confidence }.map { $0 + 1 }
            #expect(
                reach.fewestVotes(reaching: confidence, upTo: limit) == expected, "\(range) \(confidence)")
        }
    }

    @Test func whatCannotBeReachedIsNil() {
        #expect(ConfidenceReach(range: 0.5...0.5).fewestVotes(reaching: 0.1, upTo: 1_000_000) == nil)
        #expect(ConfidenceReach(range: 0.4...0.6).fewestVotes(reaching: 0.8, upTo: 30) == nil)
    }
}
