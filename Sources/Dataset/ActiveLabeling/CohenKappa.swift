/// Agreement of two raters beyond chance.
///
/// κ = 1 − Σ w·o / Σ w·e, with o the counts of pairs of classes, e those expected of raters who keep their own shares of
/// classes, and w how much a pair disagrees. 1 for full agreement, 0 for that of chance.
///
/// Source: Cohen, "A coefficient of agreement for nominal scales" (1960), doi:10.1177/001316446002000104; weights: Cohen,
/// "Weighted kappa" (1968), doi:10.1037/h0026256.
package enum CohenKappa {
    /// How much two classes disagree.
    package enum Weights: String, Hashable, Sendable, CaseIterable {
        /// 1 for different classes.
        case none
        /// By how many places they are apart; for classes in an order.
        case linear
        /// By its square.
        case quadratic

        func disagreement(_ one: Int, _ other: Int) -> Double {
            let distance = Double(one - other)
            switch self {
            case .none: return one == other ? 0 : 1
            case .linear: return abs(distance)
            case .quadratic: return distance * distance
            }
        }
    }

    /// - Parameter pairs: the classes, 0 ..< `classCount`, that both raters gave to each row.
    /// - Returns: `nil` if it is undefined: without a row, or where both gave all rows one and the same class.
    package static func value(
        of pairs: [(one: Int, other: Int)], classCount: Int, weights: Weights = .none
    ) -> Double? {
        if pairs.isEmpty { return nil }
        var (ones, others) = (
            [Double](repeating: 0, count: classCount), [Double](repeating: 0, count: classCount)
        )
        var observed = 0.0
        for (one, other) in pairs {
            ones[one] += 1
            others[other] += 1
            observed += weights.disagreement(one, other)
        }
        var expected = 0.0
        for one in 0..<classCount {
            for other in 0..<classCount {
                expected += weights.disagreement(one, other) * ones[one] * others[other]
            }
        }
        return expected == 0 ? nil : 1 - observed / (expected / Double(pairs.count))
    }
}
