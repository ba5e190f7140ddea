internal import Charts
internal import StageKit
internal import Training

/// A train stage's figures, as far as they exist: its curves and its outcome.
struct RecordedTraining {
    /// A stretch of steps.
    struct Point: Hashable {
        /// The last one.
        var step: Int
        var epoch: Double?
        var loss: Double
        var accuracy: Double?
        var rate: Double
    }

    /// How the model scored on dev after a step.
    struct Evaluation: Hashable {
        var step: Int
        var epoch: Double?
        var loss: Double?
        /// Whether no evaluation before scored as high.
        var isBest: Bool
        /// By their names in figures.
        var scores: [String: Double]
    }

    /// Scores that a training may report on dev, in the order in which they are shown.
    fileprivate static let knownScores = [
        (key: "accuracy", name: "accuracy"), (key: "micro_f1", name: "micro F1"),
        (key: "macro_f1", name: "macro F1"), (key: "pearson", name: "Pearson"),
        (key: "spearman", name: "Spearman"),
    ]

    private static let namesOfOwn = Dictionary(
        TrainingTask.ownScores.map { ($0.name, $0.title) }, uniquingKeysWith: { first, _ in first })

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
        history = figures.list(TrainFigure.history.name).compactMap(Point.init)
        evaluations = figures.list(TrainFigure.evaluations.name).compactMap(Evaluation.init)
        bestStep = figures.int(TrainFigure.bestStep)
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
        if let best = figures.number(TrainFigure.bestMetric) {
            let metric = figures.text(TrainFigure.metric).map(Self.metricName) ?? "score"
            text += ": \(metric) \(Numbers.fixed(best, 3))"
        }
        return text + "."
    }

    var shortSentence: String? {
        guard let steps = figures.int(TrainFigure.steps) else { return nil }
        var text = "The model"
        if let parameters = figures.int(TrainFigure.parameters) {
            text += " has \(Numbers.spoken(parameters)) parameters"
        }
        if let start = figures.text(TrainFigure.start) {
            text += figures.int(TrainFigure.parameters) == nil ? " started" : ", started"
            text += " from \(start) and"
        } else if figures.int(TrainFigure.parameters) != nil {
            text += " and"
        }
        text += " was trained for \(Numbers.grouped(steps)) steps"
        if let epochs = figures.number(TrainFigure.epochs) {
            text += " (\(Numbers.trimmed(epochs, 2)) \(epochs == 1 ? "epoch" : "epochs"))"
        }
        return text + "."
    }

    private static func metricName(_ metric: String) -> String {
        switch metric {
        case "macro_f1": "macro F1"
        case "micro_f1": "micro F1"
        case "mcc": "Matthews' correlation"
        default: namesOfOwn[metric] ?? String(metric.map { $0 == "_" ? " " : $0 })
        }
    }
}

extension RecordedTraining.Point {
    init?(_ json: JSONValue) {
        guard let step = json.int("step"), let loss = json.number("loss") else { return nil }
        self.init(
            step: step, epoch: json.number("epoch"), loss: loss, accuracy: json.number("accuracy"),
            rate: json.number("learning_rate") ?? 0)
    }

    /// What it is reported as.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "step": .integer(step), "loss": .number(loss), "learning_rate": .number(rate),
        ]
        members["epoch"] = epoch.map { .number($0) }
        members["accuracy"] = accuracy.map { .number($0) }
        return .object(members)
    }
}

extension RecordedTraining.Evaluation {
    init(_ report: EvaluationReport) {
        self.init(
            step: report.step, epoch: report.epoch, loss: report.scores.loss, isBest: report.isBest,
            scores: Dictionary(report.scores.headline.map { ($0.name, $0.value) }) { _, last in last })
    }

    init?(_ json: JSONValue) {
        guard let step = json.int("step") else { return nil }
        self.init(
            step: step, epoch: json.number("epoch"), loss: json.number("loss"),
            isBest: json["best"]?.boolValue ?? false,
            scores: RecordedTraining.knownScores.reduce(into: [:]) { $0[$1.key] = json.number($1.key) })
    }

    /// What it is reported as.
    var json: JSONValue {
        var members: [String: JSONValue] = ["step": .integer(step), "best": .bool(isBest)]
        members["epoch"] = epoch.map { .number($0) }
        members["loss"] = loss.map { .number($0) }
        for (name, value) in scores { members[name] = .number(value) }
        return .object(members)
    }
}
