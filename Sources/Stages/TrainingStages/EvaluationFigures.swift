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
    func members(resamples: Int) throws -> [String: JSONValue] {
        var members =
            switch evaluation.scores {
            case .classes(let scores): self.members(scores)
            case .flags(let scores): scores.figures(names)
            case .numbers(let scores): scores.figures(names.first ?? "")
            }
        members["as_answered"] = try asAnswered()
        let intervals = evaluation.intervals(resamples: resamples)
        if !intervals.isEmpty {
            members["intervals"] = .object(
                intervals.mapValues { [.number($0.low), .number($0.high)] })
        }
        return members
    }

    /// By the temperature, threshold and band that the model's folder keeps, and `predict` goes by.
    private func asAnswered() throws -> JSONValue? {
        guard let rule = evaluation.rule, let answered = try evaluation.answered() else { return nil }
        var members: [String: JSONValue] = [
            "rows": .integer(answered.rows), "without_answer": .integer(answered.withoutAnswer),
            "accuracy": .number(answered.confusion.accuracy), "macro_f1": .number(answered.confusion.macroF1),
            "mcc": .number(answered.confusion.matthews), "log_loss": .number(answered.scores.logLoss),
            "brier": .number(answered.scores.brier), "ece": .number(answered.scores.calibrationError),
            "temperature": .number(rule.temperature),
        ]
        members["threshold"] = rule.threshold.map { .number($0) }
        members["abstain"] = rule.abstention.map { [.number($0.lowerBound), .number($0.upperBound)] }
        return .object(members)
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
            "ece": .number(scores.calibrationError),
            "classes": .array(zip(scores.classes, names).map { .object($0.figures($1)) }),
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
}
