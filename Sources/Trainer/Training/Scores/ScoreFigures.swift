public import JSON

/// Scores by the names that checks and reports read.
extension MultiLabelScores {
    /// - Parameter names: of the classes.
    public func figures(_ names: [String]) -> [String: JSONValue] {
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
    public func figures(_ name: String) -> [String: JSONValue] {
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

extension ClassificationScores.OfClass {
    public func figures(_ name: String) -> [String: JSONValue] {
        [
            "name": .string(name), "precision": .number(precision), "recall": .number(recall),
            "f1": .number(f1),
            "support": .integer(support),
        ]
    }
}
