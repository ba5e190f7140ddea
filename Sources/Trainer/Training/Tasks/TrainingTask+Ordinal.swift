import CLibrary
import LinearModels
import Models
import ShardFormat

extension TrainingTask {
    /// One class of each row, of classes in an order such as grades: wrong answers count by how far off they are.
    ///
    /// The folder is that of a classifier, which `splitvote.task` in `config.json` names. The answer is the median class, the
    /// one with the least expected distance; transformers answers with the most probable one.
    package static let ordinal = TrainingTask(
        name: .ordinal, problemType: singleLabel.problemType,
        objective: { _, _, _ in OrderedClassesObjective() }, rowWeights: singleLabel.rowWeights,
        check: { options, training, _, classes throws(TrainingError) in
            let why = "classes are in an order"
            var problems: [String] = []
            if !metricsOfOrder.contains(options.metric) {
                problems.append("metric is \(options.metric.rawValue); \(why)")
            }
            if options.usesProbabilities { problems.append("targets is votes; \(why)") }
            if options.labelSmoothing > 0 {
                problems.append("label_smoothing is \(options.labelSmoothing); \(why)")
            }
            if options.abstaining > 0 { problems.append("abstain is \(options.abstaining); \(why)") }
            if !problems.isEmpty { throw .options(problems) }
            try requireTwoClasses(training, classes)
        },
        rightShare: { scores, rows, training, classes in
            let answers = Predictor.softmax(scores, classCount: classes)
            let hits = rows.enumerated().count { place, row in
                AnswerChoice.median.best(answers[place * classes..<(place + 1) * classes])
                    == training.label(of: row)
            }
            return Double(hits) / Double(rows.count)
        },
        linear: LinearHead(name: "Ordinal", isIterative: true, fit: fitOrder),
        ownMetrics: [.quadraticKappa], defaultMetric: .quadraticKappa,
        answers: singleLabel.answers, choice: .median,
        judge: { rows throws(ScoringError) in
            var scores = try ClassificationScores(
                labels: rows.labels, probabilities: rows.answers, classCount: rows.names.count,
                choice: .median)
            let loss = OrderScores.loss(of: rows)
            scores.ownLoss = loss
            scores.further = OrderScores.figures(scores.confusion)
                .merging([OrderScores.rankedLoss.name: loss]) { $1 }
            return .classes(scores)
        },
        resampled: { rows, resamples in
            let (labels, predicted) = (rows.labels, rows.classes(by: .median))
            return Bootstrap.intervals(rows: labels.count, resamples: resamples) { sample in
                var confusion = ConfusionMatrix(classCount: rows.names.count)
                for row in sample { confusion.add(label: labels[row], predicted: predicted[row]) }
                return OrderScores.figures(confusion)
                    .merging(["accuracy": confusion.accuracy, "macro_f1": confusion.macroF1]) { $1 }
            }
        },
        sampled: { rows in
            SampleScores.ofClasses(
                rows, by: .median, names: ScoreFigures.names(\.macroF1, \.rocAUC, \.accuracy),
                main: (OrderScores.kappa.name, { OrderScores.figures($0)[OrderScores.kappa.name] }))
        },
        ownScores: [OrderScores.kappa, OrderScores.rankedLoss],
        sameAnswer: { rows, words in sameClass(rows.classes(by: .median), rows.names, words) },
        card: { texts, names in
            """
            # A classifier of \(texts): \(names.joined(separator: " < "))

            Trained by splitvote on rows with labels of their own, of classes in that order. It says how probable each class is;
            its answer is the class in the middle, the first at which the probabilities come to a half.
            """
        })

    private static let metricsOfOrder: [TrainingOptions.Metric] = [
        .macroF1, .accuracy, .loss, .microF1, .mcc, .quadraticKappa,
    ]

    private static func fitOrder(_ rows: FeatureRows) -> LinearFit {
        guard case .classes(let labels) = rows.targets else { preconditionFailure("checked") }
        let classes = rows.scoreCount
        var slopes = [Double](repeating: 0, count: classes)
        let loss = PenalizedLoss(
            features: rows.features, weights: rows.weights, functions: classes, l2: rows.l2
        ) { scores, row in
            let loss = OrderedClassesObjective.loss(
                of: Array(scores), label: Int(labels[row]), slopes: &slopes)
            for number in 0..<classes { scores[number] = slopes[number] }
            return loss
        }
        let fit = loss.minimum(tolerance: rows.tolerance)
        return LinearFit(
            coefficients: fit.coefficients, intercepts: fit.intercepts, iterations: fit.iterations)
    }
}

extension TrainingOptions.Metric {
    /// Agreement of classes in an order.
    package static let quadraticKappa = TrainingOptions.Metric(named: OrderScores.kappa.name)
}

/// Scores of one class of each row, of classes in an order.
private enum OrderScores {
    static let kappa = OwnScore(
        "qwk", title: "Quadratic kappa",
        meaning:
            "agreement beyond chance, by the squared distance of classes, at most 1; of classes in an order")
    static let rankedLoss = OwnScore(
        "ranked_loss", title: "Ranked loss",
        meaning: "sum of the cross-entropies of being above each class, in nats; of classes in an order")

    /// Quadratic weighted kappa, where it is defined, and the mean absolute error in classes.
    ///
    /// Source: Cohen, "Weighted kappa" (1968), doi:10.1037/h0026256.
    static func figures(_ confusion: ConfusionMatrix) -> [String: Double] {
        let (classes, rows) = (confusion.classCount, Double(confusion.rows))
        var (observed, expected, distance) = (0.0, 0.0, 0.0)
        for label in 0..<classes {
            for predicted in 0..<classes {
                let (count, steps) = (
                    Double(confusion[label: label, predicted: predicted]), Double(abs(label - predicted))
                )
                distance += steps * count
                observed += steps * steps * count
                expected +=
                    steps * steps * Double(confusion.support(of: label))
                    * Double(confusion.predictions(of: predicted))
                    / rows
            }
        }
        var figures = ["mae": distance / rows]
        if expected > 0 { figures[kappa.name] = 1 - observed / expected }
        return figures
    }

    /// Mean over the rows; probabilities are kept from 0 as those of the cross-entropy are.
    static func loss(of rows: ScoredRows) -> Double {
        let (classes, labels) = (rows.names.count, rows.labels)
        var sum = 0.0
        for (row, label) in labels.enumerated() {
            let own = rows.answers[row * classes..<(row + 1) * classes]
            for border in 1..<classes {
                let side = label >= border ? own.dropFirst(border) : own.prefix(border)
                sum -= log(min(max(side.reduce(0, +), .ulpOfOne), 1 - .ulpOfOne))
            }
        }
        return sum / Double(labels.count)
    }
}
