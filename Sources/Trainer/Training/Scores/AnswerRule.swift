import CLibrary
import JSON

/// How the scores of one class of each row become an answer. What is chosen on the dev side is kept in the model's folder and
/// used wherever the model answers.
package struct AnswerRule: Hashable, Sendable {
    /// What scores are divided by before they become probabilities. More than 1 makes a model that is too sure of itself less
    /// sure; the answers stay the same.
    package var temperature: Double
    /// Of two classes, the least probability of the second one at which it is the answer; nil: the more probable one is.
    package var threshold: Double?
    /// Probabilities at which no answer is given: of two classes, those of the second one; of more, those of the answer.
    package var abstention: ClosedRange<Double>?

    /// How probabilities choose the class, if there is no threshold. Follows from the task and is not kept with the rule.
    var choice = AnswerChoice.mostProbable

    package init(temperature: Double = 1, threshold: Double? = nil, abstention: ClosedRange<Double>? = nil) {
        self.temperature = temperature
        self.threshold = threshold
        self.abstention = abstention
    }

    /// The most probable class, from the scores as they are.
    package static let plain = AnswerRule()

    /// Whether nothing was chosen: neither temperature nor threshold nor band.
    package var isPlain: Bool { temperature == 1 && threshold == nil && abstention == nil }

    /// The probabilities of each row, `[rows, classes]`, row-major.
    package func probabilities(_ scores: [Float], classCount: Int) -> [Double] {
        if temperature == 1 { return Predictor.softmax(scores, classCount: classCount) }
        return Predictor.softmax(scores.map { Float(Double($0) / temperature) }, classCount: classCount)
    }

    /// The class of a row, were there no abstention.
    package func bestClass(_ probabilities: some RandomAccessCollection<Double>) -> Int {
        let values = Array(probabilities)
        if values.count == 2, let threshold { return values[1] >= threshold ? 1 : 0 }
        return choice.best(values[...])
    }

    /// The class of a row; nil if the model abstains.
    package func answer(_ probabilities: some RandomAccessCollection<Double>) -> Int? {
        let best = bestClass(probabilities)
        guard let abstention else { return best }
        let values = Array(probabilities)
        return abstention.contains(values.count == 2 ? values[1] : values[best]) ? nil : best
    }
}

extension AnswerRule {
    /// Reads what ``json`` writes.
    /// - Throws: ``TrainingError`` naming the file and the number that is out of range.
    init(_ node: JSONValue, _ path: String) throws(TrainingError) {
        func number(_ key: String, in range: ClosedRange<Double>) throws(TrainingError) -> Double? {
            guard let value = node[key] else { return nil }
            guard let number = value.doubleValue, range.contains(number) else {
                throw .file(
                    path: path,
                    problem:
                        "'splitvote.answers.\(key)' must be a number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return number
        }
        self.init(
            temperature: try number("temperature", in: 1e-6...1e6) ?? 1,
            threshold: try number("threshold", in: 0...1))
        guard let band = node["abstain"] else { return }
        let ends = band.arrayValue?.compactMap(\.doubleValue) ?? []
        guard ends.count == 2, 0 <= ends[0], ends[0] <= ends[1], ends[1] <= 1 else {
            throw .file(
                path: path,
                problem: "'splitvote.answers.abstain' must be two numbers from 0 to 1, the lower one first")
        }
        abstention = ends[0]...ends[1]
    }

    /// As it is in `config.json`.
    var json: JSONValue {
        func number(_ value: Double) -> JSONValue { .number(value) }
        var members = [JSONMember("temperature", number(temperature))]
        if let threshold { members.append(JSONMember("threshold", number(threshold))) }
        if let abstention {
            members.append(
                JSONMember("abstain", .array([number(abstention.lowerBound), number(abstention.upperBound)])))
        }
        return .object(members)
    }
}
