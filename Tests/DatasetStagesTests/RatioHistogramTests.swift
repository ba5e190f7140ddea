import DatasetStages
import Testing
import VoteModel

struct RatioHistogramTests {
    /// Up, down, and the bin of 50 in which the ratio falls.
    static let places: [(Int32, Int32, Int)] = [
        (0, 20, 0), (1, 49, 1), (29, 71, 14), (58, 42, 29), (57, 43, 28), (10, 10, 25), (49, 1, 49),
        (20, 0, 49),
        (.max, .max, 25),
    ]

    @Test(arguments: places)
    func aRatioOnAnEdgeFallsIntoTheBinAbove(up: Int32, down: Int32, bin: Int) {
        let counts = RatioHistogram(VoteCensus(ups: [up], downs: [down]), minVotes: 20).counts
        #expect(counts.count == RatioHistogram.binCount)
        #expect(counts.firstIndex(of: 1) == bin)
        #expect(counts.reduce(0, +) == 1)
    }

    @Test func tooFewVotesAndNoneAreLeftOut() {
        #expect(
            RatioHistogram(VoteCensus(ups: [10, 10, 0], downs: [9, 10, 0]), minVotes: 20).counts.reduce(0, +)
                == 1)
        #expect(RatioHistogram(VoteCensus(ups: [0], downs: [0]), minVotes: 0).counts.reduce(0, +) == 0)
    }
}
