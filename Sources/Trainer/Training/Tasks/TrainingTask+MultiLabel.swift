import CLibrary
import LinearModels
import Models
import ShardFormat

extension TrainingTask {
    /// Any number of classes of each row: a yes or no for each class, by the logistic function.
    ///
    /// `class_weights` weigh the rows that are of a class against those that are not.
    package static let multiLabel = TrainingTask(
        name: .multiLabel, problemType: "multi_label_classification",
        objective: { options, training, classes in
            BinaryCrossEntropyObjective(
                positiveWeights: positiveWeights(options.classWeights, training, classes))
        },
        check: { options, training, _, classes throws(TrainingError) in
            try refuseOfClasses(
                options, besides: [.macroF1, .microF1, .accuracy, .loss, .rocAUC],
                "rows have any number of classes")
            let counts = training.targetCounts(width: classes)
            guard counts.contains(where: { $0 > 0 && $0 < training.count }) else {
                throw .data(
                    "no class is there in some of the \(training.count) training rows and not in others; there is "
                        + "nothing to learn")
            }
        },
        rightShare: { scores, rows, training, classes in
            var hits = 0
            for (place, row) in rows.enumerated() {
                for (number, target) in training.target(of: row).enumerated() {
                    hits += (scores[place * classes + number] >= 0) == (target > 0.5) ? 1 : 0
                }
            }
            return Double(hits) / Double(rows.count * classes)
        },
        linear: LinearHead(name: "Logistic", isIterative: true) { rows in
            guard case .numbers(let values) = rows.targets else { preconditionFailure("checked") }
            var whole = LinearFit(coefficients: [], intercepts: [], iterations: 0)
            let classes = rows.scoreCount
            for number in 0..<classes {
                let targets = stride(from: number, to: values.count, by: classes).map { Double(values[$0]) }
                let factor = (rows.positiveWeights?[number] ?? 1) - 1
                let fit = LogisticRegression(
                    fitting: LogisticRegression.Rows(
                        features: rows.features, targets: targets.flatMap { [1 - $0, $0] }, classCount: 2,
                        weights: zip(rows.weights, targets).map { $0 * (1 + factor * $1) }), l2: rows.l2,
                    tolerance: rows.tolerance)
                // Of two classes each has half of the difference.
                let width = rows.features.columnCount
                whole.coefficients += (0..<width).map { fit.coefficients[width + $0] - fit.coefficients[$0] }
                whole.intercepts.append(fit.intercepts[1] - fit.intercepts[0])
                whole.iterations = max(whole.iterations, fit.iterations)
            }
            return whole
        },
        answers: { scores, _ in scores.map { logistic(Double($0)) } },
        thresholds: { dev, answers, classes in
            ThresholdTuning.thresholds(targets: dev.flags, probabilities: answers, classCount: classes)
        },
        judge: { rows throws(ScoringError) in
            .flags(
                try MultiLabelScores(
                    targets: rows.flags, probabilities: rows.answers, classCount: rows.names.count,
                    thresholds: rows.thresholds))
        },
        resampled: { rows, resamples in
            Bootstrap.ofFlags(
                rows.flags, probabilities: rows.answers, thresholds: rows.limits, resamples: resamples)
        },
        sampled: { SampleScores.ofFlags($0, names: ScoreFigures.names(\.macroF1, \.rocAUC, \.microF1)) },
        sameAnswer: { rows, words in
            let limits = rows.limits
            guard rows.answers.indices.allSatisfy({ rows.answers[$0] < limits[$0 % limits.count] }) else {
                return nil
            }
            return
                "gives \(words) none of the classes; class_weights: balanced, more epochs or another learning rate "
                + "may help"
        },
        card: { texts, names in
            """
            # A classifier of \(texts): any of \(names.joined(separator: ", "))

            Trained by splitvote on rows with labels of their own. It says of each class how probable it is; a class is given
            if its probability is at least its entry in `thresholds` under `splitvote` in `config.json`, 0.5 where there is none.
            """
        })

    /// Rows without a class for each one with it, where classes are to be balanced.
    static func positiveWeights(
        _ weights: TrainingOptions.ClassWeights, _ training: TokenRows, _ classes: Int
    ) -> [Double]? {
        switch weights {
        case .uniform: nil
        case .given(let weights): weights
        case .balanced:
            training.targetCounts(width: classes).map { present in
                present == 0 ? 1 : Double(training.count - present) / Double(present)
            }
        }
    }

    /// Refuses what only one class of each row has, and metrics but those given.
    static func refuseOfClasses(
        _ options: TrainingOptions, besides metrics: [TrainingOptions.Metric], _ why: String
    ) throws(TrainingError) {
        var problems: [String] = []
        if !metrics.contains(options.metric) {
            problems.append("metric is \(options.metric.rawValue); \(why)")
        }
        if options.usesProbabilities { problems.append("targets is votes; \(why)") }
        if options.labelSmoothing > 0 {
            problems.append("label_smoothing is \(options.labelSmoothing); \(why)")
        }
        if options.abstaining > 0 {
            problems.append("abstain is \(options.abstaining), which is for one class of each row; \(why)")
        }
        if !problems.isEmpty { throw .options(problems) }
    }
}
