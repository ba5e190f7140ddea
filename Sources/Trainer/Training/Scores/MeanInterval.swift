/// The mean of some scores and its 95 % confidence interval, mean ± t · s / √n.
///
/// Source: Student, "The Probable Error of a Mean" (1908); quantiles from SciPy 1.16, `scipy.stats.t.ppf(0.975, n - 1)`.
package struct MeanInterval: Hashable, Sendable {
    package let mean: Double
    package let low: Double
    package let high: Double

    /// By degrees of freedom from 1; beyond the last the normal quantile is close enough.
    private static let quantiles = [
        12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139,
        2.200985,
        2.178813, 2.160369, 2.144787, 2.131450, 2.119905, 2.109816, 2.100922, 2.093024, 2.085963,
    ]

    /// - Returns: nil for fewer than two values.
    package init?(_ values: [Double]) {
        guard values.count > 1 else { return nil }
        let count = Double(values.count)
        mean = values.reduce(0, +) / count
        let mean = mean
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let freedom = values.count - 1
        let quantile =
            freedom <= Self.quantiles.count ? Self.quantiles[freedom - 1] : 1.96 + 2.5 / Double(freedom)
        let half = quantile * (variance / count).squareRoot()
        low = mean - half
        high = mean + half
    }
}
