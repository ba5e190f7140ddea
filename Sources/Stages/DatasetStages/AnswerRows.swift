internal import ShardFormat
internal import StageKit
internal import TextBasics
internal import TextCleaning
internal import Tokenization
internal import VoteModel

/// Rows of tokens of questions with their contexts, and where in each the answer is.
struct AnswerRows {
    let tokenizer: any Tokenizer
    let windows: ShardManifest.Windows
    let maxTokens: Int
    /// Of the context that was read last: questions on the same one follow each other.
    private var last: (given: [UInt8], places: CleanedPlaces)?

    typealias Row = (tokens: [Int32], segments: [UInt8], answer: AnswerRow)

    init(
        tokenizer: any Tokenizer, windows: ShardManifest.Windows, maxTokens: Int
    ) {
        self.tokenizer = tokenizer
        self.windows = windows
        self.maxTokens = maxTokens
    }

    /// The windows of a question's context, and whether the question was cut; none where no token stands for one of the two.
    ///
    /// - Parameters:
    ///   - question: as it is tokenized.
    ///   - given: the context as given, in which answers have their places.
    ///   - cleaned: the same as it is tokenized.
    mutating func rows(
        of answers: ArraySlice<TaggedWord>, question: [UInt8], given: [UInt8], cleaned: [UInt8]
    ) throws -> (rows: [Row], isCut: Bool) {
        let places: CleanedPlaces
        if let last, last.given == given {
            places = last.places
        } else {
            places = CleanedPlaces(given: given, cleaned: cleaned)
            last = (given, places)
        }
        let found = try QuestionWindows(
            question, context: cleaned, by: tokenizer, maxTokens: maxTokens,
            maxQuestion: windows.question, step: windows.step)
        let codePoints = places.codePoints(ofEach: found.pieces).map { range in
            range.map { Int32($0.lowerBound)..<Int32($0.upperBound) } ?? 0..<0
        }
        let target = answers.first.map { answer in
            places.bytes(of: Int(answer.start)..<Int(answer.end)).flatMap {
                Self.pieces(of: $0, among: found.pieces)
            }
        }
        let isLost = target.map { pieces in
            !found.rows.contains { row in pieces.map { $0.clamped(to: row.pieces) == $0 } ?? false }
        }
        let rows = found.rows.enumerated().map { number, row -> Row in
            var (start, end) = (AnswerRow.null, AnswerRow.null)
            if isLost == true {
                (start, end) = (AnswerRow.none, AnswerRow.none)
            } else if let pieces = target ?? nil, pieces.clamped(to: row.pieces) == pieces {
                start = Int32(row.token(of: pieces.lowerBound))
                end = Int32(row.token(of: pieces.upperBound - 1))
            }
            return (
                row.tokens, row.segments,
                AnswerRow(
                    start: start, end: end, firstToken: row.firstToken, begins: row.begins,
                    places: Array(codePoints[row.pieces]), context: number == 0 ? given : [],
                    answers: number == 0 ? answers.map { $0.start..<$0.end } : [])
            )
        }
        return (rows, found.lostQuestion > 0)
    }

    /// The pieces that have a part of some bytes; `nil` if none has.
    private static func pieces(of bytes: Range<Int>, among pieces: [Range<Int>]) -> Range<Int>? {
        guard let first = pieces.firstIndex(where: { $0.overlaps(bytes) }),
            let last = pieces.lastIndex(where: { $0.overlaps(bytes) })
        else { return nil }
        return first..<last + 1
    }
}

extension ShardWriter {
    /// Questions with their contexts: a row for each window.
    /// - Returns: the shard, and how many of its rows have a question that was cut.
    func answered(
        _ split: DatasetColumns, _ rows: [Int], _ auditor: inout TokenAuditor
    ) throws -> (TokenShard, truncatedRows: Int) {
        guard let windows, tokenizer.frame.holdsQuestions else {
            throw StageError("the tokenizer puts no tokens around pairs of texts, and questions need them")
        }
        let special = tokenizer.frame.count(isPair: true)
        guard maxTokens > special + windows.question else {
            throw StageError(
                "max_tokens is \(maxTokens), and a question of \(windows.question) pieces with the \(special) tokens around "
                    + "it leaves no room for a context",
                hint: "raise max_tokens, such as to 384, or lower max_query_tokens")
        }
        var maker = AnswerRows(tokenizer: tokenizer, windows: windows, maxTokens: maxTokens)
        let contexts = rows.map { split.pairs[$0] }
        let texts = reader
        let questions = try texts.texts(of: rows.map { split.ids[$0] })
        let cleaned = try texts.texts(of: contexts)
        var given: [Int64: [UInt8]] = [:]
        try context.ledger.scan(facts.cut, fields: .text, selection: .ids(contexts)) { comment in
            given[comment.id] = Array(comment.text)
        }
        var shard = TokenShard(segments: true, answers: true)
        var cutRows = 0
        let unknown = Int32(tokenizer.unknownID)
        for (place, row) in rows.enumerated() {
            guard let text = given[contexts[place]] else { throw StageError.vanishedComment(contexts[place]) }
            let found = try maker.rows(
                of: split.words[row], question: Array(questions[place]), given: text,
                cleaned: Array(cleaned[place]))
            for made in found.rows {
                shard.append(
                    tokens: made.tokens, label: 0, comment: split.ids[row], segments: made.segments,
                    answer: made.answer)
                if found.isCut { cutRows += 1 }
                // Only the sum of cut rows is kept, so it does not matter which of them are marked.
                auditor.add(
                    length: made.tokens.count, unknown: made.tokens.count { $0 == unknown },
                    truncated: found.isCut)
            }
        }
        return (shard, cutRows)
    }
}
