internal import SeededRandom

/// How far a measure would differ on other rows of the same kind: the 2.5th and 97.5th percentile of its values on samples of
/// the rows, drawn with replacement. The same seed gives the same interval.
///
/// Source: Efron, Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
package struct ResampledInterval: Hashable, Sendable {
    package let low: Double
    package let high: Double

    /// - Parameters:
    ///   - rows: how many there are.
    ///   - resamples: samples drawn, at least 1.
    ///   - measure: of the rows with these numbers; `nil` if it is undefined for them, and the sample is left out.
    /// - Returns: `nil` if it is undefined for all samples.
    package init?(rows: Int, resamples: Int, seed: UInt64, measure: (_ rows: [Int]) -> Double?) {
        if rows == 0 { return nil }
        var random = PhiloxStream(seed: seed, stream: "agreement of \(rows) rows")
        var sample = [Int](repeating: 0, count: rows)
        var values: [Double] = []
        for _ in 0..<resamples {
            for place in sample.indices { sample[place] = Int(random.integer(below: UInt64(rows))) }
            if let value = measure(sample) { values.append(value) }
        }
        if values.isEmpty { return nil }
        values.sort()
        low = percentile(values, 0.025)
        high = percentile(values, 0.975)
    }
}
