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
    /// Probabilities or scores, `[rows, labels]`, row-major.
    private var answers: [Double] = []
    private var predicted: [Int] = []
    /// Rows to which the model gives a label, and those of them that are right.
    private var answered = (rows: 0, right: 0)
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
        for own in scores { add(scorer.answers.answer(own)) }
        return (scored, scores)
    }

    private mutating func add(_ answer: ModelAnswers.Answer) {
        switch answer {
        case .oneClass(let label, let probabilities):
            if let label {
                answered.rows += 1
                answered.right += Double(label) == targets[scoredRows] ? 1 : 0
            }
            predicted.append(scorer.answers.rule.bestClass(probabilities))
            answers += probabilities
        case .anyClasses(_, let probabilities): answers += probabilities
        case .numbers(let values): answers += values
        }
        scoredRows += 1
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
            members = try figures(labels)
            if draws {
                intervals = Bootstrap.ofClasses(
                    labels, predicted: predicted, classCount: classes.count, resamples: resamples)
            }
        case .anyClasses:
            let flags = targets.map { $0 > 0 }
            let thresholds = scorer.answers.thresholds
            members = try MultiLabelScores(
                targets: flags, probabilities: answers, classCount: classes.count, thresholds: thresholds
            ).figures(classes)
            if draws {
                intervals = Bootstrap.ofFlags(
                    flags, probabilities: answers, thresholds: thresholds, resamples: resamples)
            }
        case .numbers:
            members = try RegressionScores(targets: targets, predictions: answers).figures(classes[0])
            if draws { intervals = Bootstrap.ofNumbers(targets, predictions: answers, resamples: resamples) }
        }
        if !intervals.isEmpty {
            members["intervals"] = .object(intervals.mapValues { [.number($0.low), .number($0.high)] })
        }
        return .object(members)
    }

    /// Of one class of each row.
    private func figures(_ labels: [Int]) throws -> [String: JSONValue] {
        let count = classes.count
        let scores = try ClassificationScores(labels: labels, probabilities: answers, classCount: count)
        var confusion = ConfusionMatrix(classCount: count)
        for (label, answer) in zip(labels, predicted) { confusion.add(label: label, predicted: answer) }
        var members: [String: JSONValue] = [
            "rows": .integer(labels.count), "accuracy": .number(confusion.accuracy),
            "macro_f1": .number(confusion.macroF1), "micro_f1": .number(confusion.accuracy),
            "weighted_f1": .number(confusion.weightedF1), "mcc": .number(confusion.matthews),
            "log_loss": .number(scores.logLoss), "brier": .number(scores.brier),
            "ece": .number(scores.calibrationError), "classes": classFigures(confusion),
            "confusion": .array(
                classes.indices.map { truth in
                    .array(classes.indices.map { .integer(confusion[label: truth, predicted: $0]) })
                }),
            "majority": [
                "class": .string(classes[scores.majority.label]),
                "accuracy": .number(scores.majority.accuracy),
                "macro_f1": .number(scores.majority.macroF1),
            ],
        ]
        members["roc_auc"] = scores.rocAUC.map { .number($0) }
        members["pr_auc"] = RankingScores.averagePrecision(
            labels: labels, probabilities: answers, classCount: count
        ).map { .number($0) }
        if scorer.answers.rule.abstention != nil {
            members["answered"] = [
                "rows": .integer(answered.rows),
                "accuracy": .number(Double(answered.right) / Double(max(1, answered.rows))),
            ]
        }
        return members
    }

    private func classFigures(_ confusion: ConfusionMatrix) -> JSONValue {
        .array(
            classes.enumerated().map { number, name in
                [
                    "name": .string(name), "precision": .number(confusion.precision(of: number)),
                    "recall": .number(confusion.recall(of: number)), "f1": .number(confusion.f1(of: number)),
                    "support": .integer(confusion.support(of: number)),
                ]
            })
    }
}
