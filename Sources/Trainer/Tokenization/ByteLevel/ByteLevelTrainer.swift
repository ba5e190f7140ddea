internal import JSON
package import TextBasics

/// Trains a byte-level vocabulary and its merges as `BpeTrainer` of Hugging Face's `tokenizers` does with the pre-tokenizer
/// ByteLevel and its alphabet.
///
/// The vocabulary starts with the special tokens and the 256 bytes, and grows by the most frequent pair of neighboring
/// pieces, merged in all words; of equally frequent pairs the one of lower ids goes first.
package struct ByteLevelTrainer: Sendable {
    package struct Settings: Hashable, Sendable {
        /// Most pieces, special tokens and bytes included.
        package var vocabularySize = 30_000
        /// Fewest times that a pair must be seen to become a piece.
        package var minFrequency = 2
        /// First pieces of the vocabulary, in this order.
        package var specialTokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
        /// Whether a space is put in front of texts that do not start with one.
        package var addsPrefixSpace = false

        package init() {}
    }

    /// A trained vocabulary: the bytes of `vocab.json` and `merges.txt`.
    package struct Files: Hashable, Sendable {
        package var vocabulary: [UInt8]
        package var merges: [UInt8]
        /// Number of pieces and of merges.
        package var pieceCount: Int
        package var mergeCount: Int
        /// Different words in the texts.
        package var distinctWords: Int
        /// How often the last merged pair was seen; nil: nothing was merged.
        package var lastFrequency: Int?
    }

    private let settings: Settings
    private var counter = WordCounter()
    private let classes = LetterClasses.shared

    /// - Throws: ``TokenizationError/request(_:)`` for settings that cannot be met.
    package init(settings: Settings) throws(TokenizationError) {
        let needed = settings.specialTokens.count + 256
        guard needed...10_000_000 ~= settings.vocabularySize else {
            throw .request(
                "a vocabulary of \(settings.vocabularySize) pieces was asked for; give \(needed) (the special tokens and the "
                    + "256 bytes) to 10,000,000")
        }
        guard settings.minFrequency >= 0 else {
            throw .request("min_frequency is \(settings.minFrequency); give at least 0")
        }
        self.settings = settings
    }

    /// Counts the words of more texts.
    /// - Throws: ``TokenizationError/invalidUTF8(row:byte:)``; then none of these texts is counted.
    package mutating func add(_ rows: UTF8Rows) throws(TokenizationError) {
        for row in 0..<rows.count {
            if let byte = rows[row].withUnsafeBytes(firstMalformedByte) {
                throw .invalidUTF8(row: row, byte: byte)
            }
        }
        for row in 0..<rows.count { count(rows[row]) }
    }

    private mutating func count(_ text: ArraySlice<UInt8>) {
        guard let first = text.first else { return }
        let adds = settings.addsPrefixSpace && first != UInt8(ascii: " ")
        let bytes = (adds ? [UInt8(ascii: " ")] : []) + text
        var ends: [Int] = []
        bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            classes.withPointers { classes in
                let words = ByteLevelWords(start, count: bytes.count, classes)
                while ends.last ?? 0 < bytes.count { ends.append(words.end(of: ends.last ?? 0)) }
            }
        }
        let scalars = bytes.map { ByteAlphabet.scalars[Int($0)] }
        scalars.withUnsafeBufferPointer { scalars in
            var start = 0
            for end in ends {
                counter.add(UnsafeBufferPointer(rebasing: scalars[start..<end]))
                start = end
            }
        }
    }

    /// The vocabulary of all texts so far.
    /// - Throws: ``TokenizationError/request(_:)`` when the texts hold no words.
    package func train() throws(TokenizationError) -> Files {
        guard counter.count > 0 else {
            throw .request("the texts hold no words, so no vocabulary can be trained")
        }
        var merging = WordPieceTrainer.Settings()
        merging.vocabularySize = settings.vocabularySize
        merging.minFrequency = settings.minFrequency
        merging.specialTokens = settings.specialTokens
        merging.limitAlphabet = nil
        merging.initialAlphabet = ByteAlphabet.scalars.compactMap(Unicode.Scalar.init)
        merging.continuation = ""
        var merger = PieceMerger(words: counter, settings: merging)
        merger.run()
        return files(merger)
    }

    private func files(_ merger: PieceMerger) -> Files {
        let texts = merger.pieces.map { String(decoding: $0, as: UTF8.self) }
        var merges = Array("#version: 0.2\n".utf8)
        for (first, second) in merger.merges {
            merges += merger.pieces[Int(first)] + [UInt8(ascii: " ")] + merger.pieces[Int(second)] + [0x0A]
        }
        let members = texts.enumerated().map { JSONMember($1, .integer($0)) }
        return Files(
            vocabulary: JSONValue.object(members).encoded(), merges: merges, pieceCount: texts.count,
            mergeCount: merger.merges.count, distinctWords: counter.count,
            lastFrequency: merger.lastFrequency.map { Int($0) })
    }
}
