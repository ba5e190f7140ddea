package import StageKit
internal import TextBasics

/// Texts in, lines with their answers out; keeps count of what a user should know at the end.
package struct TextPrediction {
    /// How answers are written.
    package enum Form: String, CaseIterable, Sendable {
        case tsv, jsonl
        /// For people, the reasons below each answer.
        case words
    }

    private let scorer: TextScorer
    private var writer: AnswerWriter
    /// Of a model that tags words.
    private var spans: SpanWriter
    /// Of a model that finds answers in contexts.
    private var places: PlaceWriter
    /// For people; `nil` for tables.
    private let words: AnswerWords?
    private let explains: Bool
    private var rows = 0
    private var rowsWithoutText = 0
    private var cutTexts = 0
    private var tokens = 0
    private var unknownTokens = 0

    /// Most reasons for an answer.
    private static let mostReasons = 10

    /// - Parameters:
    ///   - hasEscapes: whether TSV is written as exports write it.
    ///   - explains: the model's folder as the user named it, if answers are to come with what moved them.
    /// - Throws: `StageError` for a model whose answers cannot be explained.
    package init(
        _ scorer: TextScorer, as form: Form, withLogits: Bool, hasEscapes: Bool,
        explaining folder: String? = nil
    ) throws(StageError) {
        if let folder { try scorer.requireReasons(shownAs: folder) }
        if scorer.tagger != nil || scorer.reader != nil, form == .words || withLogits {
            let gives = scorer.reader == nil ? "gives a tag to each word" : "finds answers in contexts"
            throw StageError(
                "the model \(gives), and \(withLogits ? "--logits" : "--format words") is for one answer to a text",
                hint: withLogits ? "leave --logits out" : "set --format to tsv or jsonl")
        }
        self.scorer = scorer
        spans = SpanWriter(isJSON: form == .jsonl, hasEscapes: hasEscapes)
        places = PlaceWriter(isJSON: form == .jsonl, hasEscapes: hasEscapes)
        explains = folder != nil
        words = form == .words ? AnswerWords(scorer.answers) : nil
        writer = AnswerWriter(
            scorer.answers, isJSON: form == .jsonl, withLogits: withLogits, hasEscapes: hasEscapes,
            explains: explains)
    }

    /// The lines for some more rows, after the header where they are the first.
    package mutating func text(of block: TextBlock) throws -> String {
        if let tagger = scorer.tagger { return try text(of: block, by: tagger) }
        if let reader = scorer.reader { return try text(of: block, by: reader) }
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
        let scores = block.rows.map { scorer.canRead($0) ? rest.popFirst() : nil }
        let reasons = explains ? zip(block.rows, scores).map(reasons) : []
        let text = writer.text(of: block, scores, reasons: reasons)
        guard let words else { return text }
        return scores.indices.map { words.text(scores[$0], explains ? reasons[$0] : []) }.joined()
    }

    /// The spans of some more rows.
    private mutating func text(of block: TextBlock, by tagger: TextTagger) throws -> String {
        let answerable = block.rows.filter { scorer.canRead($0) }
        var found = try tagger.spans(of: answerable.compactMap(\.text))[...]
        rows += block.rows.count
        rowsWithoutText += block.rows.count - answerable.count
        return spans.header(keeping: block.keptColumns)
            + block.rows.map { row in
                spans.text(of: row, block.keptColumns, scorer.canRead(row) ? found.popFirst() : nil)
            }.joined()
    }

    /// The answers to some more questions.
    private mutating func text(of block: TextBlock, by reader: QuestionReader) throws -> String {
        let answerable = block.rows.filter { scorer.canRead($0) }
        var found = try reader.answers(
            to: answerable.compactMap { row in row.text.map { (question: row.title, context: $0) } })[...]
        rows += block.rows.count
        rowsWithoutText += block.rows.count - answerable.count
        cutTexts += found.count(where: \.isCut)
        return places.header(keeping: block.keptColumns)
            + block.rows.map { row in
                places.text(of: row, block.keptColumns, scorer.canRead(row) ? found.popFirst() : nil)
            }.joined()
    }

    private func reasons(_ row: TextRow, _ scores: [Float]?) -> [AnswerReason] {
        guard let scores, let text = row.text else { return [] }
        let answers = scorer.answers
        return scorer.reasons(
            for: answers.answer(scores).explained(answers.rule), text: text,
            title: scorer.textPair == nil ? nil : row.title, most: Self.mostReasons)
    }

    /// The rest after the last row: without any row only the header.
    package mutating func rest() -> String {
        if scorer.tagger != nil { return spans.header(keeping: []) }
        if scorer.reader != nil { return places.header(keeping: []) }
        return words == nil ? writer.rest() : ""
    }

    /// What was unusual about the rows, as sentences.
    package var remarks: [String] {
        var remarks: [String] = []
        if rowsWithoutText > 0 {
            remarks.append(
                "\(Counts.text(rowsWithoutText, "row")) of \(Counts.text(rows, "row")) had no text and got an empty answer"
            )
        }
        if cutTexts > 0, let most = scorer.reader?.mostOfQuestion {
            remarks.append(
                "\(Counts.text(cutTexts, "question")) had more than the \(most) tokens that the model reads of one, and were cut"
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
