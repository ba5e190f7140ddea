import ShardFormat
import Testing

/// Answers in shards: what is written is read again, and numbers that do not fit are refused.
struct AnswerRowTests {
    /// Two questions on "서울 a", the first in two windows.
    private static let rows = [
        AnswerRow(
            start: 3, end: 3, firstToken: 3, begins: 3..<4, places: [0..<2], context: Array("서울 a".utf8),
            answers: [0..<2, 3..<4]),
        AnswerRow(start: 0, end: 0, firstToken: 3, begins: 3..<4, places: [3..<4]),
        AnswerRow(
            start: AnswerRow.none, end: AnswerRow.none, firstToken: 3, begins: 3..<5, places: [0..<2, 3..<4],
            context: Array("서울 a".utf8)),
    ]

    /// Three rows of tokens, with answers for as many as there are.
    private static func shard(_ answers: [AnswerRow] = rows) -> TokenShard {
        var shard = TokenShard(segments: true, answers: true)
        for row in 0..<3 {
            let context = (0..<(row == 2 ? 2 : 1)).map { Int32(7 + $0) }
            shard.append(
                tokens: [2, 5, 3] + context + [3], label: 0, comment: Int64(row / 2),
                segments: [0, 0, 0] + context.map { _ in 1 } + [1],
                answer: answers.indices.contains(row) ? answers[row] : nil)
        }
        return shard
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        try Self.shard().encoded(vocabularySize: 20).withUnsafeBytes { file in
            let view = try TokenShardView(file, vocabularySize: 20, labelCount: 2)
            #expect(view.hasAnswers && view.hasSegments && !view.hasTags)
            #expect((0..<3).map(view.answer) == Self.rows)
            #expect(view.answerPlace(of: 0)?.start == 3 && view.answerPlace(of: 2)?.end == AnswerRow.none)
        }
        try TokenShardTests.example().encoded(vocabularySize: 100).withUnsafeBytes { file in
            let view = try TokenShardView(file, vocabularySize: 100)
            #expect(!view.hasAnswers && view.answer(of: 0) == nil && view.answerPlace(of: 0) == nil)
        }
    }

    static let damages: [@Sendable (inout [AnswerRow]) -> Void] = [
        { $0[0].end = 2 }, { $0[0].end = 5 }, { $0[0].start = -1 }, { $0[0].firstToken = 0 },
        { $0[0].firstToken = 5 }, { $0[0].begins = 2..<4 }, { $0[0].begins = 3..<5 }, { $0[0].context = [] },
        { $0[1].places = [] }, { $0.removeLast() },
    ]

    @Test(arguments: damages.indices)
    func numbersThatDoNotFitAreRefused(number: Int) {
        #expect(throws: (any Error).self) {
            var rows = Self.rows
            Self.damages[number](&rows)
            try Self.shard(rows).encoded(vocabularySize: 20).withUnsafeBytes { file in
                _ = try TokenShardView(file, vocabularySize: 20, labelCount: 2)
            }
        }
    }
}
