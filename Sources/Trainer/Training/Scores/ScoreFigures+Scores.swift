internal import JSON
internal import ShardFormat

extension ScoreFigures {
    /// - Parameter rows: what these are the scores of.
    package init(_ scores: TaskScores, of rows: ScoredRows) {
        switch scores {
        case .classes(let scores):
            self.init(scores, rows.names, labels: rows.labels, probabilities: rows.answers)
        case .flags(let scores): self.init(scores, rows.names)
        case .numbers(let scores): self.init(scores, rows.names.first ?? "")
        case .answers(let scores):
            self.init()
            task = TaskName.answers.rawValue
            self.rows = scores.questions
            logLoss = scores.loss
            own = scores.figures
        }
    }

    /// - Parameter names: of the classes.
    package init(_ scores: MultiLabelScores, _ names: [String]) {
        self.init()
        task = TaskName.multiLabel.rawValue
        rows = scores.rows
        exactMatch = scores.exactMatch
        microF1 = scores.microF1
        macroF1 = scores.macroF1
        weightedF1 = scores.weightedF1
        logLoss = scores.logLoss
        rocAUC = scores.rocAUC
        prAUC = scores.prAUC
        mcc = scores.matthews
        ece = scores.calibrationError
        classes = scores.classes.indices.map { number in
            var score = OfClass(scores.classes[number], names[number])
            score.threshold = scores.thresholds[number]
            return score
        }
    }

    /// - Parameter name: of the score.
    package init(_ scores: RegressionScores, _ name: String) {
        self.init()
        task = TaskName.regression.rawValue
        rows = scores.rows
        score = name
        rmse = scores.squaredError.squareRoot()
        mae = scores.absoluteError
        pearson = scores.pearson
        spearman = scores.spearman
        r2 = scores.explained
        mean = Mean()
        mean?.rmse = scores.variance.squareRoot()
    }

    /// Most classes that figures have scores of, one by one.
    private static let mostListed = 100

    /// - Parameters:
    ///   - names: of the classes.
    ///   - labels: what these are the scores of, with `probabilities`.
    package init(
        _ scores: ClassificationScores, _ names: [String], labels: [Int], probabilities: [Double]
    ) {
        self.init()
        rows = scores.rows
        accuracy = scores.accuracy
        macroF1 = scores.macroF1
        microF1 = scores.accuracy
        weightedF1 = scores.weightedF1
        mcc = scores.confusion.matthews
        logLoss = scores.logLoss
        brier = scores.brier
        ece = scores.calibrationError
        rocAUC = scores.rocAUC
        prAUC = RankingScores.averagePrecision(
            labels: labels, probabilities: probabilities, classCount: names.count)
        // A table of a thousand tags by a thousand is for no reader.
        if names.count <= Self.mostListed {
            classes = zip(scores.classes, names).map { OfClass($0, $1) }
            confusion = names.indices.map { truth in
                names.indices.map { scores.confusion[label: truth, predicted: $0] }
            }
        }
        var majority = Majority()
        majority.named = .string(names[scores.majority.label])
        majority.accuracy = scores.majority.accuracy
        majority.macroF1 = scores.majority.macroF1
        self.majority = majority
        if let further = scores.further {
            mae = further[Self.name(\.mae)]
            own = further.filter { name, _ in TrainingTask.ownScores.contains { $0.name == name } }
        }
    }

    /// The same figures with the intervals of scores, where there are any.
    package func with(_ intervals: [String: Bootstrap.Interval]) -> ScoreFigures {
        var figures = self
        figures.intervals = intervals.isEmpty ? nil : intervals.mapValues { [$0.low, $0.high] }
        return figures
    }
}

extension ScoreFigures.OfClass {
    init(_ score: ClassificationScores.OfClass, _ name: String) {
        self.init()
        self.name = name
        precision = score.precision
        recall = score.recall
        f1 = score.f1
        support = score.support
    }
}

extension ScoreFigures.Answered {
    package init(_ scores: AnsweredScores) {
        self.init()
        rows = scores.rows
        withoutAnswer = scores.withoutAnswer
        accuracy = scores.confusion.accuracy
        macroF1 = scores.confusion.macroF1
        mcc = scores.confusion.matthews
        logLoss = scores.scores.logLoss
        brier = scores.scores.brier
        ece = scores.scores.calibrationError
        temperature = scores.rule.temperature
        threshold = scores.rule.threshold
        abstain = scores.rule.abstention
    }
}
