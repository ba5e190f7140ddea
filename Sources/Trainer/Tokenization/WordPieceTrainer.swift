import Dispatch
import Synchronization
package import TextBasics

/// Trains a WordPiece vocabulary as Hugging Face's `BertWordPieceTokenizer.train` does.
///
/// Texts are cut into words as the tokenizer cuts them. The vocabulary starts with the special tokens and
/// the most frequent characters, and grows by the most frequent pair of neighboring pieces, merged in all
/// words, until it is full. (Despite the name this is byte-pair encoding with `##` pieces, in `tokenizers`
/// too.)
///
/// `tokenizers` numbers the `##` characters by the order of a randomly seeded hash table, and breaks ties
/// between equally frequent pairs, and between equally frequent characters at the limit, by it. Here they are
/// numbered by code point, so that the same texts give the same bytes on every run and with any number of
/// threads; pieces that only a tie decides can differ.
///
/// Source: Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units" (2016),
/// arXiv:1508.07909.
package struct WordPieceTrainer: Sendable {
    package struct Settings: Hashable, Sendable {
        /// Most pieces, special tokens included.
        package var vocabularySize = 30_000
        /// Fewest times that a pair must be seen to become a piece.
        package var minFrequency = 2
        /// Most characters to start from; nil: all that are seen.
        package var limitAlphabet: Int? = 1_000
        /// Characters to start from whether or not they are seen; the first to be kept under the limit.
        package var initialAlphabet: [Unicode.Scalar] = []
        /// First pieces of the vocabulary, in this order.
        package var specialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        /// What marks a piece that continues a word.
        package var continuation = "##"

        package init() {}
    }

    package let settings: Settings
    private let reader: WordReader
    private var counter = WordCounter()
    /// Texts so far.
    package private(set) var textCount = 0

    /// - Parameter options: how text becomes words; its special tokens and limits do not matter here.
    /// - Throws: ``TokenizationError/request(_:)`` for settings that cannot be met.
    package init(settings: Settings = Settings(), options: TokenizerOptions) throws(TokenizationError) {
        let needed = settings.specialTokens.count + 1
        guard settings.vocabularySize >= needed, settings.vocabularySize <= 10_000_000 else {
            throw .request(
                "a vocabulary of \(settings.vocabularySize) pieces was asked for; give \(needed) (the special tokens "
                    + "and one piece) to 10,000,000")
        }
        guard settings.minFrequency >= 0, settings.limitAlphabet ?? 1 >= 1 else {
            throw .request(
                "min_frequency is \(settings.minFrequency) and limit_alphabet \(settings.limitAlphabet ?? 0); "
                    + "give at least 0 and 1")
        }
        for token in settings.specialTokens where token.isEmpty || token.utf8.contains(UInt8(ascii: "\n")) {
            throw .request("a special token is empty or holds a line break; it would not survive a vocab.txt")
        }
        self.settings = settings
        reader = WordReader(options: options)
    }

    /// Counts the words of more texts.
    ///
    /// - Throws: ``TokenizationError/invalidUTF8(row:byte:)`` for the first text of these that is not UTF-8;
    ///   then none of them is counted.
    package mutating func add(_ rows: UTF8Rows, threads: Int = 1) throws(TokenizationError) {
        let job = CountingJob(reader: reader, rows: rows)
        let parts = job.run(threads: max(1, threads))
        if let bad = parts.compactMap(\.invalid).min(by: { $0.row < $1.row }) {
            throw .invalidUTF8(row: bad.row, byte: bad.byte)
        }
        for part in parts {
            if counter.count == 0 { counter = part.counter } else { counter.add(part.counter) }
        }
        textCount += rows.count
    }

    /// The vocabulary of all texts so far.
    ///
    /// - Throws: ``TokenizationError/request(_:)`` when the texts hold no words.
    package func train() throws(TokenizationError) -> TrainedVocabulary {
        guard counter.count > 0 else {
            throw .request(
                "the texts hold no words, so no vocabulary can be trained; \(textCount) texts were read")
        }
        var merger = PieceMerger(words: counter, settings: settings)
        merger.run()
        return try TrainedVocabulary(merger, distinctWords: counter.count)
    }
}

/// A trained vocabulary and what can be said about its making.
package struct TrainedVocabulary: Hashable, Sendable {
    /// Special tokens, characters by code point, `##` characters by code point, merged pieces as they came.
    package let vocabulary: Vocabulary
    /// Different words in the texts.
    package let distinctWords: Int
    /// Different characters in the texts, and how many of them the limit kept.
    package let charactersSeen: Int
    package let charactersKept: Int
    /// Characters as frequent as the rarest that was kept, but left out: which of them were kept is a tie.
    package let charactersTiedOut: Int
    /// How often the last merged pair was seen; nil: nothing was merged.
    package let lastFrequency: Int?
    /// Pairs seen as often as the last merged one that found no place: which of them made it is a tie.
    package let tiedOut: Int

    init(_ merger: PieceMerger, distinctWords: Int) throws(TokenizationError) {
        vocabulary = try Vocabulary(pieces: merger.pieces)
        self.distinctWords = distinctWords
        charactersSeen = merger.charactersSeen
        charactersKept = merger.charactersKept
        charactersTiedOut = merger.charactersTiedOut
        lastFrequency = merger.lastFrequency.map(Int.init)
        tiedOut = merger.tiedOut
    }
}

/// Counts words on several threads, each over a share of the rows.
private struct CountingJob: Sendable {
    struct Part: Sendable {
        var counter: WordCounter
        var invalid: (row: Int, byte: Int)?
    }

    let reader: WordReader
    let rows: UTF8Rows

    private static let rowsAtOnce = 1024

    func run(threads: Int) -> [Part] {
        let next = Atomic(0)
        guard threads > 1 else { return [count(next)] }
        let parts = Mutex<[Part]>([])
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            let part = count(next)
            parts.withLock { $0.append(part) }
        }
        return parts.withLock { $0 }
    }

    /// Takes rows from the shared supply until none are left.
    private func count(_ next: borrowing Atomic<Int>) -> Part {
        var sink = CountingSink()
        var invalid: (row: Int, byte: Int)?
        rows.bytes.withUnsafeBufferPointer { bytes in
            reader.withScanner { scanner in
                while true {
                    let start = next.add(Self.rowsAtOnce, ordering: .relaxed).oldValue
                    guard start < rows.count, invalid == nil else { return }
                    for row in start..<min(start + Self.rowsAtOnce, rows.count) {
                        let text = UnsafeBufferPointer(
                            rebasing: bytes[rows.offsets[row]..<rows.offsets[row + 1]])
                        if let byte = reader.read(text, with: scanner, into: &sink) {
                            invalid = (row, byte)
                            return
                        }
                        sink.commit()
                    }
                }
            }
        }
        return Part(counter: sink.counter, invalid: invalid)
    }
}
