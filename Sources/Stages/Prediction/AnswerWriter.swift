private import Foundation
internal import StageKit
package import Training

/// Writes answers as TSV or JSON lines: a class and its probability, the classes of a text, or a score.
package struct AnswerWriter {
    private let labels: [String]
    private let task: TrainingTask
    private let thresholds: [Double]
    private let isJSON: Bool
    private let withLogits: Bool
    private var hasHeader = false

    /// - Parameters:
    ///   - labels: names of the classes, in the order of the scores; of a regression the one of its score.
    ///   - task: what the model was trained for.
    ///   - thresholds: least probability at which each class is given, where a text has any number of them.
    ///   - withLogits: whether rows also have the scores before the softmax.
    package init(
        labels: [String], task: TrainingTask = .singleLabel, thresholds: [Double]? = nil, isJSON: Bool,
        withLogits: Bool
    ) {
        self.labels = labels
        self.task = task
        self.thresholds = thresholds ?? Array(repeating: 0.5, count: labels.count)
        self.isJSON = isJSON
        self.withLogits = withLogits
    }

    /// The rows of some more texts, after the header where they are the first.
    /// - Parameter rows: scores before the softmax, those of each text in a row.
    package mutating func text(of rows: [[Float]]) -> String {
        var text = header()
        for logits in rows {
            let answers = task.answers(logits, logits.count)
            text += isJSON ? json(logits, answers) : line(logits, answers)
        }
        return text
    }

    /// What is left when there are no more texts: without any row the header alone.
    package mutating func rest() -> String { header() }

    /// Empty from the second time on.
    private mutating func header() -> String {
        if isJSON || hasHeader { return "" }
        hasHeader = true
        let answers =
            switch task.name {
            case .singleLabel: ["label", "probability"]
            case .multiLabel: ["labels"]
            case .regression: labels
            }
        let columns =
            answers + (task.name == .regression ? [] : labels.map { "p_\($0)" })
            + (withLogits ? labels.map { "logit_\($0)" } : [])
        return columns.joined(separator: "\t") + "\n"
    }

    private func line(_ logits: [Float], _ answers: [Double]) -> String {
        var fields: [String]
        switch task.name {
        case .singleLabel:
            let best = best(answers)
            fields = [labels[best], Self.text(answers[best])] + answers.map(Self.text)
        case .multiLabel: fields = [given(answers).canonicalText] + answers.map(Self.text)
        case .regression: fields = answers.map(Self.text)
        }
        if withLogits { fields += logits.map { "\($0)" } }
        return fields.joined(separator: "\t") + "\n"
    }

    private func best(_ answers: [Double]) -> Int {
        answers.indices.max { answers[$0] < answers[$1] } ?? 0
    }

    /// Names of the classes that are probable enough.
    private func given(_ answers: [Double]) -> JSONValue {
        .array(labels.indices.filter { answers[$0] >= thresholds[$0] }.map { .string(labels[$0]) })
    }

    private static func text(_ probability: Double) -> String { String(format: "%.6f", probability) }

    private func json(_ logits: [Float], _ answers: [Double]) -> String {
        let named = JSONValue.object(
            Dictionary(zip(labels, answers.map(JSONValue.number)), uniquingKeysWith: { $1 }))
        var members: [String: JSONValue]
        switch task.name {
        case .singleLabel:
            let best = best(answers)
            members = [
                "label": .string(labels[best]), "probability": .number(answers[best]), "probabilities": named,
            ]
        case .multiLabel: members = ["labels": given(answers), "probabilities": named]
        case .regression: members = ["scores": named]
        }
        if withLogits { members["logits"] = .array(logits.map { .number(Double($0)) }) }
        return JSONValue.object(members).canonicalText + "\n"
    }
}
