import Testing
import TextBasics
import Tokenization

/// Which piece answers for a word, and where: by the places of pieces in the text.
struct WordAlignmentTests {
    private static let pieces = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "홍길", "##동", "##이", "서울", "##에", "갔", "##다", ".", "a",
        "##b",
    ]

    private static func tokenizer() throws -> WordPieceTokenizer {
        let options = TokenizerOptions(mode: .hfFast, lowercase: false, stripAccents: nil)
        let bytes = Array((pieces.joined(separator: "\n") + "\n").utf8)
        return try WordPieceTokenizer(vocabulary: Vocabulary(bytes: bytes), options: options)
    }

    /// Bytes of the words between blanks, or of all characters but blanks.
    private static func words(_ text: String, characters: Bool) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var place = 0
        for scalar in text.unicodeScalars {
            let next = place + scalar.utf8.count
            defer { place = next }
            if scalar == " " { continue }
            if !characters, let last = words.last, last.upperBound == place {
                words[words.count - 1] = last.lowerBound..<next
            } else {
                words.append(place..<next)
            }
        }
        return words
    }

    private static func alignment(
        _ text: String, characters: Bool = false, maxTokens: Int = 64, overlap: Int = 0
    ) throws -> WordAlignment {
        try WordAlignment(
            Array(text.utf8), words: words(text, characters: characters), by: tokenizer(),
            maxTokens: maxTokens,
            overlap: overlap)
    }

    @Test func theFirstPieceAnswersForAWord() throws {
        let found = try Self.alignment("홍길동이 서울에 갔다.")
        // 홍길 ##동 ##이 서울 ##에 갔 ##다 .
        #expect(found.answering == [0, 3, 5])
        #expect(found.wordOfPiece == [0, 0, 0, 1, 1, 2, 2, 2])
        #expect(found.rows.map(\.tokens) == [[2, 5, 6, 7, 8, 9, 10, 11, 12, 3]])
        #expect(found.rows[0].words == [0, 1, 2] && found.rows[0].token(of: 3) == 4)
    }

    @Test func charactersOfOnePieceShareItsAnswer() throws {
        let found = try Self.alignment("홍길동이 x 갔다", characters: true)
        #expect(found.answering == [0, 0, 1, 2, 3, 4, 5])
        #expect(found.wordOfPiece == [0, 2, 3, 4, 5, 6], "[UNK] has its place in the text too")
    }

    @Test func aWordWithoutAPieceHasNoAnswer() throws {
        // U+200B is taken out of the text, and of a word of it alone nothing is left.
        let found = try Self.alignment("홍길 \u{200B} 서울")
        #expect(found.answering == [0, nil, 1])
        #expect(found.rows.map(\.words) == [[0, 1, 2]], "it goes with the word before")
        #expect(try Self.alignment("\u{200B}").rows.isEmpty)
        let gone = try WordAlignment(
            Array("홍길".utf8), words: [0..<6, nil], by: Self.tokenizer(), maxTokens: 8, overlap: 0)
        #expect(gone.answering == [0, nil])
    }

    @Test(arguments: [5, 6, 9, 12], [0, 1, 2])
    func eachWordIsAnsweredOnceInWindows(maxTokens: Int, overlap: Int) throws {
        let text = Array(repeating: "홍길동이 a 서울에", count: 12).joined(separator: " ")
        let found = try Self.alignment(text, maxTokens: maxTokens, overlap: overlap)
        #expect(found.rows.flatMap(\.words) == Array(0..<36))
        for row in found.rows {
            #expect(row.tokens.count <= maxTokens && row.tokens.first == 2 && row.tokens.last == 3)
            for word in row.words {
                let piece = try #require(found.answering[word])
                #expect(row.pieces.contains(piece) && found.counts(piece, in: row))
            }
        }
        // Without overlap each piece is in one window, but for the last, which is as long as the others.
        #expect(found.rows.count > 1)
    }

    // MARK: Windows

    @Test(arguments: 0..<200 as Range<UInt64>)
    func windowsCoverAllAndTheBestSeesMost(seed: UInt64) {
        var random = SplitMix(state: seed)
        let count = Int(random.next() % 40)
        let size = 1 + Int(random.next() % 12)
        let overlap = Int(random.next() % UInt64(size))
        let windows = TokenWindows(count: count, size: size, overlap: overlap)
        #expect(Set(windows.ranges.joined()) == Set(0..<count), "seed \(seed)")
        #expect(windows.ranges.allSatisfy { $0.count == min(size, count) }, "seed \(seed)")
        for (one, other) in zip(windows.ranges, windows.ranges.dropFirst()) {
            #expect(one.upperBound - other.lowerBound >= overlap, "seed \(seed)")
        }
        for piece in 0..<count {
            func context(_ range: Range<Int>) -> Int {
                range.contains(piece) ? min(piece - range.lowerBound, range.upperBound - 1 - piece) : -1
            }
            let best = windows.best(for: piece)
            #expect(
                windows.ranges.allSatisfy { context($0) <= context(windows.ranges[best]) }, "seed \(seed)")
        }
        // Rising, so that words keep their order from window to window.
        let order = (0..<count).map(windows.best)
        #expect(order == order.sorted(), "seed \(seed)")
    }

    private struct SplitMix {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
