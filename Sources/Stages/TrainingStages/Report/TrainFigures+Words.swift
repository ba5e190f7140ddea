internal import Baselines
internal import Charts
internal import StageKit
internal import Training

/// What a report says of a training, in words and marks.
extension TrainFigures {
    /// A score that a training may report on dev.
    struct ShownScore: Sendable {
        var name: String
        var path: any KeyPath<ScoreFigures, Double?> & Sendable

        func value(of evaluation: Evaluation) -> Double? { evaluation.scores[keyPath: path] }
    }

    private static let accuracy = ShownScore(name: "accuracy", path: \.accuracy)
    private static let macroF1 = ShownScore(name: "macro F1", path: \.macroF1)
    /// In the order in which they are shown.
    private static let knownScores = [
        accuracy, ShownScore(name: "micro F1", path: \.microF1), macroF1,
        ShownScore(name: "Pearson", path: \.pearson), ShownScore(name: "Spearman", path: \.spearman),
    ]

    /// The scores that this training reports; those of single-label classification if there are none.
    var shownScores: [ShownScore] {
        let found = Self.knownScores.filter { score in
            (evaluations ?? []).contains { score.value(of: $0) != nil }
        }
        return found.isEmpty ? [Self.accuracy, Self.macroF1] : found
    }

    /// Where a new epoch begins, whether the history gives the number of each point's epoch or how many had passed by then:
    /// after 2.0 epochs the third has not begun.
    var epochMarks: [LineChart.Mark] {
        var marks: [LineChart.Mark] = []
        let history = history ?? []
        for (before, point) in zip(history, history.dropFirst()) {
            guard let last = before.epoch, let epoch = point.epoch else { continue }
            let number = Self.epochNumber(epoch)
            if number > Self.epochNumber(last) {
                marks.append(LineChart.Mark(x: Double(before.step), text: "epoch \(number)"))
            }
        }
        return marks.count > 60 ? [] : marks
    }

    /// The epoch, from 1, that is under way when `epoch` epochs have passed.
    private static func epochNumber(_ epoch: Double) -> Int {
        epoch.isFinite ? max(1, Int(min(1e9, (epoch - 1e-6).rounded(.up)))) : 1
    }

    /// How long it was trained and what of it was kept.
    var sentence: String? {
        if kind != nil { return baselineSentence }
        guard var text = shortSentence else { return nil }
        text += teachingSentence
        guard let bestStep else { return text }
        text += " The weights kept are those of step \(Numbers.grouped(bestStep)), the best on the dev side"
        if let best = bestMetric {
            let metric = metric.map(Self.metricName) ?? "score"
            text += ": \(metric) \(Numbers.fixed(best, 3))"
        }
        return text + "."
    }

    /// Whom a student learned from; empty for others.
    private var teachingSentence: String {
        guard let distillation, let teachers = distillation.teachers else { return "" }
        var text = " It learned from the answers of \(teachers == 1 ? "a teacher" : "\(teachers) teachers")"
        if let texts = distillation.unlabeled, texts > 0 {
            text += ", to \(Numbers.grouped(texts)) texts without labels too"
        }
        if let value = distillation.metric {
            text +=
                "; \(teachers == 1 ? "its" : "their") own \(metric.map(Self.metricName) ?? "score") on the dev side is "
                + Numbers.fixed(value, 3)
        }
        return text + "."
    }

    private var baselineSentence: String? {
        guard let text = shortSentence else { return nil }
        guard let cost, let trials, trials.count > 1 else { return text }
        var end = " Of \(trials.count) weights of the penalty C \(Numbers.trimmed(cost, 4)) did best"
        if let bestMetric {
            end +=
                ": \(metric.map(Self.metricName) ?? "score") \(Numbers.fixed(bestMetric, 3)) on the dev side"
        }
        return text + end + "."
    }

    var shortSentence: String? {
        if let kind {
            let name = BaselineKind(rawValue: kind).map(Self.name) ?? kind
            return "The model is \(name)" + (parameters.map { " with \(Numbers.grouped($0)) numbers" } ?? "")
                + "."
        }
        guard let steps else { return nil }
        var text = "The model"
        if let parameters {
            text += " has \(Numbers.spoken(parameters)) parameters"
        }
        if let start {
            text += parameters == nil ? " started" : ", started"
            text += " from \(start) and"
        } else if parameters != nil {
            text += " and"
        }
        text += " was trained for \(Numbers.grouped(steps)) steps"
        if let epochs {
            text += " (\(Numbers.trimmed(epochs, 2)) \(epochs == 1 ? "epoch" : "epochs"))"
        }
        return text + "."
    }

    private static func name(_ kind: BaselineKind) -> String {
        switch kind {
        case .majority: "the most frequent answer"
        case .length: "a linear model of the text's length"
        case .tfidf: "TF-IDF with a linear model"
        }
    }

    private static func metricName(_ metric: String) -> String {
        switch TrainingOptions.Metric(rawValue: metric) {
        case .macroF1: "macro F1"
        case .microF1: "micro F1"
        case .mcc: "Matthews' correlation"
        default:
            TrainingTask.ownScores.first { $0.name == metric }?.title
                ?? String(metric.map { $0 == "_" ? " " : $0 })
        }
    }
}
