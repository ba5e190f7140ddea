internal import StageKit
internal import Training

/// What the answers are together.
struct PredictionFigures {
    private let answers: ModelAnswers
    private var rows = 0
    private var withoutAnswer = 0
    private var cutTexts = 0
    private var ofClass: [Int]
    private var sum = 0.0
    /// Rows that no earlier run had answered.
    var scored = 0

    init(_ answers: ModelAnswers) {
        self.answers = answers
        ofClass = answers.labels.map { _ in 0 }
    }

    mutating func add(_ answer: ModelAnswers.Answer, isCut: Bool) {
        rows += 1
        cutTexts += isCut ? 1 : 0
        switch answer {
        case .oneClass(let label?, _): ofClass[label] += 1
        case .oneClass(nil, _): withoutAnswer += 1
        case .anyClasses(let classes, _): for label in classes { ofClass[label] += 1 }
        case .numbers(let values): sum += values[0]
        }
    }

    var json: JSONValue {
        var figures: [String: JSONValue] = [
            "rows": .integer(rows), "scored": .integer(scored), "cut_texts": .integer(cutTexts),
        ]
        if answers.form == .numbers {
            figures["score"] = .string(answers.labels.first ?? "")
            if rows > 0 { figures["mean"] = .number(sum / Double(rows)) }
            return .object(figures)
        }
        if answers.form == .oneClass { figures["without_answer"] = .integer(withoutAnswer) }
        figures["classes"] = .array(
            zip(answers.labels, ofClass).map { ["name": .string($0), "rows": .integer($1)] })
        if rows > 0 { figures["largest_share"] = .number(Double(ofClass.max() ?? 0) / Double(rows)) }
        return .object(figures)
    }
}
