package import StageKit
private import TextBasics
internal import Training

/// Scores a model on the rows of a table whose labels are known.
package struct TableEvaluation {
    private let scorer: TextScorer
    private let name: String
    private var labels: [Int] = []
    private var probabilities: [Double] = []
    private var predicted: [Int] = []
    /// Rows to which the model gives a label, and those of them that are right.
    private var answered = (rows: 0, right: 0)
    private var rows = 0
    private var rowsWithoutText = 0
    private var rowsWithoutLabel = 0

    /// - Parameter name: the model's folder as the user named it.
    /// - Throws: `StageError` for a model that does not give one label to each row.
    package init(_ scorer: TextScorer, shownAs name: String) throws(StageError) {
        guard scorer.answers.form == .oneClass else {
            throw StageError(
                "\(name) does not give one label to each row (problem_type in its config.json)",
                hint: "score it on shards, with a stage of kind evaluate")
        }
        self.scorer = scorer
        self.name = name
    }

    private var classes: [String] { scorer.answers.labels }

    /// Scores some more rows.
    /// - Parameter block: its first kept column holds the labels.
    /// - Returns: the rows that were scored, and their scores.
    /// - Throws: `StageError` naming a label that the model does not know.
    package mutating func add(_ block: TextBlock) throws -> (TextBlock, [[Float]?]) {
        var scored = TextBlock(keptColumns: block.keptColumns, rows: [])
        for row in block.rows {
            rows += 1
            guard row.text != nil else {
                rowsWithoutText += 1
                continue
            }
            guard let text = row.kept.first.flatMap({ $0 }), !text.isEmpty else {
                rowsWithoutLabel += 1
                continue
            }
            labels.append(try classNumber(text))
            scored.rows.append(row)
        }
        let scores = try scorer.score(
            scored.rows.compactMap(\.text),
            titles: scorer.textPair == nil ? nil : scored.rows.map(\.title)
        ).scores
        for own in scores {
            let shares = scorer.answers.rule.probabilities(own, classCount: classes.count)
            let answer = scorer.answers.rule.answer(shares)
            if let answer {
                answered.rows += 1
                answered.right += answer == labels[predicted.count] ? 1 : 0
            }
            predicted.append(scorer.answers.rule.bestClass(shares))
            probabilities += shares
        }
        return (scored, scores)
    }

    /// The number of a class by its name; by its number if the names are generated, as in `LABEL_1`.
    private func classNumber(_ text: String) throws(StageError) -> Int {
        if let number = classes.firstIndex(where: { $0.utf8.elementsEqual(text.utf8) }) { return number }
        if let number = Int(text), classes.indices.contains(number), classes[number] == "LABEL_\(number)" {
            return number
        }
        throw StageError(
            "row \(rows) has the label '\(text)'; \(name) knows \(classes.joined(separator: ", "))",
            hint: "name the column with the labels by --label, and write them as the model does")
    }

    /// What was left out, as sentences.
    package var remarks: [String] {
        [(rowsWithoutText, "text"), (rowsWithoutLabel, "label")].filter { $0.0 > 0 }.map { count, what in
            "\(Counts.text(count, "row")) of \(Counts.text(rows, "row")) had no \(what) and \(count == 1 ? "was" : "were") left out"
        }
    }

    /// All scores, by the names that the evaluate stage gives them.
    /// - Parameter resamples: samples of the rows that 95 % intervals come from; 0 for none.
    /// - Throws: `StageError` without rows.
    package func figures(resamples: Int) throws -> JSONValue {
        guard !labels.isEmpty else {
            throw StageError(
                "there is no row with a text and a label to score", hint: "check --text and --label")
        }
        let count = classes.count
        let scores = try ClassificationScores(
            labels: labels, probabilities: probabilities, classCount: count)
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
            labels: labels, probabilities: probabilities, classCount: count
        ).map { .number($0) }
        if scorer.answers.rule.abstention != nil {
            members["answered"] = [
                "rows": .integer(answered.rows),
                "accuracy": .number(Double(answered.right) / Double(max(1, answered.rows))),
            ]
        }
        if resamples > 0, labels.count > 1 { members["intervals"] = intervals(resamples) }
        return .object(members)
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

    private func intervals(_ resamples: Int) -> JSONValue {
        let found = Bootstrap.intervals(rows: labels.count, resamples: resamples) { sample in
            var confusion = ConfusionMatrix(classCount: classes.count)
            for row in sample { confusion.add(label: labels[row], predicted: predicted[row]) }
            return ["accuracy": confusion.accuracy, "macro_f1": confusion.macroF1, "mcc": confusion.matthews]
        }
        return .object(found.mapValues { [.number($0.low), .number($0.high)] })
    }
}
