internal import Models
package import StageKit
private import TextBasics
internal import Training

/// Scores a model on the rows of a table whose labels are known.
package struct TableEvaluation {
    private let scorer: TextScorer
    private let name: String
    private var known: KnownAnswers
    /// Columns with what is known, the first of the kept ones.
    private let labelColumns: Int
    /// `[rows, width]`, row-major; see ``KnownAnswers``.
    private var targets: [Double] = []
    /// As the head gives them, `[rows, labels]`, row-major.
    private var scores: [Float] = []
    private var scoredRows = 0
    private var rows = 0
    private var rowsWithoutText = 0
    private var rowsWithoutLabel = 0

    /// - Parameters:
    ///   - labels: columns that say what rows are.
    ///   - name: the model's folder as the user named it.
    /// - Throws: `StageError` if the number of columns does not fit the model.
    package init(_ scorer: TextScorer, labels: [String], shownAs name: String) throws(StageError) {
        known = try KnownAnswers(scorer.answers, columns: labels, model: name)
        labelColumns = labels.count
        self.scorer = scorer
        self.name = name
    }

    private var classes: [String] { scorer.answers.labels }

    /// Scores some more rows.
    /// - Parameter block: its first kept columns hold the labels.
    /// - Returns: the rows that were scored, and their scores.
    /// - Throws: `StageError` naming a label that the model does not know.
    package mutating func add(_ block: TextBlock) throws -> (TextBlock, [[Float]?]) {
        var scored = TextBlock(keptColumns: block.keptColumns, rows: [])
        for row in block.rows {
            rows += 1
            guard scorer.canRead(row) else {
                rowsWithoutText += 1
                continue
            }
            guard let target = try known.answer(row.kept.prefix(labelColumns), row: rows) else {
                rowsWithoutLabel += 1
                continue
            }
            targets += target
            scored.rows.append(row)
        }
        let scores = try scorer.score(
            scored.rows.compactMap(\.text),
            titles: scorer.textPair == nil ? nil : scored.rows.map(\.title)
        ).scores
        for own in scores { self.scores += own }
        scoredRows += scores.count
        return (scored, scores)
    }

    /// What was left out, and labels that were taken for others, as sentences.
    package var remarks: [String] {
        let left = [(rowsWithoutText, "text"), (rowsWithoutLabel, "label")].filter { $0.0 > 0 }.map {
            count, what in
            "\(Counts.text(count, "row")) of \(Counts.text(rows, "row")) had no \(what) and \(count == 1 ? "was" : "were") left out"
        }
        return left + [known.remark].compactMap(\.self)
    }

    /// All scores, by the names that the evaluate stage gives them.
    /// - Parameter resamples: samples of the rows that 95 % intervals come from; 0 for none.
    /// - Throws: `StageError` without rows.
    package func figures(resamples: Int) throws -> JSONValue {
        guard scoredRows > 0 else {
            throw StageError(
                "there is no row with a text and a label to score", hint: "check --text and --label")
        }
        var members: [String: JSONValue]
        var intervals: [String: Bootstrap.Interval] = [:]
        let draws = scoredRows > 1 && resamples > 0
        switch scorer.answers.form {
        case .oneClass:
            let labels = targets.map { Int($0) }
            let probabilities = AnswerRule.plain.probabilities(scores, classCount: classes.count)
            members = try figures(labels, probabilities)
            if draws {
                let predicted = labels.indices.map { row in
                    AnswerRule.plain.bestClass(
                        probabilities[row * classes.count..<(row + 1) * classes.count])
                }
                intervals = Bootstrap.ofClasses(
                    labels, predicted: predicted, classCount: classes.count, resamples: resamples)
            }
        case .anyClasses:
            let flags = targets.map { $0 > 0 }
            let thresholds = scorer.answers.thresholds
            let probabilities = scores.map { logistic(Double($0)) }
            members = try MultiLabelScores(
                targets: flags, probabilities: probabilities, classCount: classes.count,
                thresholds: thresholds
            ).figures(classes)
            if draws {
                intervals = Bootstrap.ofFlags(
                    flags, probabilities: probabilities, thresholds: thresholds, resamples: resamples)
            }
        case .numbers:
            let numbers = scores.map(Double.init)
            members = try RegressionScores(targets: targets, predictions: numbers).figures(classes[0])
            if draws { intervals = Bootstrap.ofNumbers(targets, predictions: numbers, resamples: resamples) }
        }
        if !intervals.isEmpty {
            members["intervals"] = .object(intervals.mapValues { [.number($0.low), .number($0.high)] })
        }
        return .object(members)
    }

    /// Of one class of each row: from the scores as they are, and beside them what the rule makes of them.
    private func figures(_ labels: [Int], _ probabilities: [Double]) throws -> [String: JSONValue] {
        var members = try ClassificationScores(
            labels: labels, probabilities: probabilities, classCount: classes.count
        ).figures(classes, labels: labels, probabilities: probabilities)
        if scorer.answers.rule != .plain {
            members["as_answered"] =
                try AnsweredScores(
                    by: scorer.answers.rule, labels: labels, scores: scores, classCount: classes.count
                ).figures
        }
        return members
    }
}
