internal import TextBasics

/// Texts in, lines with their answers out; keeps count of what a user should know at the end.
package struct TextPrediction {
    private let scorer: TextScorer
    private var writer: AnswerWriter
    private var rows = 0
    private var rowsWithoutText = 0
    private var cutTexts = 0
    private var tokens = 0
    private var unknownTokens = 0

    /// - Parameter hasEscapes: whether TSV is written as exports write it.
    package init(_ scorer: TextScorer, isJSON: Bool, withLogits: Bool, hasEscapes: Bool) {
        self.scorer = scorer
        writer = AnswerWriter(
            scorer.answers, isJSON: isJSON, withLogits: withLogits, hasEscapes: hasEscapes)
    }

    /// The lines for some more rows, after the header where they are the first.
    package mutating func text(of block: TextBlock) throws -> String {
        let answerable = block.rows.filter { scorer.canRead($0) }
        let scored = try scorer.score(
            answerable.compactMap(\.text),
            titles: scorer.textPair == nil ? nil : answerable.map(\.title))
        rows += block.rows.count
        rowsWithoutText += block.rows.count - answerable.count
        cutTexts += scored.isCut.count(where: \.self)
        tokens += scored.tokens
        unknownTokens += scored.unknownTokens
        var rest = scored.scores[...]
        return writer.text(of: block, block.rows.map { scorer.canRead($0) ? rest.popFirst() : nil })
    }

    /// The rest after the last row: without any row only the header.
    package mutating func rest() -> String { writer.rest() }

    /// What was unusual about the rows, as sentences.
    package var remarks: [String] {
        var remarks: [String] = []
        if rowsWithoutText > 0 {
            remarks.append(
                "\(Counts.text(rowsWithoutText, "row")) of \(Counts.text(rows, "row")) had no text and got an empty answer"
            )
        }
        if cutTexts > 0, let maxTokens = scorer.maxTokens {
            remarks.append(
                "\(Counts.text(cutTexts, "text")) of \(Counts.text(rows - rowsWithoutText, "text")) had more than the "
                    + "\(maxTokens) tokens that the model reads, and were cut")
        }
        if writer.abstained > 0, let band = scorer.answers.rule.abstention {
            remarks.append(
                "\(Counts.text(writer.abstained, "row")) got no label: the probability is in the band "
                    + "\(band.lowerBound) ... \(band.upperBound)")
        }
        if let remark = TextScorer.remark(tokens: tokens, unknown: unknownTokens) { remarks.append(remark) }
        return remarks
    }
}
