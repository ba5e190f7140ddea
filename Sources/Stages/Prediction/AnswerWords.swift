private import Foundation
internal import Training

/// Answers for people who ask about a text or two: the answer on a line, and below it what moved it.
struct AnswerWords {
    private let answers: ModelAnswers

    init(_ answers: ModelAnswers) { self.answers = answers }

    /// The lines for a text, with an empty one at their end.
    /// - Parameters:
    ///   - scores: as the head gives them; `nil` for a row without a text.
    ///   - reasons: for the answer, of each class that is given.
    func text(_ scores: [Float]?, _ reasons: [AnswerReason]) -> String {
        guard let scores else { return "no text\n\n" }
        var lines: [String] = []
        let (values, chosen) = answers.answer(scores).parts(answers.rule)
        for label in chosen.isEmpty ? values.indices.map(\.self) : chosen {
            let name = chosen.isEmpty ? "not \(answers.labels[label])" : answers.labels[label]
            lines.append("\(name)  \(String(format: "%.3f", values[label]))")
            for reason in reasons where reason.label == label {
                lines.append(
                    "  \(String(format: "%+.3f", reason.effect))  \"\(reason.feature)\""
                        + (reason.field == "text" ? "" : "  (\(reason.field))"))
            }
        }
        return lines.joined(separator: "\n") + "\n\n"
    }
}

extension ModelAnswers.Answer {
    /// A number for each class or score, and the classes that are given, of numbers all.
    fileprivate func parts(_ rule: AnswerRule) -> (values: [Double], chosen: [Int]) {
        switch self {
        case .oneClass(let label, let probabilities):
            (probabilities, [label ?? rule.bestClass(probabilities)])
        case .anyClasses(let chosen, let probabilities): (probabilities, chosen)
        case .numbers(let values): (values, Array(values.indices))
        }
    }

    /// The classes or scores that reasons are given for: those of the answer, or where it has none the most probable one.
    func explained(_ rule: AnswerRule) -> [Int] {
        let (values, chosen) = parts(rule)
        guard chosen.isEmpty, let best = values.indices.max(by: { values[$0] < values[$1] }) else {
            return chosen
        }
        return [best]
    }
}
