import SeededRandom

/// How far scores would differ on other rows of the same kind: their percentiles over samples of the rows, drawn with
/// replacement. The same rows give the same intervals.
///
/// Source: Efron, Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
public enum Bootstrap {
    /// 2.5th and 97.5th percentile of a score.
    public struct Interval: Hashable, Sendable {
        public let low: Double
        public let high: Double
    }

    /// - Parameters:
    ///   - rows: how many there are.
    ///   - resamples: samples drawn, at least 1.
    ///   - scores: of the rows with these numbers, by name; a score that is undefined for a sample is left out of it.
    /// - Complexity: O(resamples · rows), times what the scores take.
    public static func intervals(
        rows: Int, resamples: Int, scores: (_ rows: [Int]) -> [String: Double]
    ) -> [String: Interval] {
        var random = PhiloxStream(seed: 0, stream: "bootstrap of \(rows) rows")
        var values: [String: [Double]] = [:]
        var sample = [Int](repeating: 0, count: rows)
        for _ in 0..<resamples {
            for place in sample.indices { sample[place] = Int(random.integer(below: UInt64(rows))) }
            for (name, value) in scores(sample) { values[name, default: []].append(value) }
        }
        return values.mapValues { values in
            let sorted = values.sorted()
            return Interval(low: percentile(sorted, 0.025), high: percentile(sorted, 0.975))
        }
    }

    /// Between two values in a straight line, as NumPy's `percentile`.
    private static func percentile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
}
