/// Scores of samples of some rows, in which each row counts as often as it was drawn. What all samples share, such as the order
/// of the rows by their answers, is made once, so that a sample takes a walk over the rows and no more.
package struct SampleScores: Sendable {
    /// Their names in figures, that of the task's main score first.
    package let names: [String]
    /// The scores in the order of their names, `nil` if one is undefined, of the rows that come `times` each, at least 0.
    package let values: @Sendable (_ times: [Int]) -> [Double?]

    package init(names: [String], values: @escaping @Sendable (_ times: [Int]) -> [Double?]) {
        self.names = names
        self.values = values
    }
}

extension SampleScores {
    /// Of one class of each row.
    ///
    /// - Parameters:
    ///   - names: of macro F1, the area under the ROC curve and accuracy.
    ///   - main: the task's own score of the confusion, before macro F1; `nil` for macro F1 itself.
    static func ofClasses(
        _ rows: ScoredRows, by choice: AnswerChoice, names: [String],
        main: (name: String, value: @Sendable (ConfusionMatrix) -> Double?)? = nil
    ) -> SampleScores {
        let classes = rows.names.count
        let labels = rows.labels
        let cells = zip(labels, rows.classes(by: choice)).map { $0 * classes + $1 }
        // As for the scores of all rows: of two classes the area of the second, of more the mean.
        let areas = (classes == 2 ? 1..<2 : 0..<classes).map { label in
            WeighedArea(
                positive: labels.map { $0 == label },
                scores: labels.indices.map { rows.answers[$0 * classes + label] })
        }
        return SampleScores(
            names: (main.map { [$0.name] } ?? []) + names
        ) { times in
            var counts = [Int](repeating: 0, count: classes * classes)
            for (row, cell) in cells.enumerated() { counts[cell] += times[row] }
            let confusion = ConfusionMatrix(classCount: classes, counts: counts)
            let found = areas.compactMap { $0.value(times) }
            let area = found.count == areas.count ? found.reduce(0, +) / Double(found.count) : nil
            return (main.map { [$0.value(confusion)] } ?? []) + [confusion.macroF1, area, confusion.accuracy]
        }
    }

    /// Of any number of classes of each row.
    /// - Parameter names: of macro F1, the area under the ROC curve and micro F1.
    static func ofFlags(_ rows: ScoredRows, names: [String]) -> SampleScores {
        let (classes, flags, limits) = (rows.names.count, rows.flags, rows.limits)
        let given = rows.answers.indices.map { rows.answers[$0] >= limits[$0 % classes] }
        let areas = (0..<classes).map { label in
            let places = stride(from: label, to: flags.count, by: classes)
            return WeighedArea(positive: places.map { flags[$0] }, scores: places.map { rows.answers[$0] })
        }
        return SampleScores(names: names) { times in
            var (hits, doubled) = (
                [Int](repeating: 0, count: classes), [Int](repeating: 0, count: classes)
            )
            for (row, count) in times.enumerated() where count > 0 {
                for label in 0..<classes {
                    let (truth, answer) = (flags[row * classes + label], given[row * classes + label])
                    if truth, answer { hits[label] += count }
                    doubled[label] += (truth ? count : 0) + (answer ? count : 0)
                }
            }
            func f1(_ hits: Int, _ doubled: Int) -> Double {
                doubled == 0 ? 0 : Double(2 * hits) / Double(doubled)
            }
            let macro = zip(hits, doubled).reduce(0) { $0 + f1($1.0, $1.1) } / Double(classes)
            let found = areas.compactMap { $0.value(times) }
            return [
                macro, found.isEmpty ? nil : found.reduce(0, +) / Double(found.count),
                f1(hits.reduce(0, +), doubled.reduce(0, +)),
            ]
        }
    }

    /// Of a score for each row.
    /// - Parameter names: of Pearson's and Spearman's correlation.
    static func ofNumbers(_ rows: ScoredRows, names: [String]) -> SampleScores {
        let (targets, answers) = (rows.targets, rows.answers)
        let (truth, given) = (WeighedRanks(targets), WeighedRanks(answers))
        return SampleScores(names: names) { times in
            [
                correlation(targets, answers, times),
                correlation(truth.ranks(times), given.ranks(times), times),
            ]
        }
    }

    /// Pearson's r; `nil` if one side does not vary.
    private static func correlation(_ one: [Double], _ other: [Double], _ times: [Int]) -> Double? {
        let count = Double(times.reduce(0, +))
        guard count > 0 else { return nil }
        var (sum, otherSum) = (0.0, 0.0)
        for (row, times) in times.enumerated() {
            sum += Double(times) * one[row]
            otherSum += Double(times) * other[row]
        }
        let (mean, otherMean) = (sum / count, otherSum / count)
        var (product, square, otherSquare) = (0.0, 0.0, 0.0)
        for (row, times) in times.enumerated() where times > 0 {
            let (a, b) = (one[row] - mean, other[row] - otherMean)
            product += Double(times) * a * b
            square += Double(times) * a * a
            otherSquare += Double(times) * b * b
        }
        guard square > 0, otherSquare > 0 else { return nil }
        return min(1, max(-1, product / (square.squareRoot() * otherSquare.squareRoot())))
    }
}

/// Rows in the order of their scores, and where equal scores end.
private struct ScoreOrder {
    let rows: [Int]
    /// Places after the last row of each group of equal scores, rising.
    let ends: [Int]

    init(_ scores: [Double]) {
        let rows = scores.indices.sorted { scores[$0] < scores[$1] }
        self.rows = rows
        ends = rows.indices.compactMap { place in
            place + 1 == rows.count || scores[rows[place]] != scores[rows[place + 1]] ? place + 1 : nil
        }
    }
}

/// The area under the ROC curve; see ``RankingScores/rocAUC(positive:scores:)``.
private struct WeighedArea {
    private let order: ScoreOrder
    private let positive: [Bool]

    init(positive: [Bool], scores: [Double]) {
        order = ScoreOrder(scores)
        self.positive = positive
    }

    /// `nil` if only one class is present.
    func value(_ times: [Int]) -> Double? {
        var (positives, negatives, doubledWins, start) = (0, 0, 0, 0)
        for end in order.ends {
            var (own, others) = (0, 0)
            for row in order.rows[start..<end] {
                if positive[row] { own += times[row] } else { others += times[row] }
            }
            doubledWins += own * (2 * negatives + others)
            positives += own
            negatives += others
            start = end
        }
        guard positives > 0, negatives > 0 else { return nil }
        return Double(doubledWins) / (2 * Double(positives) * Double(negatives))
    }
}

/// Ranks from 1 on; equal numbers share the mean of theirs.
private struct WeighedRanks {
    private let order: ScoreOrder

    init(_ values: [Double]) { order = ScoreOrder(values) }

    /// The rank that each row has, however often it comes.
    func ranks(_ times: [Int]) -> [Double] {
        var ranks = [Double](repeating: 0, count: times.count)
        var (before, start) = (0, 0)
        for end in order.ends {
            let own = order.rows[start..<end].reduce(0) { $0 + times[$1] }
            let rank = Double(2 * before + own + 1) / 2
            for row in order.rows[start..<end] { ranks[row] = rank }
            before += own
            start = end
        }
        return ranks
    }
}
