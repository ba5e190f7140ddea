/// How far the macro F1 of a test set may be from that of all comments like it.
package struct MacroF1Interval {
    package let value: Double
    package let lower: Double
    package let upper: Double

    /// The usual normal interval from the delta method: the cells of the confusion matrix are taken as one draw from a
    /// multinomial distribution, so Var f ≈ Σ gᵢ² nᵢ − (Σ gᵢ nᵢ)² / N with gᵢ = ∂f / ∂nᵢ. Comments are counted as
    /// independent, which those under one article are not quite: the true interval is somewhat wider.
    ///
    /// F1 of class k = 2 nₖₖ / (row k + column k); a class with neither has F1 0.
    ///
    /// Source: Takahashi et al., "Confidence interval for micro-averaged F1 and macro-averaged F1 scores" (2022),
    /// doi:10.1007/s10489-021-02635-5.
    /// - Parameter counts: one row for each true class, square. `nil` when it is not, or is empty.
    package init?(confusion counts: [[Int]]) {
        let classes = counts.count
        let total = counts.joined().reduce(0, +)
        guard classes > 0, total > 0, counts.allSatisfy({ $0.count == classes }) else { return nil }
        let sums = (0..<classes).map { k in
            Double(counts[k].reduce(0, +) + counts.reduce(0) { $0 + $1[k] })
        }
        let scores = (0..<classes).map { sums[$0] > 0 ? 2 * Double(counts[$0][$0]) / sums[$0] : 0 }
        value = scores.reduce(0, +) / Double(classes)

        var squares = 0.0
        var mean = 0.0
        for row in 0..<classes {
            for column in 0..<classes {
                // A cell adds to the sums of its row's and its column's class; on the diagonal twice to one.
                func pull(_ k: Int) -> Double { sums[k] > 0 ? -scores[k] / sums[k] : 0 }
                var gradient = (pull(row) + pull(column)) / Double(classes)
                if row == column, sums[row] > 0 { gradient += 2 / sums[row] / Double(classes) }
                let count = Double(counts[row][column])
                squares += gradient * gradient * count
                mean += gradient * count
            }
        }
        let deviation = max(0, squares - mean * mean / Double(total)).squareRoot()
        lower = max(0, value - 1.96 * deviation)
        upper = min(1, value + 1.96 * deviation)
    }

    /// What may be said about the model against always giving the same answer.
    package enum Verdict {
        case clearlyAbove, withinChance, notAbove
    }

    package func verdict(against baseline: Double) -> Verdict {
        if lower > baseline { return .clearlyAbove }
        return value > baseline ? .withinChance : .notAbove
    }
}
