import Testing
import TextBasics
import Tokenization

/// Texts that are too long lose their beginning where asked to, as with Hugging Face's `truncation_side="left"`.
struct TruncationSideTests {
    static let tokenizer = Result {
        try WordPieceTokenizer(
            vocabulary: Vocabulary(
                bytes: Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\nd\ne\n##f\n".utf8)),
            options: TokenizerOptions(mode: .hfFast, lowercase: false))
    }

    static let texts = ["", "a", "a b c d e", "af bf cf df ef a b", "e d c b a e d c a"]

    @Test(arguments: 3...12)
    func theLastPiecesStay(limit: Int) throws {
        let tokenizer = try Self.tokenizer.get()
        for text in Self.texts {
            let whole = try tokenizer.encode(Array(text.utf8)).ids
            let inner = Array(whole.dropFirst().dropLast())
            let left = try tokenizer.encode(Array(text.utf8), maxTokens: limit, cutting: .left)
            #expect(left.ids == [2] + inner.suffix(limit - 2) + [3], "\(text)")
            #expect(
                left.offsets.dropFirst().dropLast().last?.upperBound ?? 0
                    == (inner.isEmpty ? 0 : text.utf8.count))
            let batch = try tokenizer.encodeBatch(UTF8Rows([text]), maxTokens: limit, cutting: .left)
            #expect(Array(batch[0]) == left.ids, "\(text)")
            let right = try tokenizer.encode(Array(text.utf8), maxTokens: limit).ids
            #expect((right == left.ids) == (inner.count <= limit - 2), "\(text): the negative control")
        }
    }

    @Test(arguments: 5...14)
    func bothTextsOfAPairLoseTheirBeginning(limit: Int) throws {
        let tokenizer = try Self.tokenizer.get()
        for first in Self.texts {
            for second in Self.texts {
                let right = try tokenizer.encode(
                    Array(first.utf8), pair: Array(second.utf8), maxTokens: limit)
                let left = try tokenizer.encode(
                    Array(first.utf8), pair: Array(second.utf8), maxTokens: limit, cutting: .left)
                #expect(left.segmentIDs == right.segmentIDs, "the same lengths")
                func inner(_ text: String) throws -> [Int32] {
                    Array(try tokenizer.encode(Array(text.utf8)).ids.dropFirst().dropLast())
                }
                let count = left.segmentIDs.count { $0 == 0 } - 2
                let expected: [Int32] =
                    [2] + (try inner(first)).suffix(count) + [3]
                    + (try inner(second)).suffix(left.ids.count - count - 3) + [3]
                #expect(left.ids == expected, "\(first) | \(second)")
                let batch = try tokenizer.encodeBatch(
                    UTF8Rows([first]), pairs: UTF8Rows([second]), maxTokens: limit, cutting: .left)
                #expect(Array(batch[0]) == left.ids && batch.segmentIDs == left.segmentIDs)
            }
        }
    }
}
