/// Agreement of any number of raters beyond chance, where not each has rated each row.
///
/// α = 1 − D_o / D_e: the disagreement of ratings of the same row, over that of ratings of any rows. Rows with fewer than two
/// ratings say nothing and are left out. 1 for full agreement, 0 for that of chance, below 0 for less.
///
/// Source: Krippendorff, "Computing Krippendorff's alpha-reliability" (2011),
/// https://repository.upenn.edu/asc_papers/43.
package enum KrippendorffAlpha {
    /// How much two classes disagree.
    package enum Level: String, Hashable, Sendable, CaseIterable {
        /// 1 for different classes.
        case nominal
        /// By the square of how many ratings lie between, with half of those of either class; for classes in an order.
        case ordinal
    }

    /// - Parameter rows: the classes, 0 ..< `classCount`, that raters gave to each row; raters who did not rate it are left out.
    /// - Returns: `nil` if it is undefined: no row has two ratings, or all ratings are of one class.
    package static func value(of rows: [[Int]], classCount: Int, level: Level = .nominal) -> Double? {
        var coincidences = [Double](repeating: 0, count: classCount * classCount)
        for row in rows where row.count > 1 {
            var counts = [Double](repeating: 0, count: classCount)
            for rating in row { counts[rating] += 1 }
            for one in 0..<classCount where counts[one] > 0 {
                for other in 0..<classCount where counts[other] > 0 {
                    let pairs = counts[one] * (counts[other] - (one == other ? 1 : 0))
                    coincidences[one * classCount + other] += pairs / Double(row.count - 1)
                }
            }
        }
        let totals = (0..<classCount).map { one in
            coincidences[one * classCount..<(one + 1) * classCount].reduce(0, +)
        }
        let all = totals.reduce(0, +)
        var (observed, expected) = (0.0, 0.0)
        for one in 0..<classCount {
            for other in 0..<classCount where one != other {
                let distance = distance(one, other, level, totals)
                observed += coincidences[one * classCount + other] * distance
                expected += totals[one] * totals[other] * distance
            }
        }
        return expected == 0 ? nil : 1 - observed * (all - 1) / expected
    }

    private static func distance(_ one: Int, _ other: Int, _ level: Level, _ totals: [Double]) -> Double {
        if level == .nominal { return 1 }
        let (low, high) = (min(one, other), max(one, other))
        let between = totals[low...high].reduce(0, +) - (totals[low] + totals[high]) / 2
        return between * between
    }
}
