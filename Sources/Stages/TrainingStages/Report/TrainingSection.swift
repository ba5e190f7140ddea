internal import Charts
internal import StageKit

/// How each training went: loss, learning rate and the scores on the dev side.
enum TrainingSection {
    static func section(_ view: ReportView) -> ReportSection? {
        let stages = view.own
        var parts: [Markup] = []
        for (index, stage) in stages.enumerated() {
            if stages.count > 1 { parts.append(ReportSection.heading(stage.stage)) }
            let training = TrainFigures(stage.figures)
            if let sentence = training.sentence { parts.append(ReportSection.paragraph(sentence)) }
            let id = "training\(index + 1)"
            if let history = training.history, history.count > 1 {
                parts.append(
                    ReportSection.charts(
                        lossChart(history, marks: training.epochMarks, id: id + "-loss"),
                        rateChart(history, id: id + "-rate")))
            }
            if let evaluations = training.evaluations, !evaluations.isEmpty {
                parts.append(
                    ReportSection.pair(
                        devChart(training, evaluations, baseline: devBaseline(view.sides), id: id + "-dev"),
                        devTable(training, evaluations)))
            }
        }
        return parts.isEmpty ? nil : ReportSection(id: "training", title: "Training", parts: parts)
    }

    /// The loss of each stretch of steps, and smoothed.
    static func lossChart(
        _ history: [TrainFigures.Point], marks: [LineChart.Mark], id: String
    ) -> Markup {
        let points = history.map { (x: Double($0.step), y: $0.loss) }
        let smooth = LineChart.smoothed(points, halfLife: max(1, Double(points.count) / 40))
        let chart = LineChart(
            series: [
                LineChart.Series(name: "loss of a batch", style: "a", points: points, isPale: true),
                LineChart.Series(name: "smoothed", style: "a", points: smooth),
            ], marks: marks, xTitle: "step", yTitle: "training loss")
        let first = smooth.first.map { Numbers.fixed($0.y, 3) } ?? "–"
        let last = smooth.last.map { Numbers.fixed($0.y, 3) } ?? "–"
        return chart.markup(
            id: id, title: "Training loss",
            description: "Loss by step, from \(first) at the start to a smoothed \(last) at the end.",
            width: 560)
    }

    /// The learning rate of each stretch of steps.
    static func rateChart(_ history: [TrainFigures.Point], id: String) -> Markup {
        let points = history.map { (x: Double($0.step), y: $0.rate ?? 0) }
        let top = points.map(\.y).max() ?? 0
        let scale = rateScale(top)
        let chart = LineChart(
            series: [
                LineChart.Series(
                    name: "learning rate", style: "c", points: points.map { ($0.x, $0.y * scale.factor) })
            ], xTitle: "step", yTitle: scale.title, startsAtZero: true)
        let last = points.last.map { Numbers.small($0.y) } ?? "–"
        return chart.markup(
            id: id, title: "Learning rate",
            description: "Learning rate by step: at most \(Numbers.small(top)), \(last) at the end.",
            width: 400)
    }

    /// Rates are small: the axis shows them times a power of ten.
    private static func rateScale(_ top: Double) -> (factor: Double, title: String) {
        var factor = 1.0
        var power = 0
        while top > 0, top * factor < 1, power < 9 {
            factor *= 10
            power += 1
        }
        let digits = String(power).map { superscripts[$0] ?? $0 }
        return (factor, power == 0 ? "learning rate" : "learning rate × 10\(String(digits))")
    }

    private static let superscripts: [Character: Character] = [
        "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]

    private static func devChart(
        _ training: TrainFigures, _ evaluations: [TrainFigures.Evaluation], baseline: Double?, id: String
    ) -> Markup {
        let scores = training.shownScores
        let series = zip(scores, ["a", "b"]).map { score, style in
            LineChart.Series(
                name: score.name, style: style,
                points: evaluations.compactMap { evaluation in
                    score.value(of: evaluation).map { (x: Double(evaluation.step), y: $0) }
                }, hasDots: true)
        }
        let best = training.bestStep.map {
            [LineChart.Mark(x: Double($0), text: "kept: step \(Numbers.grouped($0))")]
        }
        let chart = LineChart(
            series: series.filter { !$0.points.isEmpty }, marks: best ?? [],
            level: (scores[0].path == \.accuracy ? baseline : nil).map {
                ($0, "accuracy of always answering the larger class")
            }, xTitle: "step",
            yTitle: "score on dev")
        let last = evaluations.last
        let values = scores.map { score in
            "\(score.name) \(last.flatMap(score.value(of:)).map { Numbers.fixed($0, 3) } ?? "–")"
        }
        let title = scores.map(\.name).joined(separator: " and ")
        return chart.markup(
            id: id, title: "\(title.prefix(1).uppercased())\(title.dropFirst()) on the dev side",
            description: "\(evaluations.count) evaluations; the last gave "
                + "\(values.joined(separator: " and ")). The table gives them all.")
    }

    /// The share of the larger class on the dev side.
    private static func devBaseline(_ sides: [SideFigures]) -> Double? {
        guard let dev = sides.first(where: { $0.name == "dev" || $0.name == "validation" }), dev.total > 0
        else {
            return nil
        }
        let isOneClassEach = dev.labeled.map { $0.classes.reduce(0) { $0 + $1.rows } == dev.total } ?? true
        return isOneClassEach ? Double(dev.largest) / Double(dev.total) : nil
    }

    /// Every evaluation, or some of them at even distances with the kept one and the last.
    private static func devTable(_ training: TrainFigures, _ all: [TrainFigures.Evaluation]) -> Markup {
        let limit = 12
        let every = (all.count + limit - 1) / limit
        let shown = all.indices.filter {
            $0.isMultiple(of: every) || $0 == all.count - 1 || all[$0].step == training.bestStep
        }
        func score(_ value: Double?) -> Table.Cell { .number(value.map { Numbers.fixed($0, 3) } ?? "–") }
        return Table(
            caption: every == 1 ? "Scores on the dev side" : "Some of the scores on the dev side",
            head: ["Step", "Epoch", "Loss"]
                + training.shownScores.map { $0.name.prefix(1).uppercased() + $0.name.dropFirst() },
            rows: shown.map { index in
                let evaluation = all[index]
                return [
                    .number(Numbers.grouped(evaluation.step)),
                    .number(evaluation.epoch.map { Numbers.fixed($0, 2) } ?? "–"), score(evaluation.loss),
                ] + training.shownScores.map { score($0.value(of: evaluation)) }
            },
            strong: Set(shown.enumerated().filter { all[$0.element].step == training.bestStep }.map(\.offset))
        ).markup()
    }
}
