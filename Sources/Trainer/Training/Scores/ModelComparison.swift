internal import CLibrary
import ShardFormat

/// How far two models differ on the same rows, and whether by more than chance.
///
/// The intervals are percentiles of the difference over samples of the rows, drawn with replacement, the same for both models:
/// what is hard for both falls out of the difference. The same rows give the same intervals.
///
/// Source: Efron, Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13; Koehn, "Statistical Significance Tests for
/// Machine Translation Evaluation" (2004), for the samples in pairs.
package struct ModelComparison: Hashable, Sendable {
    /// One score of both models.
    package struct Difference: Hashable, Sendable {
        /// Its name in figures.
        package let score: String
        package let model: Double
        package let other: Double
        /// Of the difference, 95 %; `nil` without samples.
        package let interval: Bootstrap.Interval?

        /// Above 0 where the model is better.
        package var value: Double { model - other }
    }

    /// The scores that both models have, the task's main one first.
    package let differences: [Difference]
    /// Right answers of the one and not of the other; `nil` for a task without right and wrong.
    package let discordance: McNemarTest?

    /// Fewest samples that an interval comes from.
    package static let fewestResamples = 1_000

    /// Compares a model with others.
    ///
    /// - Parameters:
    ///   - model: of the same rows as the others, with the same names in the same order.
    ///   - resamples: samples drawn, at least ``fewestResamples`` of them; 0 for no intervals.
    /// - Complexity: O(resamples · rows · names) for each model.
    package static func of(
        _ task: TrainingTask, _ model: ScoredRows, against others: [ScoredRows], resamples: Int
    ) -> [ModelComparison] {
        precondition(
            others.allSatisfy { $0.targets == model.targets && $0.names == model.names }, "the same rows")
        let own = task.sampled(model)
        let scores = others.map(task.sampled)
        let once = [Int](repeating: 1, count: model.count)
        let (value, values) = (own.values(once), scores.map { $0.values(once) })
        var samples = scores.map { _ in own.names.map { _ in [Double]() } }
        if resamples > 0, model.count > 1 {
            Bootstrap.forEachSample(of: model.count, resamples: max(resamples, fewestResamples)) { times in
                let drawn = own.values(times)
                for (number, other) in scores.enumerated() {
                    for (score, pair) in zip(drawn, other.values(times)).enumerated() {
                        if let one = pair.0, let other = pair.1 { samples[number][score].append(one - other) }
                    }
                }
            }
        }
        let right = task.rightRows(model)
        return others.indices.map { number in
            let differences = own.names.indices.compactMap { score -> Difference? in
                guard let one = value[score], let other = values[number][score] else { return nil }
                let drawn = samples[number][score]
                return Difference(
                    score: own.names[score], model: one, other: other,
                    interval: drawn.isEmpty ? nil : Bootstrap.interval(of: drawn))
            }
            let theirs = task.rightRows(others[number])
            let discordance = right.flatMap { right in theirs.map { McNemarTest(right, $0) } }
            return ModelComparison(differences: differences, discordance: discordance)
        }
    }
}

/// Whether two models differ in how many rows they have right, by the rows that only one of them has right.
///
/// Source: McNemar, "Note on the sampling error of the difference between correlated proportions or percentages" (1947);
/// Edwards, "Note on the 'correction for continuity' in testing the significance of the difference between correlated
/// proportions" (1948).
package struct McNemarTest: Hashable, Sendable {
    /// Rows that only the first model has right, and rows that only the second has.
    package let onlyFirst: Int
    package let onlySecond: Int

    /// Below so many rows the binomial distribution is taken, not its approximation.
    package static let fewest = 25

    package init(onlyFirst: Int, onlySecond: Int) {
        self.onlyFirst = onlyFirst
        self.onlySecond = onlySecond
    }

    /// - Parameters: whether each row is right, of as many rows.
    package init(_ first: [Bool], _ second: [Bool]) {
        let pairs = zip(first, second)
        self.init(onlyFirst: pairs.count { $0 && !$1 }, onlySecond: pairs.count { !$0 && $1 })
    }

    package var isExact: Bool { onlyFirst + onlySecond < Self.fewest }

    /// Probability of so large a difference, were both equally often right: two-sided, 0 ... 1.
    ///
    /// Of few rows it is that of the binomial distribution with one half. Otherwise it is that of the chi-square distribution
    /// with one degree of freedom at (|b - c| - 1)² / (b + c), and 1 where b and c are the same.
    package var probability: Double {
        let (few, all) = (min(onlyFirst, onlySecond), onlyFirst + onlySecond)
        if 2 * few == all { return 1 }
        guard isExact else {
            let distance = Double(all - 2 * few - 1)
            return erfc((distance * distance / Double(all) / 2).squareRoot())
        }
        var (ways, sum) = (1.0, 0.0)
        for count in 0...few {
            sum += ways
            ways = ways * Double(all - count) / Double(count + 1)
        }
        return min(1, 2 * sum / Double(1 << all))
    }
}

extension TrainingTask {
    /// Whether a model has each row right: its class, or all of its classes; `nil` for a task without right and wrong.
    func rightRows(_ rows: ScoredRows) -> [Bool]? {
        switch name.form {
        case .oneClass, .wordClasses: return zip(rows.labels, rows.classes(by: choice)).map { $0 == $1 }
        case .anyClasses:
            let (width, flags, limits) = (rows.names.count, rows.flags, rows.limits)
            return (0..<rows.count).map { row in
                (0..<width).allSatisfy { number in
                    let place = row * width + number
                    return (rows.answers[place] >= limits[number]) == flags[place]
                }
            }
        case .answerPlaces: return rows.questions?.map { $0.score(AnswerScores.exact.name, by: rows) == 1 }
        case .number: return nil
        }
    }
}
