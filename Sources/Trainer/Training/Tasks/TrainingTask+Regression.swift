import LinearModels
import Models
import ShardFormat

extension TrainingTask {
    /// A number for each row, by its squared error.
    package static let regression = TrainingTask(
        name: .regression, problemType: "regression",
        objective: { _, _, _ in SquaredErrorObjective() },
        check: { options, training, dev, scores throws(TrainingError) in
            guard scores == 1 else { throw .data("the model has \(scores) scores; a regression has one") }
            try refuseOfClasses(
                options, besides: [.macroF1, .pearson, .spearman, .loss], "rows have a score each")
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
        linear: LinearHead(name: "Ridge", isIterative: false) { rows in
            guard case .numbers(let values) = rows.targets else { preconditionFailure("checked") }
            let targets = values.map(Double.init)
            if let features = rows.features as? DenseFeatures {
                return RidgeRegression.fit(features, toward: targets, weights: rows.weights, l2: rows.l2)
            }
            let fit = LeastSquares(
                fitting: rows.features, toward: targets, weights: rows.weights, l2: rows.l2,
                tolerance: rows.tolerance)
            return LinearFit(
                coefficients: fit.coefficients, intercepts: [fit.intercept], iterations: fit.iterations)
        },
        defaultMetric: .pearson, answers: { scores, _ in scores.map(Double.init) },
        judge: { rows throws(ScoringError) in
            .numbers(try RegressionScores(targets: rows.targets, predictions: rows.answers))
        },
        resampled: { rows, resamples in
            Bootstrap.ofNumbers(rows.targets, predictions: rows.answers, resamples: resamples)
        },
        sampled: { SampleScores.ofNumbers($0, names: ScoreFigures.names(\.pearson, \.spearman)) },
        sameAnswer: { rows, words in
            func spread(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }
            guard let least = rows.answers.min(), let most = rows.answers.max(),
                spread(rows.answers) <= 1e-6 * spread(rows.targets)
            else { return nil }
            return
                "gives \(words) the same score, \(least) to \(most); more epochs or another learning rate may help"
        },
        card: { texts, names in
            """
            # A regression on \(texts): \(names.joined(separator: ", "))

            Trained by splitvote on rows with scores of their own. It answers with a score.
            """
        })
}
