/// The pieces that a tokenizer makes of a text, laid over words whose places in it are known: which piece answers for each word,
/// and in which window.
///
/// It goes by the places of pieces in the text, and does not tokenize words one by one: a tokenizer may drop characters, or make
/// one [UNK] of a whole word.
package struct WordAlignment: Sendable {
    /// One row for a model: a window of the text's pieces between the tokens that the tokenizer puts around them.
    package struct Row: Hashable, Sendable {
        package var tokens: [Int32]
        /// The pieces in it, and the place of the first of them among the tokens.
        package var pieces: Range<Int>
        package var firstToken: Int
        /// The words whose answer is read here, in their order; those that no piece stands for go with the word before.
        package var words: [Int]
        fileprivate var window: Int

        /// The place of a piece among the tokens.
        package func token(of piece: Int) -> Int { firstToken + piece - pieces.lowerBound }
    }

    /// The word that each piece answers for, or else the first that it has a part of; nil for a piece of no word.
    package let wordOfPiece: [Int?]
    /// The piece that answers for each word, the first that has a part of it; nil for a word that no piece stands for.
    package let answering: [Int?]
    /// In the order of the text; none where no word has a piece.
    package private(set) var rows: [Row] = []
    private let windowOfPiece: [Int]

    /// - Parameters:
    ///   - text: UTF-8.
    ///   - words: bytes of each word, rising; nil for a word that is no longer in the text.
    ///   - maxTokens: most tokens of a row, those around the pieces included.
    ///   - overlap: pieces that neighboring windows have in common.
    /// - Throws: ``TokenizationError``, also where there is no room for a piece.
    package init(
        _ text: [UInt8], words: [Range<Int>?], by tokenizer: any Tokenizer, maxTokens: Int, overlap: Int
    ) throws(TokenizationError) {
        let pieces = try tokenizer.encode(
            text, pair: nil, maxTokens: nil, cutting: .right, addsSpecialTokens: false)
        let (before, after) = (tokenizer.frame.before, tokenizer.frame.after)
        (wordOfPiece, answering) = Self.align(pieces.offsets, words, byteCount: text.count)
        let size = max(1, maxTokens - before.count - after.count)
        let windows = TokenWindows(count: pieces.ids.count, size: size, overlap: min(overlap, size - 1))
        windowOfPiece = pieces.ids.indices.map(windows.best)
        var wordsOf = Array(repeating: [Int](), count: windows.ranges.count)
        guard let first = answering.lazy.compactMap({ $0 }).first else { return }
        var window = windowOfPiece[first]
        for (word, piece) in answering.enumerated() {
            if let piece { window = windowOfPiece[piece] }
            wordsOf[window].append(word)
        }
        for (window, range) in windows.ranges.enumerated() where !wordsOf[window].isEmpty {
            rows.append(
                Row(
                    tokens: before + pieces.ids[range] + after, pieces: range, firstToken: before.count,
                    words: wordsOf[window], window: window))
        }
    }

    /// Whether a piece counts in a row: other windows have it too, and one of them sees most around it.
    package func counts(_ piece: Int, in row: Row) -> Bool { windowOfPiece[piece] == row.window }

    private static func align(
        _ pieces: [Range<Int>], _ words: [Range<Int>?], byteCount: Int
    ) -> (wordOfPiece: [Int?], answering: [Int?]) {
        var wordOfByte = [Int](repeating: -1, count: byteCount)
        for (word, range) in words.enumerated() {
            for byte in (range ?? 0..<0).clamped(to: 0..<byteCount) { wordOfByte[byte] = word }
        }
        var answering = [Int?](repeating: nil, count: words.count)
        var wordOfPiece = [Int?](repeating: nil, count: pieces.count)
        for (piece, range) in pieces.enumerated() {
            var own: Int?
            for word in wordOfByte[range] where word >= 0 && answering[word] == nil {
                answering[word] = piece
                own = own ?? word
            }
            wordOfPiece[piece] = own ?? wordOfByte[range].first { $0 >= 0 }
        }
        return (wordOfPiece, answering)
    }
}
