internal import Charts
internal import StageKit
internal import Training

extension ScoreFigures: KindFigures {}

/// A model's scores on a side, as a report shows them: those of an evaluate stage, as far as they exist.
struct ScoredSide {
    /// The stage that trained the model, or else the one that scored it.
    let stage: String
    let split: String
    let rows: Int
    let figures: ScoreFigures
    /// One row for each true class; empty if it does not fit the classes.
    let confusion: [[Int]]

    /// The results of an evaluate stage: one for each model and side.
    static func all(of summary: StageSummary) -> [ScoredSide] {
        let figures = ScoreFigures(summary.figures)
        let results = figures.results ?? []
        return (results.isEmpty ? [figures] : results).map { ScoredSide(summary.stage, $0) }
    }

    private init(_ stage: String, _ figures: ScoreFigures) {
        self.stage = figures.model ?? stage
        self.figures = figures
        split = figures.split ?? "test"
        let matrix = figures.confusion ?? []
        let fits = matrix.count == figures.classes?.count && matrix.allSatisfy { $0.count == matrix.count }
        confusion = fits ? matrix : []
        rows = figures.rows ?? confusion.joined().reduce(0, +)
    }

    var classes: [ScoreFigures.OfClass] { figures.classes ?? [] }
    private var majorityF1: Double? { figures.majority?.macroF1 }
    private var majorityClass: String? {
        figures.majority?.className(among: classes.map { $0.name ?? "–" })
    }

    /// What comes of the temperature, threshold and band that the model's folder keeps; `nil` if it keeps none.
    var answeredWords: String? {
        guard let answered = figures.asAnswered, let accuracy = answered.accuracy,
            let macroF1 = answered.macroF1, let temperature = answered.temperature
        else { return nil }
        var rule = "temperature \(Numbers.fixed(temperature, 2))"
        if let threshold = answered.threshold {
            rule += ", threshold \(Numbers.fixed(threshold, 3))"
        }
        var words =
            "As predict answers, by what was chosen on dev (\(rule)): accuracy \(Numbers.percent(accuracy)), macro F1 "
            + "\(Numbers.fixed(macroF1, 3))"
        if let error = answered.ece { words += ", calibration error \(Numbers.fixed(error, 3))" }
        if let without = answered.withoutAnswer, without > 0 {
            words += "; \(Numbers.grouped(without)) rows get no answer and are not among them"
        }
        return words + "."
    }

    /// Which of model and baselines are better on the same rows, and by more than chance or not; `nil` if there are none.
    var baselineWords: String? {
        var sentences = (figures.baselines ?? []).compactMap(\.sentence).map {
            $0.prefix(1).uppercased() + $0.dropFirst() + "."
        }
        if let absence = figures.baselinesAbsent { sentences.append("Baselines are missing: \(absence).") }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    /// A baseline that is better than the model by more than chance.
    private var betterBaseline: ScoreFigures.Beside? {
        figures.baselines?.first { $0.isAsGood && $0.main?.isBeyondChance == true }
    }

    /// A baseline that the model does not surpass. One that gives the same answers is the model itself.
    private var equalBaseline: ScoreFigures.Beside? {
        figures.baselines?.first { $0.isAsGood && ($0.onlyModel, $0.onlyOther) != (0, 0) }
    }

    /// 95 % interval of a score from samples of the rows, in words; empty if there is none.
    private func intervalWords(_ score: PartialKeyPath<ScoreFigures>) -> String {
        guard let range = figures.interval(score) else { return "" }
        return
            " (95% interval \(Numbers.fixed(range.lowerBound, 3)) to \(Numbers.fixed(range.upperBound, 3)))"
    }

    /// The result of rows with scores or with any number of classes.
    private var otherResult: String? {
        let rows = "On \(Numbers.grouped(self.rows)) \(split) rows"
        if figures.isRegression {
            guard let pearson = figures.pearson else {
                return "\(rows) the model always answers the same."
            }
            var text = "\(rows) answers and scores correlate with Pearson's r \(Numbers.fixed(pearson, 3))"
            text += intervalWords(\.pearson)
            if let spearman = figures.spearman {
                text += " and Spearman's ρ \(Numbers.fixed(spearman, 3))\(intervalWords(\.spearman))"
            }
            return text + "."
        }
        guard figures.isMultiLabel, let micro = figures.microF1 else { return nil }
        var text =
            "\(rows) the model reaches a micro F1 of \(Numbers.fixed(micro, 3))\(intervalWords(\.microF1))"
        if let macroF1 = figures.macroF1 {
            text += " and a macro F1 of \(Numbers.fixed(macroF1, 3))\(intervalWords(\.macroF1))"
        }
        return text + "."
    }

    var interval: MacroF1Interval? { MacroF1Interval(confusion: confusion) }

    /// The result in one or two sentences, honest about what it is worth, with the verdict set apart.
    var outcome: ReportVerdict {
        if let otherResult { return ReportVerdict(result: otherResult, verdict: nil, isGood: false) }
        guard let macroF1 = figures.macroF1 else {
            return ReportVerdict(result: "The \(split) comments were scored.", verdict: nil, isGood: false)
        }
        var result = "On \(Numbers.grouped(rows)) \(split) comments the model reaches a macro F1 of "
        result += Numbers.fixed(macroF1, 3)
        if let interval {
            result +=
                " (95% interval \(Numbers.fixed(interval.lower, 3)) to \(Numbers.fixed(interval.upper, 3)))"
        }
        if let accuracy = figures.accuracy { result += " and an accuracy of \(Numbers.percent(accuracy))" }
        guard let majorityF1 else { return ReportVerdict(result: result + ".", verdict: nil, isGood: false) }
        let answer =
            majorityClass.map { "always answering “\($0)”" } ?? "always giving the most frequent answer"
        result += "; \(answer) gives \(Numbers.fixed(majorityF1, 3))"
        if let accuracy = figures.majority?.accuracy { result += " and \(Numbers.percent(accuracy))" }
        if let better = betterBaseline {
            return ReportVerdict(
                result: result + ".",
                verdict: "That is worse than \(better.title ?? "a baseline"), by more than chance.",
                isGood: false)
        }
        let verdict = verdict(against: majorityF1)
        if let title = equalBaseline?.title {
            return ReportVerdict(
                result: result + ".",
                verdict: [verdict, "It is no better than \(title)."].compactMap { $0 }.joined(separator: " "),
                isGood: false)
        }
        return ReportVerdict(result: result + ".", verdict: verdict, isGood: isClearlyAbove(majorityF1))
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
        if let accuracy = figures.accuracy, let majorityAccuracy = figures.majority?.accuracy,
            accuracy < majorityAccuracy,
            interval.verdict(against: baseline) != .notAbove
        {
            text += " Its accuracy is below the baseline’s, as can be where one class is rare."
        }
        return text
    }
}
