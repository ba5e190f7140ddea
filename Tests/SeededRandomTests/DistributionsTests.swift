import SeededRandom
import Testing

@Suite struct DistributionsTests {
    /// Table values of the normal distribution.
    @Test func quantilesAgreeWithTables() {
        let table: [(Double, Double)] = [
            (0.5, 0), (0.841_344_746_068_542_9, 1), (0.977_249_868_051_820_8, 2),
            (0.975, 1.959_963_984_540_054),
            (0.001, -3.090_232_306_167_813_5), (1e-10, -6.361_340_902_404_055),
            (1e-300, -37.047_096_299_361_2),
        ]
        for (p, x) in table { #expect(abs(normalQuantile(p) - x) <= 1e-13 * max(1, abs(x)), "\(p)") }
        for p in stride(from: 0.01, to: 0.5, by: 0.01) {
            #expect(abs(normalQuantile(p) + normalQuantile(1 - p)) < 1e-13)
        }
    }

    @Test func normalsHaveTheirMoments() {
        var random = SplitMix64(seed: 1)
        let values = (0..<200_000).map { _ in random.normal() }
        let mean = values.reduce(0, +) / 200_000
        let variance = values.reduce(0) { $0 + $1 * $1 } / 200_000
        #expect(abs(mean) < 0.009)  // four sigma
        #expect(abs(variance - 1) < 0.0127)
    }

    @Test func integersAreEvenlySpread() {
        var random = SplitMix64(seed: 3)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[Int(random.integer(below: 7))] += 1 }
        for count in counts { #expect(abs(count - 10_000) < 4 * 93) }  // sigma = sqrt(70000 · 6/49)
        #expect((0..<100).allSatisfy { _ in random.integer(below: 1) == 0 })
    }

    @Test func uniformsLieBelowOne() {
        var random = SplitMix64(seed: 4)
        let values = (0..<10_000).map { _ in random.uniform() }
        #expect(values.allSatisfy { (0..<1).contains($0) })
        let mean = values.reduce(0, +) / 10_000
        #expect(abs(mean - 0.5) < 0.0116)  // four sigma, sigma² = 1/12 / 10,000
    }

    /// Written down once: a change of method would change every user's order.
    @Test func shufflesNeverChange() {
        var random = PhiloxStream(seed: 42, stream: "order")
        var numbers = Array(0..<12)
        numbers.stableShuffle(using: &random)
        #expect(numbers == [3, 9, 11, 2, 1, 5, 4, 0, 8, 6, 7, 10])
    }

    @Test func everyOrderIsEquallyLikely() {
        var random = SplitMix64(seed: 5)
        var counts: [[Int]: Int] = [:]
        for _ in 0..<24_000 {
            var numbers = [0, 1, 2, 3]
            numbers.stableShuffle(using: &random)
            counts[numbers, default: 0] += 1
        }
        #expect(counts.count == 24)
        for count in counts.values { #expect(abs(count - 1000) < 4 * 31) }
        var none: [Int] = []
        none.stableShuffle(using: &random)
        #expect(none.isEmpty)
    }
}
