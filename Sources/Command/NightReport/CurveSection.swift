internal import Charts

/// What thresholds and probabilities of a model are worth: ROC, precision and recall, reliability.
enum CurveSection {
    private static let mostShown = 4

    static func section(_ all: [ScoredAnswers]) -> ReportSection? {
        let shown = all.filter { $0.names.count > 1 }.prefix(mostShown)
        guard !shown.isEmpty else { return nil }
        var parts: [Markup] = []
        for (number, answers) in shown.enumerated() {
            if shown.count > 1 { parts.append(ReportSection.heading(answers.title)) }
            parts += curves(of: answers, id: "curves-\(number + 1)")
        }
        if all.count > shown.count {
            parts.append(
                ReportSection.paragraph("\(all.count - shown.count) more results are not drawn."))
        }
        return ReportSection(id: "curves", title: "Thresholds and probabilities", parts: parts)
    }

    private static func curves(of answers: ScoredAnswers, id: String) -> [Markup] {
        var pictures: [Markup] = []
        var words = ""
        if answers.classes.count == 2 {
            let scores = answers.names.indices.map { answers.probability(of: 1, row: $0) }
            if let curves = ScoreCurves(scores: scores, truths: answers.labels.map { $0 == 1 }) {
                pictures = [roc(curves, answers, id), precisionRecall(curves, answers, id)]
            } else {
                words = "The side has one class only, for which there is no ROC. "
            }
        } else {
            words = "With \(answers.classes.count) classes there is no single ROC. "
        }
        pictures.append(reliability(answers, id))
        words +=
            "Of well-calibrated probabilities the points of the reliability lie on the diagonal: of the rows that get 0.7, "
            + "seven in ten are so."
        return [ReportSection.many(pictures), ReportSection.paragraph(words)]
    }

    private static let diagonal = [(x: 0.0, y: 0.0), (x: 1.0, y: 1.0)]

    private static func chart(
        _ series: [LineChart.Series], x: String, y: String, id: String, title: String, description: String
    ) -> Markup {
        LineChart(series: series, xTitle: x, yTitle: y, startsAtZero: true, height: 300).markup(
            id: id, title: title, description: description, width: Drawing.narrowWidth)
    }

    private static func roc(_ curves: ScoreCurves, _ answers: ScoredAnswers, _ id: String) -> Markup {
        let area = Numbers.fixed(curves.areaUnderROC, 3)
        return chart(
            [
                LineChart.Series(name: "chance", style: "c", points: diagonal, isPale: true),
                LineChart.Series(
                    name: "ROC, area \(area)", style: "a", points: ScoreCurves.thinned(curves.roc)),
            ], x: "\(answers.classes[0]) taken", y: "\(answers.classes[1]) found", id: id + "-roc",
            title: "ROC of \(answers.title)", description: "Receiver operating characteristic, area \(area).")
    }

    private static func precisionRecall(
        _ curves: ScoreCurves, _ answers: ScoredAnswers, _ id: String
    ) -> Markup {
        let average = Numbers.fixed(curves.averagePrecision, 3)
        let share = Double(answers.labels.count { $0 == 1 }) / Double(answers.labels.count)
        return chart(
            [
                LineChart.Series(
                    name: "chance", style: "c", points: [(x: 0, y: share), (x: 1, y: share)], isPale: true),
                LineChart.Series(
                    name: "precision, mean \(average)", style: "a",
                    points: ScoreCurves.thinned(curves.precisionRecall)),
            ], x: "recall", y: "precision", id: id + "-precision",
            title: "Precision and recall of \(answers.title)",
            description: "Precision by recall of \(answers.classes[1]), average precision \(average).")
    }

    /// Of the second of two classes; of more, of the answer that each row got.
    private static func reliability(_ answers: ScoredAnswers, _ id: String) -> Markup {
        let width = answers.classes.count
        func points(_ temperature: Double) -> [(x: Double, y: Double)] {
            var scores: [Double] = []
            var truths: [Bool] = []
            for row in answers.names.indices {
                let own = ScoreCurves.tempered(
                    answers.probabilities[row * width..<(row + 1) * width], by: temperature)
                let index = width == 2 ? 1 : own.indices.max { own[$0] < own[$1] } ?? 0
                scores.append(own[index])
                truths.append(answers.labels[row] == index)
            }
            return ScoreCurves.reliability(scores: scores, truths: truths)
        }
        var series = [
            LineChart.Series(name: "perfect", style: "c", points: diagonal, isPale: true),
            LineChart.Series(name: "before temperature", style: "b", points: points(1), hasDots: true),
        ]
        if let temperature = answers.temperature, temperature > 0 {
            series.append(
                LineChart.Series(
                    name: "after, T = \(Numbers.trimmed(temperature, 3))", style: "a",
                    points: points(temperature), hasDots: true))
        }
        let what = width == 2 ? answers.classes[1] : "the answer"
        return chart(
            series, x: "probability of \(what)", y: "share that is so", id: id + "-reliability",
            title: "Reliability of \(answers.title)",
            description: "Mean probability and share of truth by tenths, for \(answers.names.count) rows.")
    }
}
