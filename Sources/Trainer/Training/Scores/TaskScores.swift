internal import JSON
import ShardFormat

/// How well a model does on rows with targets, whatever it was trained for.
package enum TaskScores: Hashable, Sendable {
    case classes(ClassificationScores)
    case flags(MultiLabelScores)
    case numbers(RegressionScores)
    case answers(AnswerScores)

    package var rows: Int {
        switch self {
        case .classes(let scores): scores.rows
        case .flags(let scores): scores.rows
        case .numbers(let scores): scores.rows
        case .answers(let scores): scores.questions
        }
    }

    /// Mean loss by the objective of the task.
    package var loss: Double {
        switch self {
        case .classes(let scores): scores.ownLoss ?? scores.logLoss
        case .flags(let scores): scores.logLoss
        case .numbers(let scores): scores.squaredError
        case .answers(let scores): scores.loss
        }
    }

    /// Scores of one class of each row; nil for other tasks.
    package var classification: ClassificationScores? {
        if case .classes(let scores) = self { scores } else { nil }
    }

    /// The scores worth a line while a model is trained, by their names in figures.
    package var headline: [(name: String, value: Double)] {
        columns.compactMap { name, value in value.map { (name, $0) } }
    }

    /// The same as figures.
    package var headlineFigures: ScoreFigures {
        var figures = ScoreFigures()
        switch self {
        case .classes(let scores): (figures.accuracy, figures.macroF1) = (scores.accuracy, scores.macroF1)
        case .flags(let scores): (figures.microF1, figures.macroF1) = (scores.microF1, scores.macroF1)
        case .numbers(let scores): (figures.pearson, figures.spearman) = (scores.pearson, scores.spearman)
        case .answers(let scores): figures.own = scores.headline
        }
        return figures
    }

    /// The same, with those that are undefined.
    var columns: [(name: String, value: Double?)] {
        switch self {
        case .classes(let scores): Self.named((\.accuracy, scores.accuracy), (\.macroF1, scores.macroF1))
        case .flags(let scores): Self.named((\.microF1, scores.microF1), (\.macroF1, scores.macroF1))
        case .numbers(let scores):
            Self.named((\.pearson, scores.pearson), (\.spearman, scores.spearman))
        case .answers(let scores): AnswerScores.headlineNames.map { ($0, scores.figures[$0]) }
        }
    }

    private static func named(
        _ scores: (PartialKeyPath<ScoreFigures>, Double?)...
    ) -> [(name: String, value: Double?)] {
        scores.map { (ScoreFigures.name($0), $1) }
    }

    /// One of the scores; nil if it is undefined or no score of the task.
    package func value(of metric: TrainingOptions.Metric) -> Double? {
        switch self {
        case .classes(let scores): scores.value(of: metric)
        case .flags(let scores): scores.value(of: metric)
        case .numbers(let scores): scores.value(of: metric)
        case .answers(let scores): scores.value(of: metric)
        }
    }
}

/// Scores of one class of each row are written as they always were; others under the name of their task.
extension TaskScores: Codable {
    private enum Key: String, CodingKey {
        case multiLabel = "multi_label"
        case regression
        case answers
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if let scores = try container.decodeIfPresent(MultiLabelScores.self, forKey: .multiLabel) {
            self = .flags(scores)
        } else if let scores = try container.decodeIfPresent(RegressionScores.self, forKey: .regression) {
            self = .numbers(scores)
        } else if let scores = try container.decodeIfPresent(AnswerScores.self, forKey: .answers) {
            self = .answers(scores)
        } else {
            self = .classes(try ClassificationScores(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .classes(let scores): try scores.encode(to: encoder)
        case .flags(let scores):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(scores, forKey: .multiLabel)
        case .numbers(let scores):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(scores, forKey: .regression)
        case .answers(let scores):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(scores, forKey: .answers)
        }
    }
}
