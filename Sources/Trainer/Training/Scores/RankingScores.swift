/// Scores of an order rather than of a decision.
package enum RankingScores {
    /// Area under the ROC curve: how often a positive row scores above a negative one, ties counting half.
    ///
    /// - Returns: 0 ... 1, or nil if only one class is present.
    /// - Complexity: O(n log n).
    ///
    /// Source: Hanley, McNeil, "The meaning and use of the area under a ROC curve" (1982), by ranks.
    package static func rocAUC(positive: [Bool], scores: [Double]) -> Double? {
        let positives = positive.count(where: { $0 })
        let negatives = positive.count - positives
        guard positives > 0, negatives > 0 else { return nil }
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        // Twice the sum of the positives' ranks, so that the mean rank of a tied group stays a whole number.
        var doubledRanks = 0
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
            let tiedPositives = order[start..<end].count(where: { positive[$0] })
            doubledRanks += tiedPositives * (start + end + 1)
            start = end
        }
        let doubledWins = doubledRanks - positives * (positives + 1)
        return Double(doubledWins) / (2 * Double(positives) * Double(negatives))
    }

    /// Average precision, the area under the curve of precision over recall: Σ (Rₙ - Rₙ₋₁) · Pₙ over the thresholds that
    /// the scores give, as scikit-learn's `average_precision_score`.
    ///
    /// - Returns: 0 ... 1, or nil if no row is positive.
    package static func averagePrecision(positive: [Bool], scores: [Double]) -> Double? {
        let positives = positive.count(where: { $0 })
        guard positives > 0 else { return nil }
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        var (area, hits, start) = (0.0, 0, 0)
        while start < order.count {
            var end = start + 1
            while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
            let more = order[start..<end].count(where: { positive[$0] })
            hits += more
            area += Double(more) / Double(positives) * Double(hits) / Double(end)
            start = end
        }
        return area
    }

    /// Average precision for several classes: mean over those that rows are of, each against all others. With two classes
    /// it is that of class 1.
    package static func averagePrecision(
        labels: [Int], probabilities: [Double], classCount: Int
    ) -> Double? {
        func precision(of label: Int) -> Double? {
            averagePrecision(
                positive: labels.map { $0 == label },
                scores: labels.indices.map { probabilities[$0 * classCount + label] })
        }
        if classCount == 2 { return precision(of: 1) }
        let values = (0..<classCount).compactMap(precision(of:))
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// Area under the ROC curve for several classes: mean over the classes of each against all others.
    ///
    /// With two classes it is the area for class 1. Nil where a class has no rows.
    static func rocAUC(labels: [Int], probabilities: [Double], classCount: Int) -> Double? {
        func area(of label: Int) -> Double? {
            rocAUC(
                positive: labels.map { $0 == label },
                scores: labels.indices.map { probabilities[$0 * classCount + label] })
        }
        if classCount == 2 { return area(of: 1) }
        var sum = 0.0
        for label in 0..<classCount {
            guard let area = area(of: label) else { return nil }
            sum += area
        }
        return sum / Double(classCount)
    }
}
