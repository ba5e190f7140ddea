/// Everything that is reported of a classifier on labeled rows.
package struct ClassificationScores: Hashable, Codable, Sendable {
    /// Scores of one class.
    package struct OfClass: Hashable, Codable, Sendable {
        package let precision: Double
        package let recall: Double
        package let f1: Double
        /// Rows whose true class it is.
        package let support: Int
    }

    /// What answering always the most frequent class would score.
    package struct Baseline: Hashable, Codable, Sendable {
        /// The class; the first one of equally frequent ones.
        package let label: Int
        package let accuracy: Double
        package let macroF1: Double

        enum CodingKeys: String, CodingKey {
            case label, accuracy
            case macroF1 = "macro_f1"
        }
    }

    package let rows: Int
    package let accuracy: Double
    package let macroF1: Double
    package let weightedF1: Double
    /// In the order of the classes.
    package let classes: [OfClass]
    /// Area under the ROC curve; nil if a class has no rows.
    package let rocAUC: Double?
    /// Mean cross-entropy, in nats.
    package let logLoss: Double
    package let brier: Double
    package let calibrationError: Double
    package let confusion: ConfusionMatrix
    package let majority: Baseline
    /// Scores that only the task of these rows has, by their names in figures; nil if there are none.
    var further: [String: Double]?
    /// Mean loss by the objective of the task where that is another one than ``logLoss``.
    var ownLoss: Double?

    enum CodingKeys: String, CodingKey {
        case rows, accuracy, classes, brier, confusion, majority, further
        case macroF1 = "macro_f1"
        case weightedF1 = "weighted_f1"
        case rocAUC = "roc_auc"
        case logLoss = "log_loss"
        case calibrationError = "calibration_error"
        case ownLoss = "own_loss"
    }

    /// Scores rows by their most probable class, the first one of equally probable ones.
    ///
    /// - Parameters:
    ///   - labels: true class of each row.
    ///   - probabilities: `[rows, classes]`, row-major, each row summing to 1.
    package init(labels: [Int], probabilities: [Double], classCount: Int) throws(ScoringError) {
        try self.init(
            labels: labels, probabilities: probabilities, classCount: classCount, choice: .mostProbable)
    }

    /// Scores rows by the class that their probabilities choose.
    ///
    /// - Parameters:
    ///   - labels: true class of each row.
    ///   - probabilities: `[rows, classes]`, row-major, each row summing to 1.
    ///   - classCount: classes, at least 2.
    /// - Throws: ``ScoringError`` without rows, or where a number is out of range.
    init(
        labels: [Int], probabilities: [Double], classCount: Int, choice: AnswerChoice
    ) throws(ScoringError) {
        try Self.check(labels, probabilities, classCount)
        let predicted = labels.indices.map { row in
            choice.best(probabilities[row * classCount..<(row + 1) * classCount])
        }
        var confusion = ConfusionMatrix(classCount: classCount)
        for (label, predicted) in zip(labels, predicted) { confusion.add(label: label, predicted: predicted) }
        self.confusion = confusion
        rows = labels.count
        accuracy = confusion.accuracy
        macroF1 = confusion.macroF1
        weightedF1 = confusion.weightedF1
        classes = (0..<classCount).map { label in
            OfClass(
                precision: confusion.precision(of: label), recall: confusion.recall(of: label),
                f1: confusion.f1(of: label), support: confusion.support(of: label))
        }
        rocAUC = RankingScores.rocAUC(labels: labels, probabilities: probabilities, classCount: classCount)
        logLoss = ProbabilityScores.logLoss(
            labels: labels, probabilities: probabilities, classCount: classCount)
        brier = ProbabilityScores.brier(labels: labels, probabilities: probabilities, classCount: classCount)
        calibrationError = ProbabilityScores.calibrationError(
            labels: labels, predicted: predicted, probabilities: probabilities, classCount: classCount)
        majority = Baseline(confusion)
    }

    private static func check(
        _ labels: [Int], _ probabilities: [Double], _ classCount: Int
    ) throws(ScoringError) {
        guard classCount >= 2 else { throw ScoringError("\(classCount) classes; scores need at least 2") }
        guard !labels.isEmpty else { throw ScoringError("no rows to score; at least one is needed") }
        guard probabilities.count == labels.count * classCount else {
            throw ScoringError(
                "\(probabilities.count) probabilities for \(labels.count) rows and \(classCount) classes; expected "
                    + "\(labels.count * classCount)")
        }
        if let row = labels.firstIndex(where: { $0 < 0 || $0 >= classCount }) {
            throw ScoringError("row \(row) has label \(labels[row]); labels lie in 0 ..< \(classCount)")
        }
        if let index = probabilities.firstIndex(where: { !($0 >= 0 && $0 <= 1 + 1e-6) }) {
            throw ScoringError(
                "row \(index / classCount) has probability \(probabilities[index]); probabilities lie in 0 ... 1"
            )
        }
    }
}

extension ClassificationScores.Baseline {
    fileprivate init(_ confusion: ConfusionMatrix) {
        let supports = (0..<confusion.classCount).map(confusion.support(of:))
        let label = supports.firstIndex(of: supports.max() ?? 0) ?? 0
        var constant = ConfusionMatrix(classCount: confusion.classCount)
        for (class_, support) in supports.enumerated() {
            for _ in 0..<support { constant.add(label: class_, predicted: label) }
        }
        self.init(label: label, accuracy: constant.accuracy, macroF1: constant.macroF1)
    }
}

/// Why rows cannot be scored; says what was found and what is allowed.
package struct ScoringError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
