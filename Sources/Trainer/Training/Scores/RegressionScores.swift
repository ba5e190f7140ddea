/// Everything that is reported of a model that gives each row a number.
package struct RegressionScores: Hashable, Codable, Sendable {
    package let rows: Int
    /// Mean squared error.
    package let squaredError: Double
    /// Mean absolute error.
    package let absoluteError: Double
    /// Correlation of the numbers, -1 ... 1; nil if one side does not vary.
    package let pearson: Double?
    /// Correlation of their ranks, ties sharing the mean of theirs.
    package let spearman: Double?
    /// Share of the variance that is explained; nil if there is none.
    package let explained: Double?
    /// Mean squared error of answering always the mean.
    package let variance: Double

    enum CodingKeys: String, CodingKey {
        case rows, pearson, spearman, variance
        case squaredError = "mse"
        case absoluteError = "mae"
        case explained = "r2"
    }

    /// - Throws: ``ScoringError`` without rows, or where numbers do not fit.
    package init(targets: [Double], predictions: [Double]) throws(ScoringError) {
        guard !targets.isEmpty, targets.count == predictions.count else {
            throw ScoringError("\(predictions.count) predictions for \(targets.count) rows")
        }
        guard predictions.allSatisfy(\.isFinite), targets.allSatisfy(\.isFinite) else {
            throw ScoringError("a prediction or a target is not a finite number")
        }
        rows = targets.count
        let errors = zip(targets, predictions).map { $0 - $1 }
        squaredError = errors.reduce(0) { $0 + $1 * $1 } / Double(rows)
        absoluteError = errors.reduce(0) { $0 + abs($1) } / Double(rows)
        let mean = targets.reduce(0, +) / Double(rows)
        variance = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
        explained = variance > 0 ? 1 - squaredError / variance : nil
        pearson = Correlation.pearson(targets, predictions)
        spearman = Correlation.spearman(targets, predictions)
    }

    func value(of metric: TrainingOptions.Metric) -> Double? {
        switch metric {
        // The default metric: for regression it is the correlation.
        case .macroF1, .pearson: pearson
        case .spearman: spearman
        case .loss: squaredError
        default: nil
        }
    }
}

/// How far two lists of numbers rise and fall together.
package enum Correlation {
    /// -1 ... 1; nil if one list does not vary.
    package static func pearson(_ one: [Double], _ other: [Double]) -> Double? {
        let count = Double(one.count)
        let (mean, otherMean) = (one.reduce(0, +) / count, other.reduce(0, +) / count)
        var (product, square, otherSquare) = (0.0, 0.0, 0.0)
        for (a, b) in zip(one, other) {
            product += (a - mean) * (b - otherMean)
            square += (a - mean) * (a - mean)
            otherSquare += (b - otherMean) * (b - otherMean)
        }
        guard square > 0, otherSquare > 0 else { return nil }
        return min(1, max(-1, product / (square.squareRoot() * otherSquare.squareRoot())))
    }

    /// The same of the ranks.
    package static func spearman(_ one: [Double], _ other: [Double]) -> Double? {
        pearson(ranks(one), ranks(other))
    }

    /// Ranks from 1 on; equal numbers share the mean of theirs.
    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = Array(repeating: 0.0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for index in order[start..<end] { ranks[index] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }
}
