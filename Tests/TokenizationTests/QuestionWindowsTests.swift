import Testing
import Tokenization

/// Questions and contexts as rows: what is around them, and how long contexts are divided.
struct QuestionWindowsTests {
    private static let pieces = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "어디", "서울", "##은", "큰", "도시", "##다", ".", "1", "2",
    ]

    private static func tokenizer() throws -> WordPieceTokenizer {
        let options = TokenizerOptions(mode: .hfFast, lowercase: false, stripAccents: nil)
        let bytes = Array((pieces.joined(separator: "\n") + "\n").utf8)
        return try WordPieceTokenizer(vocabulary: Vocabulary(bytes: bytes), options: options)
    }

    private static func windows(
        _ question: String, _ context: String, maxTokens: Int = 32, maxQuestion: Int = 8, step: Int = 4
    ) throws -> QuestionWindows {
        try QuestionWindows(
            Array(question.utf8), context: Array(context.utf8), by: tokenizer(), maxTokens: maxTokens,
            maxQuestion: maxQuestion, step: step)
    }

    @Test func aShortContextIsOneRowAsTheTokenizerMakesIt() throws {
        let found = try Self.windows("어디", "서울은 큰 도시다.")
        let whole = try Self.tokenizer().encode(
            Array("어디".utf8), pair: Array("서울은 큰 도시다.".utf8), maxTokens: nil, cutting: .right,
            addsSpecialTokens: true)
        #expect(found.rows.map(\.tokens) == [whole.ids] && found.rows[0].segments == whole.segmentIDs)
        #expect(
            found.rows[0].firstToken == 3 && found.rows[0].pieces == 0..<6 && found.rows[0].begins == 3..<9)
        #expect(found.rows[0].token(of: 2) == 5 && found.pieces[0] == 0..<6 && found.lostQuestion == 0)
    }

    /// Four pieces of room, three further each time; a piece in two windows counts where more is around it.
    @Test func aLongContextIsDividedByTheStep() throws {
        let context = "큰 도시 큰 도시 큰 도시 큰 도시 큰"
        let found = try Self.windows("어디", context, maxTokens: 8, step: 3)
        #expect(found.rows.map(\.pieces) == [0..<4, 3..<7, 6..<9])
        #expect(found.rows.map(\.tokens.count) == [8, 8, 7])
        // Piece 3 is the last of one window and the first of the next: of equals the first counts, and the longer one.
        #expect(found.rows.map(\.begins) == [3..<7, 4..<7, 4..<6])
        let counted = zip(found.rows, found.rows.map(\.begins)).flatMap { row, begins in
            begins.map { row.pieces.lowerBound + $0 - row.firstToken }
        }
        #expect(counted == Array(0..<9), "each piece counts once")
    }

    @Test func aStepBeyondTheWindowLeavesNothingOut() throws {
        let found = try Self.windows("어디", "큰 도시 큰 도시 큰 도시 큰", maxTokens: 8, step: 100)
        #expect(found.rows.map(\.pieces) == [0..<4, 4..<7])
    }

    @Test func aLongQuestionIsCutAtItsEnd() throws {
        let found = try Self.windows("어디 큰 도시", "서울", maxQuestion: 2)
        #expect(found.lostQuestion == 1 && found.rows.map(\.tokens) == [[2, 5, 8, 3, 6, 3]])
    }

    @Test(arguments: [("", "서울"), ("어디", ""), (" ", "서울")])
    func withoutAPieceThereIsNoRow(question: String, context: String) throws {
        #expect(try Self.windows(question, context).rows.isEmpty)
    }

    /// Windows of BERT's program for SQuAD and of overlapping pieces are not the same.
    @Test func stepAndOverlapDiffer() {
        let stepped = TokenWindows(count: 361, size: 200, step: 128)
        let overlapping = TokenWindows(count: 361, size: 200, overlap: 128)
        #expect(stepped.ranges == [0..<200, 128..<328, 256..<361])
        #expect(overlapping.ranges.count == 4 && overlapping.ranges[1].lowerBound == 72)
        #expect(TokenWindows(count: 0, size: 4, step: 2).ranges.isEmpty)
    }
}
