/// Everything that is reported of a model that gives each row any number of classes.
///
/// A share whose denominator is 0 is 0, as with `zero_division=0` in scikit-learn.
package struct MultiLabelScores: Hashable, Codable, Sendable {
    package let rows: Int
    /// Share of the rows whose classes are all right.
    package let exactMatch: Double
    /// F1 over all decisions together.
    package let microF1: Double
    package let macroF1: Double
    package let weightedF1: Double
    /// In the order of the classes.
    package let classes: [ClassificationScores.OfClass]
    /// Mean area under the ROC curve over the classes that have rows with and without them; nil if none has.
    package let rocAUC: Double?
    /// Mean average precision over the classes that rows have; nil if there is none.
    package let prAUC: Double?
    /// Mean cross-entropy of a decision, in nats.
    package let logLoss: Double
    /// Least probability of each class at which it is given.
    package let thresholds: [Double]
    /// Mean over the classes of Matthews' correlation of truth and decision, -1 ... 1; a class for which one of them is
    /// always the same counts as 0. Nil only where a checkpoint of an earlier version does not tell it.
    package let matthews: Double?
    /// Expected calibration error of the decisions' probabilities, 0 ... 1; nil as above.
    package let calibrationError: Double?

    enum CodingKeys: String, CodingKey {
        case rows, classes, thresholds
        case exactMatch = "exact_match"
        case microF1 = "micro_f1"
        case macroF1 = "macro_f1"
        case weightedF1 = "weighted_f1"
        case rocAUC = "roc_auc"
        case prAUC = "pr_auc"
        case logLoss = "log_loss"
        case matthews = "mcc"
        case calibrationError = "calibration_error"
    }

    /// - Parameters:
    ///   - targets: whether each row is of each class, `[rows, classes]`, row-major.
    ///   - probabilities: likewise, 0 ... 1.
    ///   - thresholds: of each class; nil for 0.5 of all.
    /// - Throws: ``ScoringError`` without rows, or where numbers do not fit.
    package init(
        targets: [Bool], probabilities: [Double], classCount: Int, thresholds: [Double]? = nil
    ) throws(ScoringError) {
        guard classCount > 0, !targets.isEmpty, targets.count % classCount == 0 else {
            throw ScoringError("no rows to score; at least one is needed")
        }
        guard probabilities.count == targets.count, probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
            throw ScoringError("each row and class needs a probability, 0 ... 1")
        }
        let limits = thresholds ?? Array(repeating: 0.5, count: classCount)
        guard limits.count == classCount else {
            throw ScoringError("\(limits.count) thresholds for \(classCount) classes")
        }
        self.thresholds = limits
        rows = targets.count / classCount
        let decisions = DecisionCounts(
            targets: targets, probabilities: probabilities, thresholds: limits, rows: 0..<rows)
        classes = (0..<classCount).map(decisions.scores(of:))
        exactMatch = Double(decisions.exactRows) / Double(rows)
        microF1 = decisions.microF1
        macroF1 = decisions.macroF1
        let supports = classes.map { Double($0.support) }
        let all = supports.reduce(0, +)
        weightedF1 = all == 0 ? 0 : zip(classes, supports).reduce(0) { $0 + $1.0.f1 * $1.1 } / all
        func column<Value>(_ values: [Value], _ number: Int) -> [Value] {
            stride(from: number, to: values.count, by: classCount).map { values[$0] }
        }
        func mean(_ score: ([Bool], [Double]) -> Double?) -> Double? {
            let values = (0..<classCount).compactMap { score(column(targets, $0), column(probabilities, $0)) }
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        rocAUC = mean { RankingScores.rocAUC(positive: $0, scores: $1) }
        prAUC = mean { RankingScores.averagePrecision(positive: $0, scores: $1) }
        logLoss = ProbabilityScores.logLoss(targets: targets, probabilities: probabilities)
        matthews = decisions.macroMatthews(rows: rows)
        calibrationError = ProbabilityScores.calibrationError(targets: targets, probabilities: probabilities)
    }

    func value(of metric: TrainingOptions.Metric) -> Double? {
        switch metric {
        case .macroF1: macroF1
        case .microF1: microF1
        case .accuracy: exactMatch
        case .loss: logLoss
        case .rocAUC: rocAUC
        default: nil
        }
    }
}

/// Right and wrong decisions of each class, over some rows.
struct DecisionCounts {
    private(set) var hits: [Int]
    private(set) var given: [Int]
    private(set) var present: [Int]
    private(set) var exactRows = 0

    init(
        targets: [Bool], probabilities: [Double], thresholds: [Double], rows: some Sequence<Int>
    ) {
        let classCount = thresholds.count
        hits = Array(repeating: 0, count: classCount)
        (given, present) = (hits, hits)
        for row in rows {
            var isExact = true
            for number in 0..<classCount {
                let place = row * classCount + number
                let isGiven = probabilities[place] >= thresholds[number]
                if isGiven { given[number] += 1 }
                if targets[place] { present[number] += 1 }
                if isGiven, targets[place] { hits[number] += 1 }
                isExact = isExact && isGiven == targets[place]
            }
            if isExact { exactRows += 1 }
        }
    }

    private static func ratio(_ part: Int, _ whole: Int) -> Double {
        whole == 0 ? 0 : Double(part) / Double(whole)
    }

    func scores(of number: Int) -> ClassificationScores.OfClass {
        ClassificationScores.OfClass(
            precision: Self.ratio(hits[number], given[number]),
            recall: Self.ratio(hits[number], present[number]),
            f1: Self.ratio(2 * hits[number], given[number] + present[number]), support: present[number])
    }

    var microF1: Double {
        Self.ratio(2 * hits.reduce(0, +), given.reduce(0, +) + present.reduce(0, +))
    }

    /// Mean over the classes of Matthews' correlation; 0 for one that is always or never there, or given.
    ///
    /// Source: Matthews, "Comparison of the predicted and observed secondary structure of T4 phage lysozyme" (1975).
    func macroMatthews(rows: Int) -> Double {
        let all = Double(rows)
        let sum = hits.indices.reduce(0.0) { sum, number in
            let (hit, given, present) = (
                Double(hits[number]), Double(given[number]), Double(present[number])
            )
            let spread = given * (all - given) * present * (all - present)
            return spread > 0 ? sum + (hit * all - given * present) / spread.squareRoot() : sum
        }
        return sum / Double(max(1, hits.count))
    }

    var macroF1: Double {
        hits.indices.reduce(0) { $0 + scores(of: $1).f1 } / Double(max(1, hits.count))
    }
}

/// The least probability at which a class is given, so that its F1 on some rows is highest.
package enum ThresholdTuning {
    /// - Returns: one threshold for each class: halfway between the two probabilities that it parts; of equally good ones
    ///   the nearest to 0.5; 0.5 for a class that no row has.
    /// - Complexity: O(classes · rows · log rows).
    package static func thresholds(targets: [Bool], probabilities: [Double], classCount: Int) -> [Double] {
        (0..<classCount).map { number in
            let places = stride(from: number, to: targets.count, by: classCount)
            return threshold(places.map { (targets[$0], probabilities[$0]) })
        }
    }

    private static func threshold(_ rows: [(isOfClass: Bool, probability: Double)]) -> Double {
        let present = rows.count { $0.isOfClass }
        guard present > 0 else { return 0.5 }
        let order = rows.sorted { $0.probability > $1.probability }
        var best = (f1: -1.0, threshold: 0.5)
        var hits = 0
        for (index, row) in order.enumerated() {
            hits += row.isOfClass ? 1 : 0
            let isLast = index + 1 == order.count
            let next = isLast ? 0 : order[index + 1].probability
            if next == row.probability, !isLast { continue }
            let f1 = 2 * Double(hits) / Double(index + 1 + present)
            // Where 0.5 is between the two it is the threshold itself.
            let middle = (0.5 <= row.probability && 0.5 > next) ? 0.5 : (row.probability + next) / 2
            let isNearer = abs(middle - 0.5) < abs(best.threshold - 0.5)
            if f1 > best.f1 || f1 == best.f1 && isNearer { best = (f1, middle) }
        }
        return best.threshold
    }
}
