import Foundation
import Labeling
import Testing
import VoteModel

struct GroupPriorsTests {
    struct Fixture: Decodable {
        struct Case: Decodable {
            var name: String
            /// Alpha and beta of the fit to all, τ² and σ², alpha and beta of each group.
            var source, variances: [Double]
            var priors: [[Double]]
            var groups: [[[Int]]]

            var censuses: [VoteCensus] { groups.map(GroupPriorsTests.census) }
        }
        var cases: [Case]
    }

    static func census(_ counts: [[Int]]) -> VoteCensus {
        VoteCensus(counts.flatMap { repeatElement(VoteCount(up: $0[0], down: $0[1]), count: $0[2]) })
    }

    static func cases() throws -> [Fixture.Case] {
        try JSONDecoder.ofFixtures.decode(Fixture.self, from: Data(fixture("prior/groups.json").utf8)).cases
    }

    private func fit(_ groups: [[[Int]]]) -> (source: PriorFit, groups: GroupPriors) {
        let source = PriorFit(Self.census(groups.flatMap { $0 }))
        return (source, GroupPriors(groups.map(Self.census), within: source))
    }

    @Test func priorsEqualThoseOfSciPy() throws {
        let cases = try Self.cases()
        #expect(cases.count == 3)
        for expected in cases {
            let found = fit(expected.groups)
            #expect(abs(found.source.prior.alpha / expected.source[0] - 1) < 1e-6, "\(expected.name)")
            #expect(
                abs(found.groups.meanVariance / expected.variances[0] - 1) < 1e-7,
                "\(expected.name): \(found.groups.meanVariance) \(expected.variances)")
            #expect(abs(found.groups.strengthVariance / expected.variances[1] - 1) < 1e-7, "\(expected.name)")
            for (prior, numbers) in zip(found.groups.priors, expected.priors) {
                #expect(abs(prior.alpha / numbers[0] - 1) < 1e-7, "\(expected.name): \(prior) \(numbers)")
                #expect(abs(prior.beta / numbers[1] - 1) < 1e-7, "\(expected.name): \(prior) \(numbers)")
            }
        }
    }

    /// Variances that are drawn in leaps, and a prior that is worked out alone, are those of SciPy too.
    @Test func spreadsAndTheirPriorsEqualThoseOfSciPy() throws {
        for expected in try Self.cases() {
            let center = BetaPrior(alpha: expected.source[0], beta: expected.source[1])
            let spread = try #require(GroupSpread(of: expected.censuses.map { ($0, center) }))
            #expect(
                abs(spread.meanVariance / expected.variances[0] - 1) < 1e-4,
                "\(expected.name): \(spread.meanVariance) \(expected.variances)")
            #expect(abs(spread.strengthVariance / expected.variances[1] - 1) < 1e-4, "\(expected.name)")
            let exact = GroupSpread(
                meanVariance: expected.variances[0], strengthVariance: expected.variances[1])
            for (census, numbers) in zip(expected.censuses, expected.priors) {
                let prior = exact.prior(of: census, around: center)
                #expect(abs(prior.alpha / numbers[0] - 1) < 1e-6, "\(expected.name): \(prior) \(numbers)")
                #expect(abs(prior.beta / numbers[1] - 1) < 1e-6, "\(expected.name): \(prior) \(numbers)")
                // Negative control: under other variances it is another.
                let other = GroupSpread(meanVariance: 2 * expected.variances[0], strengthVariance: 1)
                let moved = other.prior(of: census, around: center)
                #expect(abs(moved.alpha / numbers[0] - 1) > 1e-6 || census.comments < 4)
            }
        }
    }

    @Test func groupsWithoutVotesHaveTheirCenter() {
        let center = BetaPrior(alpha: 3, beta: 1)
        let silent = Self.census([[0, 0, 5]])
        #expect(GroupSpread(of: [(silent, center), (Self.census([[5, 2, 30]]), center)]) == nil)
        #expect(GroupSpread(meanVariance: 1, strengthVariance: 1).prior(of: silent, around: center) == center)
    }

    /// More articles than are asked, with means that are drawn from a known distribution.
    @Test func theSpreadOfManySmallGroupsIsFound() throws {
        let center = BetaPrior(alpha: 6, beta: 3)
        let groups = (0..<2_500).map { group in
            // Normal quantiles of the logit, deviation 0.5, and votes as near to the share as whole numbers come.
            let place = (Double((group * 997) % 2_500) + 0.5) / 2_500
            let logit = log(2.0) + 0.5 * normalQuantile(place)
            let share = 1 / (1 + exp(-logit))
            return (
                Self.census(
                    (0..<20).map { comment in
                        let mean = min(
                            max(share + 0.15 * normalQuantile((Double(comment) + 0.5) / 20), 0.01), 0.99)
                        let up = Int((30 * mean).rounded())
                        return [up, 30 - up, 1]
                    }), center
            )
        }
        let spread = try #require(GroupSpread(of: groups))
        #expect(abs(spread.meanVariance.squareRoot() - 0.5) < 0.05, "\(spread)")
        #expect(try #require(GroupSpread(of: Array(groups.prefix(500)))).meanVariance != spread.meanVariance)
    }

    private func normalQuantile(_ probability: Double) -> Double {
        var (low, high) = (-9.0, 9.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if 0.5 * erfc(-middle / 2.0.squareRoot()) < probability { low = middle } else { high = middle }
        }
        return low
    }

    /// Negative control: the group's own fit, and that of all, are other priors.
    @Test func everyGroupLiesBetweenItsOwnFitAndTheSources() throws {
        let outlets = try #require(try Self.cases().first)
        let found = fit(outlets.groups)
        for (group, prior) in zip(outlets.censuses, found.groups.priors) where group.comments >= 100 {
            let own = PriorFit(group).prior
            #expect(abs(own.alpha / prior.alpha - 1) > 1e-5)
            #expect(abs(found.source.prior.alpha / prior.alpha - 1) > 1e-5)
        }
        // Three comments say next to nothing: nearly the source's.
        let small = try #require(outlets.censuses.firstIndex { $0.comments == 3 })
        let large = try #require(outlets.censuses.firstIndex { $0.comments == 1_200 })
        func moved(_ group: Int) -> Double {
            let own = found.groups.priors[group]
            return abs(log(own.alpha / own.beta) - log(found.source.prior.alpha / found.source.prior.beta))
        }
        let own = PriorFit(outlets.censuses[large]).prior
        let kept =
            moved(large)
            / abs(log(own.alpha / own.beta) - log(found.source.prior.alpha / found.source.prior.beta))
        #expect(moved(small) < 0.2 && kept > 0.8 && kept < 1, "\(moved(small)) \(kept)")
    }

    @Test func theOrderOfGroupsDoesNotMatter() throws {
        let outlets = try #require(try Self.cases().first)
        let found = fit(outlets.groups).groups.priors
        let reversed = fit(outlets.groups.reversed()).groups.priors.reversed()
        for (one, other) in zip(found, reversed) { #expect(abs(one.alpha / other.alpha - 1) < 1e-6) }
    }

    @Test func whereNothingTellsGroupsApartAllHaveThePriorOfTheSource() throws {
        let group = try #require(try Self.cases().first).groups[0]
        let same = fit([group, group, group])
        for prior in same.groups.priors {
            #expect(abs(prior.alpha / same.source.prior.alpha - 1) < 0.02, "\(prior) \(same.source.prior)")
        }
        let one = fit([group])
        #expect(one.groups.priors == [one.source.prior] && one.groups.rounds == 0)
        // A source that cannot be fitted, and a group without votes.
        let few = fit([[[1, 1, 20]], [[3, 4, 9]]])
        #expect(few.groups.priors == [.uniform, .uniform])
        let silent = fit([group, [[0, 0, 5]], [[5, 2, 30]]])
        #expect(silent.groups.priors[1] == silent.source.prior)
        #expect(silent.groups.priors[2] != silent.source.prior)
    }
}
