package import StageKit
internal import Training

/// The scores of ``TableEvaluation`` as a table for people.
package enum EvaluationText {
    private static let order =
        [
            "rows", "accuracy", "exact_match", "macro_f1", "micro_f1", "weighted_f1", "mcc", "roc_auc",
            "pr_auc",
            "log_loss", "brier", "ece", "pearson", "spearman", "r2", "rmse", "mae",
        ] + TrainingTask.ownScores.map(\.name)

    private static let orderAsAnswered = [
        "rows", "without_answer", "accuracy", "macro_f1", "mcc", "log_loss", "brier", "ece", "temperature",
        "threshold",
    ]

    /// Scores a line, with their intervals, then the labels; with tabs.
    /// - Parameter figures: named as in the evaluate stage's `scores.json`; what is missing is left out.
    package static func table(_ figures: JSONValue) -> String {
        var lines = ["score\tvalue\tlow\thigh"]
        for name in order {
            guard let value = figures[name] else { continue }
            let ends = figures["intervals"]?[name]?.arrayValue ?? []
            lines.append(([name] + ([value] + ends).map(shown)).joined(separator: "\t"))
        }
        if let answered = figures["as_answered"] {
            lines += orderAsAnswered.compactMap { name in
                answered[name].map { "as_answered.\(name)\t\(shown($0))" }
            }
        }
        guard let classes = figures["classes"]?.arrayValue else {
            return lines.joined(separator: "\n") + "\n"
        }
        let hasThresholds = classes.contains { $0["threshold"] != nil }
        let names = ["precision", "recall", "f1", "support"] + (hasThresholds ? ["threshold"] : [])
        lines += ["", "label\tprecision\trecall\tf1\trows" + (hasThresholds ? "\tthreshold" : "")]
        for row in classes {
            let values = names.map { row[$0].map(shown) ?? "" }
            lines.append(([row["name"]?.stringValue ?? ""] + values).joined(separator: "\t"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Whole numbers as they are, others with four digits after the point.
    private static func shown(_ value: JSONValue) -> String {
        if let whole = value.intValue { return "\(whole)" }
        return value.doubleValue.map { "\(($0 * 1e4).rounded() / 1e4)" } ?? ""
    }
}
