private import Foundation
internal import Prediction
internal import TextBasics
internal import Training

/// A model's answers to texts: the label, its probability, and that of each label; or the labels; or the score.
struct PredictFilter: TextFilter {
    private let scorer: TextScorer
    let columns: [String]
    private var cut = 0
    private var abstained = 0

    /// - Parameter names: of the columns that rows have already, which those of the answers are not to be called by.
    init(_ scorer: TextScorer, beside names: [String]) {
        self.scorer = scorer
        let writer = AnswerWriter(scorer.answers, isJSON: false, withLogits: false)
        columns = Array(writer.columns(keeping: names).dropFirst(names.count))
    }

    mutating func results(of texts: [[UInt8]?]) throws -> [FilterResult] {
        let scored = try scorer.score(texts.compactMap { $0 })
        cut += scored.isCut.count(where: \.self)
        var rest = scored.scores[...]
        return texts.map { text in
            guard text != nil, let scores = rest.popFirst() else {
                return FilterResult(fields: columns.map { _ in nil })
            }
            return FilterResult(fields: fields(scorer.answers.answer(scores)))
        }
    }

    private mutating func fields(_ answer: ModelAnswers.Answer) -> [[UInt8]?] {
        let labels = scorer.answers.labels
        switch answer {
        case .oneClass(let label, let probabilities):
            if label == nil { abstained += 1 }
            let best = label ?? scorer.answers.rule.bestClass(probabilities)
            return [label.map { Array(labels[$0].utf8) }, Self.text(probabilities[best])]
                + probabilities.map(Self.text)
        case .anyClasses(let chosen, let probabilities):
            return [Array(chosen.map { labels[$0] }.joined(separator: ",").utf8)]
                + probabilities.map(Self.text)
        case .numbers(let values): return values.map(Self.text)
        }
    }

    private static func text(_ value: Double) -> [UInt8]? { Array(String(format: "%.6f", value).utf8) }

    var remarks: [String] {
        var remarks: [String] = []
        if cut > 0, let most = scorer.maxTokens {
            remarks.append(
                "cut: \(Counts.text(cut, "text")) of more than the \(most) tokens that the model reads")
        }
        if abstained > 0 {
            remarks.append(
                "without a label, the probability being in the model's band: \(Counts.text(abstained, "row"))"
            )
        }
        return remarks
    }
}
