internal import StageKit
internal import Training

/// What an evaluation reports, by the names that checks and reports read.
struct EvaluationFigures {
    private let evaluation: ModelEvaluation
    private var names: [String] { evaluation.labelNames }

    init(_ evaluation: ModelEvaluation) {
        self.evaluation = evaluation
    }

    /// - Parameter resamples: samples that 95 % intervals come from; 0 for none.
    func members(resamples: Int) -> [String: JSONValue] {
        var members =
            switch evaluation.scores {
            case .classes(let scores): self.members(scores)
            case .flags(let scores): self.members(scores)
            case .numbers(let scores): self.members(scores)
            }
        let intervals = evaluation.intervals(resamples: resamples)
        if !intervals.isEmpty {
            members["intervals"] = .object(
                intervals.mapValues { [.number($0.low), .number($0.high)] })
        }
        return members
    }

    private func members(_ scores: ClassificationScores) -> [String: JSONValue] {
        let confusion = names.indices.map { truth in
            JSONValue.array(names.indices.map { .integer(scores.confusion[label: truth, predicted: $0]) })
        }
        var members: [String: JSONValue] = [
            "rows": .integer(scores.rows), "accuracy": .number(scores.accuracy),
            "macro_f1": .number(scores.macroF1), "micro_f1": .number(scores.accuracy),
            "weighted_f1": .number(scores.weightedF1), "mcc": .number(scores.confusion.matthews),
            "log_loss": .number(scores.logLoss), "brier": .number(scores.brier),
            "ece": .number(scores.calibrationError), "classes": classes(scores.classes),
            "confusion": .array(confusion),
            "majority": [
                "class": .string(names[scores.majority.label]),
                "accuracy": .number(scores.majority.accuracy),
                "macro_f1": .number(scores.majority.macroF1),
            ],
        ]
        if let area = scores.rocAUC { members["roc_auc"] = .number(area) }
        let labels = (0..<evaluation.rows.count).map(evaluation.rows.label(of:))
        if let area = RankingScores.averagePrecision(
            labels: labels, probabilities: evaluation.answers, classCount: names.count)
        {
            members["pr_auc"] = .number(area)
        }
        return members
    }

    private func classes(
        _ scores: [ClassificationScores.OfClass], thresholds: [Double]? = nil
    ) -> JSONValue {
        .array(
            scores.enumerated().map { number, score in
                var members: [String: JSONValue] = [
                    "name": .string(names[number]), "precision": .number(score.precision),
                    "recall": .number(score.recall), "f1": .number(score.f1),
                    "support": .integer(score.support),
                ]
                members["threshold"] = thresholds.map { .number($0[number]) }
                return .object(members)
            })
    }

    private func members(_ scores: MultiLabelScores) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "task": "multi_label", "rows": .integer(scores.rows), "exact_match": .number(scores.exactMatch),
            "micro_f1": .number(scores.microF1), "macro_f1": .number(scores.macroF1),
            "weighted_f1": .number(scores.weightedF1), "log_loss": .number(scores.logLoss),
            "classes": classes(scores.classes, thresholds: scores.thresholds),
        ]
        if let area = scores.rocAUC { members["roc_auc"] = .number(area) }
        if let area = scores.prAUC { members["pr_auc"] = .number(area) }
        return members
    }

    private func members(_ scores: RegressionScores) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "task": "regression", "rows": .integer(scores.rows), "score": .string(names.first ?? ""),
            "rmse": .number(scores.squaredError.squareRoot()), "mae": .number(scores.absoluteError),
            "mean": ["rmse": .number(scores.variance.squareRoot())],
        ]
        if let value = scores.pearson { members["pearson"] = .number(value) }
        if let value = scores.spearman { members["spearman"] = .number(value) }
        if let value = scores.explained { members["r2"] = .number(value) }
        return members
    }
}
