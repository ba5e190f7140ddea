import LinearModels
import Models
import ShardFormat

extension TrainingTask {
    /// One class of each row, by softmax and cross-entropy; toward probabilities where votes or smoothing ask for it.
    package static let singleLabel = TrainingTask(
        name: .singleLabel, problemType: "single_label_classification",
        objective: { _, _, _ in CrossEntropyObjective() },
        rowWeights: { options, training, classes in
            Trainer.weights(options.classWeights, training.labelCounts(classCount: classes))
        },
        check: { options, training, dev, classes throws(TrainingError) in
            try requireTwoClasses(training, classes)
            if options.usesProbabilities {
                guard training.hasProbabilities, classes == 2 else {
                    throw .data(
                        "the shards do not say how probable each of two classes is; train on labels instead")
                }
            }
            guard metricsOfClasses.contains(options.metric) else {
                let isOfScores = [.pearson, .spearman].contains(options.metric)
                throw .options([
                    "metric is \(options.metric.rawValue)\(isOfScores ? ", which is for scores" : ""); rows have a class each"
                ])
            }
            if let dev, options.metric == .rocAUC {
                let devCounts = dev.labelCounts(classCount: classes)
                guard !devCounts.contains(0) else {
                    throw .data("roc_auc needs dev rows of every class; there are \(devCounts)")
                }
            }
        },
        rightShare: { scores, rows, training, classes in
            let hits = rows.enumerated().count { place, row in
                let own = scores[place * classes..<(place + 1) * classes]
                return own.firstIndex(of: own.max() ?? 0) == place * classes + training.label(of: row)
            }
            return Double(hits) / Double(rows.count)
        },
        linear: LinearHead(name: "Logistic", isIterative: true) { rows in
            let classes = rows.scoreCount
            let targets: [Double] =
                switch rows.targets {
                case .probabilities(let values), .numbers(let values): values.map(Double.init)
                case .classes(let labels):
                    labels.flatMap { label in (0..<classes).map { Int(label) == $0 ? 1.0 : 0.0 } }
                case .places, .taught: preconditionFailure("a linear map alone has no teacher and no tokens")
                }
            let fit = LogisticRegression(
                fitting: LogisticRegression.Rows(
                    features: rows.features, targets: targets, classCount: classes, weights: rows.weights),
                l2: rows.l2,
                tolerance: rows.tolerance)
            return LinearFit(
                coefficients: fit.coefficients, intercepts: fit.intercepts, iterations: fit.iterations)
        },
        answers: { scores, classes in Predictor.softmax(scores, classCount: classes) },
        choosesAnswerRule: true,
        judge: { rows throws(ScoringError) in
            .classes(
                try ClassificationScores(
                    labels: rows.labels, probabilities: rows.answers, classCount: rows.names.count))
        },
        resampled: { rows, resamples in
            Bootstrap.ofClasses(
                rows.labels, predicted: rows.classes(by: .mostProbable), classCount: rows.names.count,
                resamples: resamples)
        },
        sampled: {
            SampleScores.ofClasses(
                $0, by: .mostProbable, names: ScoreFigures.names(\.macroF1, \.rocAUC, \.accuracy))
        },
        sameAnswer: { rows, words in sameClass(rows.classes(by: .mostProbable), rows.names, words) },
        card: { texts, names in
            """
            # A classifier of \(texts): \(names.joined(separator: ", "))

            Trained by splitvote on rows with labels of their own. It says how probable each class is.
            """
        })

    /// Refuses rows that are all of one class.
    static func requireTwoClasses(_ training: TokenRows, _ classes: Int) throws(TrainingError) {
        let counts = training.labelCounts(classCount: classes)
        guard counts.count(where: { $0 > 0 }) >= 2 else {
            let label = counts.firstIndex { $0 > 0 } ?? 0
            throw .data(
                "all \(training.count) training rows are of class \(label); at least two classes are needed"
            )
        }
    }

    /// What checkpoints can be chosen by where each row has a class.
    static let metricsOfClasses: [TrainingOptions.Metric] = [
        .macroF1, .accuracy, .loss, .rocAUC, .microF1, .mcc,
    ]

    /// What a model does that answers each row with the same class.
    static func sameClass(_ answers: [Int], _ names: [String], _ rows: String) -> String? {
        let different = Set(answers)
        guard different.count == 1, let only = different.first else { return nil }
        return
            "calls \(rows) '\(names[only])'; class_weights: balanced, more epochs or another learning rate may help"
    }
}
