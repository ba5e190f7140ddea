private import Foundation
internal import StageKit
internal import Training

/// Writes answers as TSV or JSON lines.
package struct AnswerWriter {
    private let labels: [String]
    private let isJSON: Bool
    private let withLogits: Bool
    private var hasHeader = false

    /// - Parameters:
    ///   - labels: names of the classes, in the order of the scores.
    ///   - withLogits: whether rows also have the scores before the softmax.
    package init(labels: [String], isJSON: Bool, withLogits: Bool) {
        self.labels = labels
        self.isJSON = isJSON
        self.withLogits = withLogits
    }

    /// The rows of some more texts, after the header where they are the first.
    /// - Parameter rows: scores before the softmax, those of each text in a row.
    package mutating func text(of rows: [[Float]]) -> String {
        var text = header()
        for logits in rows {
            let probabilities = Predictor.softmax(logits, classCount: logits.count)
            let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
            text += isJSON ? json(logits, probabilities, best) : line(logits, probabilities, best)
        }
        return text
    }

    /// What is left when there are no more texts: without any row the header alone.
    package mutating func rest() -> String { header() }

    /// Empty from the second time on.
    private mutating func header() -> String {
        if isJSON || hasHeader { return "" }
        hasHeader = true
        let columns =
            ["label", "probability"] + labels.map { "p_\($0)" }
            + (withLogits ? labels.map { "logit_\($0)" } : [])
        return columns.joined(separator: "\t") + "\n"
    }

    private func line(_ logits: [Float], _ probabilities: [Double], _ best: Int) -> String {
        var fields = [labels[best], Self.text(probabilities[best])] + probabilities.map(Self.text)
        if withLogits { fields += logits.map { "\($0)" } }
        return fields.joined(separator: "\t") + "\n"
    }

    private static func text(_ probability: Double) -> String { String(format: "%.6f", probability) }

    private func json(_ logits: [Float], _ probabilities: [Double], _ best: Int) -> String {
        var members: [String: JSONValue] = [
            "label": .string(labels[best]), "probability": .number(probabilities[best]),
            "probabilities": .object(
                Dictionary(zip(labels, probabilities.map(JSONValue.number)), uniquingKeysWith: { $1 })),
        ]
        if withLogits { members["logits"] = .array(logits.map { .number(Double($0)) }) }
        return JSONValue.object(members).canonicalText + "\n"
    }
}
