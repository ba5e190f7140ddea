import Models
import ShardFormat

extension TrainingTask {
    /// A number for each row, by its squared error.
    package static let regression = TrainingTask(
        name: .regression, problemType: "regression",
        objective: { _, _, _ in SquaredErrorObjective() },
        check: { options, training, dev, scores throws(TrainingError) in
            guard scores == 1 else { throw .data("the model has \(scores) scores; a regression has one") }
            try refuseOfClasses(options, [.accuracy, .rocAUC, .microF1, .mcc], "rows have a score each")
            if options.classWeights != .uniform {
                throw .options(["class_weights are set; rows have a score each and no classes"])
            }
            let first = training.target(of: 0)
            guard (1..<training.count).contains(where: { training.target(of: $0) != first }) else {
                throw .data(
                    "all \(training.count) training rows have the same score; there is nothing to learn")
            }
        },
        rightShare: { _, _, _, _ in 0 },
        scores: { rows, answers, _, _ throws(ScoringError) in
            .numbers(
                try RegressionScores(
                    targets: (0..<rows.count).map { Double(rows.target(of: $0).first ?? 0) },
                    predictions: answers))
        },
        answers: { scores, _ in scores.map(Double.init) },
        fit: { rows in
            guard case .numbers(let values) = rows.targets else { preconditionFailure("checked") }
            return RidgeRegression.fit(rows, toward: values.map(Double.init))
        })
}
