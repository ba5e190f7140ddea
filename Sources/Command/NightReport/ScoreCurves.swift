private import Foundation

/// Curves of a classifier of two classes over all thresholds, and how its probabilities compare with what is true.
package struct ScoreCurves {
    /// From (0, 0) to (1, 1): the share of the other class that is taken, against that of the class.
    package private(set) var roc: [(x: Double, y: Double)] = []
    /// Recall, precision; rising in recall.
    package private(set) var precisionRecall: [(x: Double, y: Double)] = []
    package private(set) var areaUnderROC = 0.0
    /// Σ (recallₙ − recallₙ₋₁) · precisionₙ.
    package private(set) var averagePrecision = 0.0

    /// Rows with equal probability are taken together.
    ///
    /// - Parameters:
    ///   - scores: probabilities of the class.
    ///   - truths: whether each row is of the class.
    /// - Returns: `nil` unless there are rows of both classes.
    package init?(scores: [Double], truths: [Bool]) {
        let positives = truths.count { $0 }
        let negatives = truths.count - positives
        guard positives > 0, negatives > 0, scores.count == truths.count else { return nil }
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        var (right, wrong, last) = (0, 0, (x: 0.0, y: 0.0))
        roc = [last]
        for (place, row) in order.enumerated() {
            if truths[row] { right += 1 } else { wrong += 1 }
            let isLast = place + 1 == order.count || scores[order[place + 1]] != scores[row]
            guard isLast else { continue }
            let point = (x: Double(wrong) / Double(negatives), y: Double(right) / Double(positives))
            areaUnderROC += (point.x - last.x) * (point.y + last.y) / 2
            let precision = Double(right) / Double(right + wrong)
            averagePrecision += (point.y - last.y) * precision
            roc.append(point)
            precisionRecall.append((point.y, precision))
            last = point
        }
    }

    /// At most `count` of the points, the ends among them, at even distances along the curve.
    package static func thinned(_ points: [(x: Double, y: Double)], to count: Int = 120) -> [(
        x: Double, y: Double
    )] {
        guard points.count > count, count > 1 else { return points }
        return (0..<count).map { points[$0 * (points.count - 1) / (count - 1)] }
    }

    /// The mean probability and the share that is true of each tenth of the range in which there are rows.
    package static func reliability(scores: [Double], truths: [Bool]) -> [(x: Double, y: Double)] {
        var bins = [(sum: Double, hits: Int, rows: Int)](repeating: (0, 0, 0), count: 10)
        for (score, truth) in zip(scores, truths) where score.isFinite {
            let bin = min(9, max(0, Int(score * 10)))
            bins[bin] = (bins[bin].sum + score, bins[bin].hits + (truth ? 1 : 0), bins[bin].rows + 1)
        }
        return bins.filter { $0.rows > 0 }.map {
            ($0.sum / Double($0.rows), Double($0.hits) / Double($0.rows))
        }
    }

    /// Probabilities as they are after their scores are divided by a temperature: pᵢ^(1/T) / Σ pₖ^(1/T).
    package static func tempered(_ probabilities: ArraySlice<Double>, by temperature: Double) -> [Double] {
        let logs = probabilities.map { log(max($0, 1e-300)) / temperature }
        let top = logs.max() ?? 0
        let powers = logs.map { exp($0 - top) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
