import ActiveLabeling
import Testing

struct ResampledIntervalTests {
    private static let values = (0..<200).map { Double($0 % 7) }

    private static func interval(seed: UInt64, resamples: Int = 2_000) -> ResampledInterval? {
        ResampledInterval(rows: values.count, resamples: resamples, seed: seed) { rows in
            rows.reduce(0) { $0 + values[$1] } / Double(rows.count)
        }
    }

    /// The interval of a mean is that of the normal distribution, for so many rows.
    @Test func theIntervalOfAMeanIsTheKnownOne() throws {
        let interval = try #require(Self.interval(seed: 1))
        let mean = Self.values.reduce(0, +) / 200
        let variance = Self.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200
        let half = 1.96 * (variance / 200).squareRoot()
        #expect(abs(interval.low - (mean - half)) < 0.04 && abs(interval.high - (mean + half)) < 0.04)
    }

    @Test func theSeedDecides() {
        #expect(Self.interval(seed: 1) == Self.interval(seed: 1))
        #expect(Self.interval(seed: 1) != Self.interval(seed: 2))
    }

    @Test func whatIsUndefinedHasNone() {
        #expect(ResampledInterval(rows: 0, resamples: 10, seed: 1) { _ in 1 } == nil)
        #expect(ResampledInterval(rows: 5, resamples: 10, seed: 1) { _ in nil } == nil)
        #expect(Self.interval(seed: 1, resamples: 0) == nil)
        // Samples for which it is undefined are left out.
        let some = ResampledInterval(rows: 2, resamples: 200, seed: 1) { $0[0] == $0[1] ? nil : 3 }
        #expect(some?.low == 3 && some?.high == 3)
    }
}
