internal import Charts
internal import StageKit

/// The evaluate stage's figures, as far as they exist.
struct ScoreFigures {
    struct ClassScore {
        var name: String
        var precision, recall, f1: Double
        var support: Int
    }

    let stage: String
    let split: String
    let rows: Int
    let figures: JSONValue
    let classes: [ClassScore]
    /// One row for each true class; empty if it does not fit the classes.
    let confusion: [[Int]]
    let majorityAccuracy: Double?
    let majorityF1: Double?
    let majorityClass: String?

    /// The results of an evaluate stage: one for each model and side.
    static func all(of summary: StageSummary) -> [ScoreFigures] {
        let results = summary.figures.list("results")
        return (results.isEmpty ? [summary.figures] : results).map { ScoreFigures(summary.stage, $0) }
    }

    private init(_ stage: String, _ figures: JSONValue) {
        self.stage = figures.text("model") ?? stage
        self.figures = figures
        split = figures.text("split") ?? "test"
        classes = figures.list("classes").map {
            ClassScore(
                name: $0.text("name") ?? "–", precision: $0.number("precision") ?? .nan,
                recall: $0.number("recall") ?? .nan, f1: $0.number("f1") ?? .nan,
                support: $0.int("support") ?? 0)
        }
        let matrix = figures.list("confusion").map { ($0.arrayValue ?? []).compactMap(\.intValue) }
        let fits = matrix.count == classes.count && matrix.allSatisfy { $0.count == matrix.count }
        confusion = fits ? matrix : []
        rows = figures.int("rows") ?? confusion.joined().reduce(0, +)
        let majority = figures["majority"]
        majorityAccuracy = majority?.number("accuracy")
        majorityF1 = majority?.number("macro_f1")
        if let index = majority?.int("class") ?? majority?.int("label"), classes.indices.contains(index) {
            majorityClass = classes[index].name
        } else {
            majorityClass = majority?.text("class")
        }
    }

    /// What comes of the temperature, threshold and band that the model's folder keeps; `nil` if it keeps none.
    var answeredWords: String? {
        guard let answered = figures["as_answered"], let accuracy = answered.number("accuracy"),
            let macroF1 = answered.number("macro_f1"), let temperature = answered.number("temperature")
        else { return nil }
        var rule = "temperature \(Numbers.fixed(temperature, 2))"
        if let threshold = answered.number("threshold") {
            rule += ", threshold \(Numbers.fixed(threshold, 3))"
        }
        var words =
            "As predict answers, by what was chosen on dev (\(rule)): accuracy \(Numbers.percent(accuracy)), macro F1 "
            + "\(Numbers.fixed(macroF1, 3))"
        if let error = answered.number("ece") { words += ", calibration error \(Numbers.fixed(error, 3))" }
        if let without = answered.int("without_answer"), without > 0 {
            words += "; \(Numbers.grouped(without)) rows get no answer and are not among them"
        }
        return words + "."
    }

    var accuracy: Double? { figures.number("accuracy") }
    var macroF1: Double? { figures.number("macro_f1") }
    var isMultiLabel: Bool { figures.text("task") == "multi_label" }
    var isRegression: Bool { figures.text("task") == "regression" }

    /// 95 % interval of a score from samples of the rows, in words; empty if there is none.
    private func intervalWords(_ key: String) -> String {
        guard let range = figures["intervals"]?.range(key) else { return "" }
        return
            " (95% interval \(Numbers.fixed(range.lowerBound, 3)) to \(Numbers.fixed(range.upperBound, 3)))"
    }

    /// The result of rows with scores or with any number of classes.
    private var otherResult: String? {
        let rows = "On \(Numbers.grouped(self.rows)) \(split) rows"
        if isRegression {
            guard let pearson = figures.number("pearson") else {
                return "\(rows) the model always answers the same."
            }
            var text = "\(rows) answers and scores correlate with Pearson's r \(Numbers.fixed(pearson, 3))"
            text += intervalWords("pearson")
            if let spearman = figures.number("spearman") {
                text += " and Spearman's ρ \(Numbers.fixed(spearman, 3))\(intervalWords("spearman"))"
            }
            return text + "."
        }
        guard isMultiLabel, let micro = figures.number("micro_f1") else { return nil }
        var text =
            "\(rows) the model reaches a micro F1 of \(Numbers.fixed(micro, 3))\(intervalWords("micro_f1"))"
        if let macroF1 {
            text += " and a macro F1 of \(Numbers.fixed(macroF1, 3))\(intervalWords("macro_f1"))"
        }
        return text + "."
    }

    var interval: MacroF1Interval? { MacroF1Interval(confusion: confusion) }

    /// The result in one or two sentences, honest about what it is worth, with the verdict set apart.
    var outcome: ReportVerdict {
        if let otherResult { return ReportVerdict(result: otherResult, verdict: nil, isGood: false) }
        guard let macroF1 else {
            return ReportVerdict(result: "The \(split) comments were scored.", verdict: nil, isGood: false)
        }
        var result = "On \(Numbers.grouped(rows)) \(split) comments the model reaches a macro F1 of "
        result += Numbers.fixed(macroF1, 3)
        if let interval {
            result +=
                " (95% interval \(Numbers.fixed(interval.lower, 3)) to \(Numbers.fixed(interval.upper, 3)))"
        }
        if let accuracy { result += " and an accuracy of \(Numbers.percent(accuracy))" }
        guard let majorityF1 else { return ReportVerdict(result: result + ".", verdict: nil, isGood: false) }
        let answer =
            majorityClass.map { "always answering “\($0)”" } ?? "always giving the most frequent answer"
        result += "; \(answer) gives \(Numbers.fixed(majorityF1, 3))"
        if let majorityAccuracy { result += " and \(Numbers.percent(majorityAccuracy))" }
        return ReportVerdict(
            result: result + ".", verdict: verdict(against: majorityF1), isGood: isClearlyAbove(majorityF1))
    }

    private func isClearlyAbove(_ baseline: Double) -> Bool {
        interval?.verdict(against: baseline) == .clearlyAbove
    }

    private func verdict(against baseline: Double) -> String? {
        guard let interval else { return nil }
        var text =
            switch interval.verdict(against: baseline) {
            case .clearlyAbove: "That is clearly above the majority baseline."
            case .withinChance:
                "That is above the majority baseline, but so few comments could give such a difference by chance."
            case .notAbove: "That is not above the majority baseline: the model has learnt nothing of use."
            }
        if let accuracy, let majorityAccuracy, accuracy < majorityAccuracy,
            interval.verdict(against: baseline) != .notAbove
        {
            text += " Its accuracy is below the baseline’s, as can be where one class is rare."
        }
        return text
    }
}
