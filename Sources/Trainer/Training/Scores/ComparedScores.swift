internal import JSON
import ShardFormat

/// Scores of several models on the same rows, with intervals, and each against one of them.
///
/// A model may have been trained several times, with other seeds: then its score is the mean over these runs. Intervals are
/// percentiles over samples of the rows, drawn with replacement, the same rows for all models and runs; they say how far a score
/// would differ on other rows of the kind, and the scores of the runs, how far with other seeds.
///
/// Source: Efron, Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 13 and 16; Koehn, "Statistical Significance
/// Tests for Machine Translation Evaluation" (2004), for samples in pairs; Holm, "A Simple Sequentially Rejective Multiple Test
/// Procedure" (1979).
package struct ComparedScores: Hashable, Sendable {
    /// One score of a model.
    package struct Score: Hashable, Sendable {
        /// Its name in figures.
        package let name: String
        /// Of each run.
        package let runs: [Double]
        /// 95 %, of the mean over the runs; `nil` without samples.
        package let interval: Bootstrap.Interval?
        /// The mean less that of the model that all are held against; `nil` for that model itself.
        package let difference: Double?
        /// 95 %, of the difference.
        package let differenceInterval: Bootstrap.Interval?
        /// Probability of so large a difference by chance, two-sided, above 0 and at most 1: twice the share of the samples in which
        /// it has the other sign, or none.
        package let probability: Double?
        /// The same, held to all models of the table at once by Holm's procedure.
        package fileprivate(set) var adjusted: Double?
    }

    /// How far some runs lie from their mean, with n - 1; `nil` for one run.
    package static func deviation(of runs: [Double]) -> Double? {
        guard runs.count > 1 else { return nil }
        let mean = mean(runs)
        let squares = runs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(runs.count - 1)).squareRoot()
    }

    /// The scores that the model has, the task's main one first.
    package private(set) var scores: [Score]
    /// Right answers of the one and not of the other, where both have one run and answers that are right or wrong.
    package let discordance: McNemarTest?

    /// Compares models.
    ///
    /// - Parameters:
    ///   - models: the runs of each, at least one, all of the same rows with the same names in the same order.
    ///   - reference: number of the model that the others are held against.
    ///   - resamples: samples drawn, at least ``ModelComparison/fewestResamples`` of them; 0 for no intervals.
    /// - Complexity: O(resamples · rows · names) for each run.
    package static func of(
        _ task: TrainingTask, _ models: [[ScoredRows]], against reference: Int, resamples: Int
    ) -> [ComparedScores] {
        let first = models[reference][0]
        precondition(
            models.joined().allSatisfy { $0.targets == first.targets && $0.names == first.names },
            "the same rows")
        let sampled = models.map { $0.map(task.sampled) }
        let names = sampled[reference][0].names
        let once = [Int](repeating: 1, count: first.count)
        let values = sampled.map { $0.map { $0.values(once) } }
        let draws = Draws(
            sampled, rows: first.count,
            count: resamples > 0 && first.count > 1 ? max(resamples, ModelComparison.fewestResamples) : 0)
        let right = models.map { $0.count == 1 ? task.rightRows($0[0]) : nil }
        var compared = models.indices.map { model in
            let scores = names.indices.compactMap { score -> Score? in
                let runs = values[model].compactMap { $0[score] }
                guard runs.count == models[model].count else { return nil }
                let others = values[reference].compactMap { $0[score] }
                let isOther = model != reference && others.count == models[reference].count
                let differences = isOther ? draws.differences(model, reference, score) : []
                return Score(
                    name: names[score], runs: runs,
                    interval: Bootstrap.someInterval(of: draws.means(model, score)),
                    difference: isOther ? mean(runs) - mean(others) : nil,
                    differenceInterval: Bootstrap.someInterval(of: differences),
                    probability: probability(differences))
            }
            let discordance =
                model == reference
                ? nil : right[model].flatMap { own in right[reference].map { McNemarTest(own, $0) } }
            return ComparedScores(scores: scores, discordance: discordance)
        }
        adjust(&compared)
        return compared
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// With one added to both counts, so that no finite number of samples gives 0 (Davison, Hinkley, "Bootstrap Methods and their
    /// Application", 1997, section 4.2).
    private static func probability(_ differences: [Double]) -> Double? {
        guard !differences.isEmpty else { return nil }
        let least = min(differences.count { $0 <= 0 }, differences.count { $0 >= 0 })
        return min(1, 2 * Double(least + 1) / Double(differences.count + 1))
    }

    /// Holds each score's probabilities to all models at once.
    private static func adjust(_ models: inout [ComparedScores]) {
        for name in Set(models.flatMap { $0.scores.map(\.name) }) {
            let tests = models.indices.flatMap { model in
                models[model].scores.indices.compactMap { score in
                    models[model].scores[score].name == name
                        ? models[model].scores[score].probability.map { (model, score, $0) } : nil
                }
            }
            for (test, adjusted) in zip(tests, holm(tests.map(\.2))) {
                models[test.0].scores[test.1].adjusted = adjusted
            }
        }
    }

    /// Probabilities of several tests, held to all of them at once by Holm's procedure: the least times the number of tests, the next
    /// times one less and so on, at most 1 and never falling.
    package static func holm(_ probabilities: [Double]) -> [Double] {
        var adjusted = probabilities
        var least = 0.0
        let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
        for (rank, test) in order.enumerated() {
            least = max(least, min(1, probabilities[test] * Double(probabilities.count - rank)))
            adjusted[test] = least
        }
        return adjusted
    }
}

/// The scores of all models in samples of the rows.
private struct Draws {
    /// By model, score and sample; `nil` if a run has none, as the area under a curve has none of one class.
    private var values: [[[Double?]]]

    init(_ models: [[SampleScores]], rows: Int, count: Int) {
        var values = models.map { $0[0].names.map { _ in [Double?]() } }
        guard count > 0 else {
            self.values = values
            return
        }
        Bootstrap.forEachSample(of: rows, resamples: count) { times in
            for (model, runs) in models.enumerated() {
                let drawn = runs.map { $0.values(times) }
                for score in values[model].indices {
                    let found = drawn.compactMap { $0[score] }
                    values[model][score].append(
                        found.count == runs.count ? found.reduce(0, +) / Double(runs.count) : nil)
                }
            }
        }
        self.values = values
    }

    func means(_ model: Int, _ score: Int) -> [Double] { values[model][score].compactMap(\.self) }

    func differences(_ model: Int, _ other: Int, _ score: Int) -> [Double] {
        zip(values[model][score], values[other][score]).compactMap { one, other in
            one.flatMap { one in other.map { one - $0 } }
        }
    }
}

extension Bootstrap {
    /// The interval that some values of a score give; `nil` of none.
    fileprivate static func someInterval(of values: [Double]) -> Interval? {
        values.isEmpty ? nil : interval(of: values)
    }
}

extension ScoredRows {
    /// What several models answer together: the mean of their probabilities, or of their numbers.
    ///
    /// - Parameter models: at least one, all of the same rows with the same names in the same order. Thresholds of single models are left
    ///   out: they were not chosen for the mean.
    package static func mean(_ models: [ScoredRows]) -> ScoredRows {
        precondition(
            models.allSatisfy { $0.targets == models[0].targets && $0.names == models[0].names },
            "the same rows")
        var answers = models[0].answers
        for model in models.dropFirst() {
            for place in answers.indices { answers[place] += model.answers[place] }
        }
        for place in answers.indices { answers[place] /= Double(models.count) }
        return ScoredRows(names: models[0].names, targets: models[0].targets, answers: answers)
    }
}
