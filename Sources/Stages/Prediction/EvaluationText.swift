internal import StageKit
package import Training

/// The scores of ``TableEvaluation`` as a table for people.
package enum EvaluationText {
    private static let order =
        ScoreFigures.names(
            \.rows, \.accuracy, \.exactMatch, \.macroF1, \.microF1, \.weightedF1, \.mcc, \.rocAUC, \.prAUC,
            \.logLoss, \.brier, \.ece, \.pearson, \.spearman, \.r2, \.rmse, \.mae)
        + TrainingTask.ownScores.map(\.name)

    private static let orderAsAnswered = ScoreFigures.Answered.names(
        \.rows, \.withoutAnswer, \.accuracy, \.macroF1, \.mcc, \.logLoss, \.brier, \.ece, \.temperature,
        \.threshold)

    /// What is undefined where one side is constant.
    private static let undefined: [any KeyPath<ScoreFigures, Double?> & Sendable] = [\.pearson, \.spearman]

    /// Scores a line, with their intervals, then the labels; with tabs.
    /// - Parameter figures: what is missing is left out.
    package static func table(_ figures: ScoreFigures) -> String {
        let json = figures.json
        var lines = ["score\tvalue\tlow\thigh"]
        for name in order {
            guard let value = json[name] else {
                let isUndefined = undefined.contains {
                    ScoreFigures.name($0) == name && figures.isUndefined($0)
                }
                if isUndefined { lines.append("\(name)\t–") }
                continue
            }
            let ends = (figures.intervals?[name] ?? []).map { JSONValue.number($0) }
            lines.append(([name] + ([value] + ends).map(shown)).joined(separator: "\t"))
        }
        if let answered = figures.asAnswered?.json {
            let prefix = ScoreFigures.name(\.asAnswered)
            lines += orderAsAnswered.compactMap { name in
                answered[name].map { "\(prefix).\(name)\t\(shown($0))" }
            }
        }
        if let others = figures.against { lines += against(others) }
        guard let classes = figures.classes else { return lines.joined(separator: "\n") + "\n" }
        let hasThresholds = classes.contains { $0.threshold != nil }
        let names =
            ScoreFigures.OfClass.names(\.precision, \.recall, \.f1, \.support)
            + (hasThresholds ? ScoreFigures.OfClass.names(\.threshold) : [])
        lines += ["", "label\tprecision\trecall\tf1\trows" + (hasThresholds ? "\tthreshold" : "")]
        for score in classes {
            let row = score.json
            let values = names.map { row[$0].map(shown) ?? "" }
            lines.append(([score.name ?? ""] + values).joined(separator: "\t"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Scores of other models on the same rows, a line each with the difference and its interval; then a sentence for each model.
    private static func against(_ others: [ScoreFigures.Beside]) -> [String] {
        func text(_ value: Double?) -> String { value.map { shown(.number($0)) } ?? "" }
        var lines = ["", "against\tscore\tvalue\tdifference\tlow\thigh"]
        for other in others {
            for difference in other.differences ?? [] {
                let interval = difference.interval
                let numbers = [
                    difference.other, difference.difference, interval?.lowerBound, interval?.upperBound,
                ]
                lines.append(
                    ([other.name ?? "", difference.score ?? ""] + numbers.map(text)).joined(separator: "\t"))
            }
        }
        return lines + [""] + others.compactMap(\.sentence).map { $0 + "." }
    }

    /// Whole numbers as they are, others with four digits after the point.
    private static func shown(_ value: JSONValue) -> String {
        if let whole = value.intValue { return "\(whole)" }
        return value.doubleValue.map { "\(($0 * 1e4).rounded() / 1e4)" } ?? ""
    }
}
