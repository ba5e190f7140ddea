import Testing
import Training

struct DataOrderTests {
    @Test func everyEpochHasEveryRowOnceInAnotherOrder() {
        let order = DataOrder(rows: 100, batchSize: 32, seed: 7)
        let first = order.permutation(epoch: 0)
        let second = order.permutation(epoch: 1)
        #expect(first.sorted() == Array(0..<100))
        #expect(second.sorted() == Array(0..<100))
        #expect(first != second)
        #expect(first != DataOrder(rows: 100, batchSize: 32, seed: 8).permutation(epoch: 0))
        #expect(first == DataOrder(rows: 100, batchSize: 7, seed: 7).permutation(epoch: 0))
    }

    /// Pins the order itself: a checkpoint of today must continue in the same order tomorrow.
    @Test func theOrderOfASeedNeverChanges() {
        #expect(DataOrder(rows: 8, batchSize: 2, seed: 42).permutation(epoch: 0) == Self.pinned)
    }

    static let pinned = [1, 5, 7, 3, 6, 0, 4, 2]

    @Test func positionsFollowFromTheStepAlone() {
        let order = DataOrder(rows: 70, batchSize: 32, seed: 1)
        #expect(order.stepsPerEpoch == 3)
        #expect(order.position(of: 0) == (0, 0..<32))
        #expect(order.position(of: 2) == (0, 64..<70))
        #expect(order.position(of: 3) == (1, 0..<32))
        #expect(order.position(of: 301) == (100, 32..<64))
    }

    @Test func allOrdersOfThreeRowsAreAboutEquallyLikely() {
        var counts: [[Int]: Int] = [:]
        for seed in 0..<6000 as Range<UInt64> {
            counts[DataOrder(rows: 3, batchSize: 1, seed: seed).permutation(epoch: 0), default: 0] += 1
        }
        // 1,000 expected each; four standard deviations of a binomial count are 115.
        #expect(counts.count == 6)
        #expect(counts.values.allSatisfy { abs($0 - 1000) < 115 }, "\(counts)")
    }
}
