internal import JSON
import SeededRandom

/// How far scores would differ on other rows of the same kind: their percentiles over samples of the rows, drawn with
/// replacement. The same rows give the same intervals.
///
/// Source: Efron, Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
package enum Bootstrap {
    /// 2.5th and 97.5th percentile of a score.
    package struct Interval: Hashable, Sendable {
        package let low: Double
        package let high: Double
    }

    /// - Parameters:
    ///   - rows: how many there are.
    ///   - resamples: samples drawn, at least 1.
    ///   - scores: of the rows with these numbers, by name; a score that is undefined for a sample is left out of it.
    /// - Complexity: O(resamples · rows), times what the scores take.
    package static func intervals(
        rows: Int, resamples: Int, scores: (_ rows: [Int]) -> [String: Double]
    ) -> [String: Interval] {
        var random = PhiloxStream(seed: 0, stream: "bootstrap of \(rows) rows")
        var values: [String: [Double]] = [:]
        var sample = [Int](repeating: 0, count: rows)
        for _ in 0..<resamples {
            for place in sample.indices { sample[place] = Int(random.integer(below: UInt64(rows))) }
            for (name, value) in scores(sample) { values[name, default: []].append(value) }
        }
        return values.mapValues(interval)
    }

    /// The interval that some values of a score give, at least one.
    static func interval(of values: [Double]) -> Interval {
        let sorted = values.sorted()
        return Interval(low: percentile(sorted, 0.025), high: percentile(sorted, 0.975))
    }

    /// Draws samples of rows for two models at once, as how often each row comes.
    static func forEachSample(of rows: Int, resamples: Int, _ body: (_ times: [Int]) -> Void) {
        var random = PhiloxStream(seed: 0, stream: "bootstrap of pairs of \(rows) rows")
        var times = [Int](repeating: 0, count: rows)
        for _ in 0..<resamples {
            for row in times.indices { times[row] = 0 }
            for _ in 0..<rows { times[Int(random.integer(below: UInt64(rows)))] += 1 }
            body(times)
        }
    }
}

extension Bootstrap {
    /// Of one class of each row.
    package static func ofClasses(
        _ labels: [Int], predicted: [Int], classCount: Int, resamples: Int
    ) -> [String: Interval] {
        let (accuracy, macroF1) = (ScoreFigures.name(\.accuracy), ScoreFigures.name(\.macroF1))
        let mcc = ScoreFigures.name(\.mcc)
        return intervals(rows: labels.count, resamples: resamples) { sample in
            var confusion = ConfusionMatrix(classCount: classCount)
            for row in sample { confusion.add(label: labels[row], predicted: predicted[row]) }
            return [
                accuracy: confusion.accuracy, macroF1: confusion.macroF1, mcc: confusion.matthews,
            ]
        }
    }

    /// Of any number of classes of each row; targets and probabilities are `[rows, classes]`, row-major.
    package static func ofFlags(
        _ targets: [Bool], probabilities: [Double], thresholds: [Double], resamples: Int
    ) -> [String: Interval] {
        let (microF1, macroF1) = (ScoreFigures.name(\.microF1), ScoreFigures.name(\.macroF1))
        let exactMatch = ScoreFigures.name(\.exactMatch)
        return intervals(rows: targets.count / thresholds.count, resamples: resamples) { sample in
            let counts = DecisionCounts(
                targets: targets, probabilities: probabilities, thresholds: thresholds, rows: sample)
            return [
                microF1: counts.microF1, macroF1: counts.macroF1,
                exactMatch: Double(counts.exactRows) / Double(sample.count),
            ]
        }
    }

    /// Of a score for each row.
    package static func ofNumbers(
        _ targets: [Double], predictions: [Double], resamples: Int
    ) -> [String: Interval] {
        let (pearson, spearman) = (ScoreFigures.name(\.pearson), ScoreFigures.name(\.spearman))
        return intervals(rows: targets.count, resamples: resamples) { sample in
            let (truth, given) = (sample.map { targets[$0] }, sample.map { predictions[$0] })
            let scores = [
                pearson: Correlation.pearson(truth, given), spearman: Correlation.spearman(truth, given),
            ]
            return scores.compactMapValues { $0 }
        }
    }
}
