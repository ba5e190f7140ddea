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
            let counts = training.labelCounts(classCount: classes)
            guard counts.count(where: { $0 > 0 }) >= 2 else {
                let label = counts.firstIndex { $0 > 0 } ?? 0
                throw .data(
                    "all \(training.count) training rows are of class \(label); at least two classes are needed"
                )
            }
            if options.usesProbabilities {
                guard training.hasProbabilities, classes == 2 else {
                    throw .data(
                        "the shards do not say how probable each of two classes is; train on labels instead")
                }
            }
            if [.pearson, .spearman].contains(options.metric) {
                throw .options([
                    "metric is \(options.metric.rawValue), which is for scores; rows have a class each"
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
        scores: { rows, answers, classes, _ throws(ScoringError) in
            .classes(
                try ClassificationScores(
                    labels: (0..<rows.count).map(rows.label(of:)), probabilities: answers, classCount: classes
                ))
        },
        answers: { scores, classes in Predictor.softmax(scores, classCount: classes) },
        fit: { rows in
            let classes = rows.scoreCount
            let targets: [Double] =
                switch rows.targets {
                case .probabilities(let values), .numbers(let values): values.map(Double.init)
                case .classes(let labels):
                    labels.flatMap { label in (0..<classes).map { Int(label) == $0 ? 1.0 : 0.0 } }
                }
            let fit = LogisticRegression(
                fitting: LogisticRegression.Rows(
                    features: rows.features, featureCount: rows.featureCount, targets: targets,
                    classCount: classes, weights: rows.weights), l2: rows.l2)
            return LinearFit(
                coefficients: fit.coefficients, intercepts: fit.intercepts, iterations: fit.iterations)
        }, takesNumbers: false, choosesAnswerRule: true)
}
