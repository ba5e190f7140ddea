internal import Charts
internal import StageKit

/// A train stage's figures, as far as they exist: its curves and its outcome.
struct RecordedTraining {
    struct Point {
        var step: Int
        var epoch: Double?
        var loss: Double
        var rate: Double
    }

    struct Evaluation {
        var step: Int
        var epoch: Double?
        var loss: Double?
        /// By their names in figures.
        var scores: [String: Double]
    }

    /// Scores that a training may report on dev, in the order in which they are shown.
    private static let knownScores = [
        (key: "accuracy", name: "accuracy"), (key: "micro_f1", name: "micro F1"),
        (key: "macro_f1", name: "macro F1"), (key: "pearson", name: "Pearson"),
        (key: "spearman", name: "Spearman"),
    ]

    /// The scores that this one reports; those of single-label classification if there are none.
    var scoreNames: [(key: String, name: String)] {
        let found = Self.knownScores.filter { score in
            evaluations.contains { $0.scores[score.key] != nil }
        }
        return found.isEmpty ? [Self.knownScores[0], Self.knownScores[2]] : found
    }

    let figures: JSONValue
    let history: [Point]
    let evaluations: [Evaluation]
    let bestStep: Int?

    init(_ figures: JSONValue) {
        self.figures = figures
        history = figures.list("history").compactMap { point in
            guard let step = point.int("step"), let loss = point.number("loss") else { return nil }
            return Point(
                step: step, epoch: point.number("epoch"), loss: loss, rate: point.number("learning_rate") ?? 0
            )
        }
        evaluations = figures.list("evaluations").compactMap { point in
            point.int("step").map {
                Evaluation(
                    step: $0, epoch: point.number("epoch"), loss: point.number("loss"),
                    scores: Self.knownScores.reduce(into: [:]) { $0[$1.key] = point.number($1.key) })
            }
        }
        bestStep = figures.int("best_step")
    }

    /// Where a new epoch begins, whether the history gives epochs as whole numbers or as fractions.
    var epochMarks: [LineChart.Mark] {
        var marks: [LineChart.Mark] = []
        for (before, point) in zip(history, history.dropFirst()) {
            guard let last = before.epoch, let epoch = point.epoch else { continue }
            if epoch.rounded(.down) > last.rounded(.down) {
                marks.append(LineChart.Mark(x: Double(before.step), text: "epoch \(marks.count + 2)"))
            }
        }
        return marks.count > 60 ? [] : marks
    }

    /// How long it was trained and what of it was kept.
    var sentence: String? {
        guard var text = shortSentence else { return nil }
        guard let bestStep else { return text }
        text += " The weights kept are those of step \(Numbers.grouped(bestStep)), the best on the dev side"
        if let best = figures.number("best_metric") {
            let metric = figures.text("metric").map(Self.metricName) ?? "score"
            text += ": \(metric) \(Numbers.fixed(best, 3))"
        }
        return text + "."
    }

    var shortSentence: String? {
        guard let steps = figures.int("steps") else { return nil }
        var text = "The model"
        if let parameters = figures.int("parameters") {
            text += " has \(Numbers.spoken(parameters)) parameters"
        }
        if let start = figures.text("initialised") {
            text += figures.int("parameters") == nil ? " started" : ", started"
            text += " from \(start) and"
        } else if figures.int("parameters") != nil {
            text += " and"
        }
        text += " was trained for \(Numbers.grouped(steps)) steps"
        if let epochs = figures.number("epochs") {
            text += " (\(Numbers.trimmed(epochs, 2)) \(epochs == 1 ? "epoch" : "epochs"))"
        }
        return text + "."
    }

    private static func metricName(_ metric: String) -> String {
        switch metric {
        case "macro_f1": "macro F1"
        case "micro_f1": "micro F1"
        case "mcc": "Matthews' correlation"
        default: String(metric.map { $0 == "_" ? " " : $0 })
        }
    }
}
