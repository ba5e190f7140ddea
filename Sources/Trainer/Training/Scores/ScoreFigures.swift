package import JSON

extension TaskScores {
    /// The scores by the names that checks and reports read.
    /// - Parameter rows: what these are the scores of.
    package func figures(_ rows: ScoredRows) -> [String: JSONValue] {
        switch self {
        case .classes(let scores):
            scores.figures(rows.names, labels: rows.labels, probabilities: rows.answers)
        case .flags(let scores): scores.figures(rows.names)
        case .numbers(let scores): scores.figures(rows.names.first ?? "")
        }
    }
}

/// Scores by the names that checks and reports read.
extension MultiLabelScores {
    /// - Parameter names: of the classes.
    package func figures(_ names: [String]) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "task": "multi_label", "rows": .integer(rows), "exact_match": .number(exactMatch),
            "micro_f1": .number(microF1), "macro_f1": .number(macroF1),
            "weighted_f1": .number(weightedF1), "log_loss": .number(logLoss),
            "classes": .array(
                classes.indices.map { number in
                    .object(
                        classes[number].figures(names[number]).merging(
                            ["threshold": .number(thresholds[number])]) { $1 })
                }),
        ]
        if let rocAUC { members["roc_auc"] = .number(rocAUC) }
        if let prAUC { members["pr_auc"] = .number(prAUC) }
        if let matthews { members["mcc"] = .number(matthews) }
        if let calibrationError { members["ece"] = .number(calibrationError) }
        return members
    }
}

extension RegressionScores {
    /// - Parameter name: of the score.
    package func figures(_ name: String) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "task": "regression", "rows": .integer(rows), "score": .string(name),
            "rmse": .number(squaredError.squareRoot()), "mae": .number(absoluteError),
            "mean": ["rmse": .number(variance.squareRoot())],
        ]
        if let pearson { members["pearson"] = .number(pearson) }
        if let spearman { members["spearman"] = .number(spearman) }
        if let explained { members["r2"] = .number(explained) }
        return members
    }
}

extension ClassificationScores {
    /// - Parameters:
    ///   - names: of the classes.
    ///   - labels: what these are the scores of, with `probabilities`.
    package func figures(
        _ names: [String], labels: [Int], probabilities: [Double]
    ) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "rows": .integer(rows), "accuracy": .number(accuracy), "macro_f1": .number(macroF1),
            "micro_f1": .number(accuracy), "weighted_f1": .number(weightedF1),
            "mcc": .number(confusion.matthews), "log_loss": .number(logLoss), "brier": .number(brier),
            "ece": .number(calibrationError),
            "classes": .array(zip(classes, names).map { .object($0.figures($1)) }),
            "confusion": .array(
                names.indices.map { truth in
                    .array(names.indices.map { .integer(confusion[label: truth, predicted: $0]) })
                }),
            "majority": [
                "class": .string(names[majority.label]), "accuracy": .number(majority.accuracy),
                "macro_f1": .number(majority.macroF1),
            ],
        ]
        if let rocAUC { members["roc_auc"] = .number(rocAUC) }
        if let area = RankingScores.averagePrecision(
            labels: labels, probabilities: probabilities, classCount: names.count)
        {
            members["pr_auc"] = .number(area)
        }
        for (name, value) in further ?? [:] { members[name] = .number(value) }
        return members
    }
}

extension AnsweredScores {
    package var figures: JSONValue {
        var members: [String: JSONValue] = [
            "rows": .integer(rows), "without_answer": .integer(withoutAnswer),
            "accuracy": .number(confusion.accuracy), "macro_f1": .number(confusion.macroF1),
            "mcc": .number(confusion.matthews), "log_loss": .number(scores.logLoss),
            "brier": .number(scores.brier), "ece": .number(scores.calibrationError),
            "temperature": .number(rule.temperature),
        ]
        members["threshold"] = rule.threshold.map { .number($0) }
        members["abstain"] = rule.abstention.map { [.number($0.lowerBound), .number($0.upperBound)] }
        return .object(members)
    }
}

extension ClassificationScores.OfClass {
    package func figures(_ name: String) -> [String: JSONValue] {
        [
            "name": .string(name), "precision": .number(precision), "recall": .number(recall),
            "f1": .number(f1),
            "support": .integer(support),
        ]
    }
}
