package import TextBasics

/// Trains a SentencePiece model of type Unigram as `spm_train --model_type=unigram` does.
///
/// Texts are cut at spaces. All strings that are seen at least twice, up to 16 characters and of one script, are the first
/// pieces; expectation maximization finds their probabilities, and the pieces that the texts would miss least are given up,
/// a quarter at a time, until as many are left as are asked for.
///
/// Sums are added in the order, in the precision and in as many lanes as the reference adds them with its 16 threads, so
/// that the same texts give the same pieces here and there, and with any number of threads.
///
/// Unlike it, this leaves no text out: it skips those of more than 4,192 bytes and those with U+2585.
///
/// Source: Kudo, "Subword Regularization" (2018), section 3.2, arXiv:1804.10959; unigram_model_trainer.cc and
/// trainer_interface.cc of google/sentencepiece.
package struct UnigramTrainer: Sendable {
    package struct Settings: Hashable, Sendable {
        /// Most pieces, those with a role included.
        package var vocabularySize = 8_000
        /// Share of all characters of the texts that pieces can spell, above 0.9 up to 1; what is rarer is unknown.
        package var coverage = 0.9995
        /// First pieces of the vocabulary, in this order. One has to be the unknown one.
        package var specialTokens = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"]
        package var unknown = "<unk>"
        package var lowercases = false

        package init() {}
    }

    /// A trained model and what can be said about its making.
    package struct Model: Hashable, Sendable {
        /// The bytes of a `.model` file.
        package var file: [UInt8]
        package var pieceCount: Int
        /// Different words in the texts.
        package var distinctWords: Int
        /// Different characters in the texts, and how many of them pieces can spell.
        package var charactersSeen: Int
        package var charactersKept: Int
        /// Strings that it started from, and rounds of giving up pieces.
        package var seeds: Int
        package var rounds: Int
    }

    private let settings: Settings
    private let preparation: TextPreparation
    private var counter = WordCounter()
    /// Texts so far.
    package private(set) var textCount = 0

    /// - Throws: ``TokenizationError/request(_:)`` for settings that cannot be met.
    package init(settings: Settings = Settings()) throws(TokenizationError) {
        let needed = settings.specialTokens.count + 1
        guard needed...1_000_000 ~= settings.vocabularySize else {
            throw .request(
                "a vocabulary of \(settings.vocabularySize) pieces was asked for; give \(needed) (the special tokens "
                    + "and one piece) to 1,000,000")
        }
        guard settings.coverage > 0.9, settings.coverage <= 1 else {
            throw .request("character_coverage is \(settings.coverage); give more than 0.9, up to 1")
        }
        guard settings.specialTokens.contains(settings.unknown),
            Set(settings.specialTokens).count == settings.specialTokens.count,
            settings.specialTokens.allSatisfy({ !$0.isEmpty && !$0.contains("\n") })
        else {
            throw .request(
                "special tokens must be different texts without line breaks, '\(settings.unknown)' one of them"
            )
        }
        self.settings = settings
        preparation = TextPreparation(stripsMarks: false, lowercases: settings.lowercases)
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
        textCount += rows.count
    }

    /// Counts each word, with a space in front, and whether another one is behind it.
    private mutating func count(_ text: ArraySlice<UInt8>) {
        let prepared = text.withUnsafeBufferPointer { preparation.prepare($0) }
        let words = (UTF8Decoding.scalars(of: prepared.bytes) ?? []).split(separator: 0x20)
        for (at, word) in words.enumerated() {
            // A literal U+2581 starts a word, too.
            let space = SentencePieceNormalizer.space
            var parts: [[UInt32]] = [[space]]
            for scalar in word {
                if scalar == space { parts.append([]) }
                parts[parts.count - 1].append(scalar == TrainingWords.end ? TrainingWords.unknown : scalar)
            }
            for (index, part) in parts.enumerated() {
                let isLast = at == words.count - 1 && index == parts.count - 1
                (part + [isLast ? TrainingWords.end : space]).withUnsafeBufferPointer { counter.add($0) }
            }
        }
    }

    /// The model of all texts so far.
    ///
    /// - Parameter eachStep: called between steps of the estimate with the number of pieces that are left; what it throws ends
    ///   the training.
    /// - Throws: ``TokenizationError/request(_:)`` when the texts hold no words, or more characters than pieces are asked for.
    package func train(threads: Int = 1, eachStep: (_ pieces: Int) throws -> Void = { _ in }) throws -> Model
    {
        guard counter.count > 0 else {
            throw TokenizationError.request(
                "the texts hold no words, so no vocabulary can be trained; \(textCount) texts were read")
        }
        let words = TrainingWords(counter, coverage: settings.coverage)
        let room = settings.vocabularySize - settings.specialTokens.count
        guard words.alphabet.count <= room else {
            throw TokenizationError.request(
                "the texts have \(words.alphabet.count) characters that must be pieces, and a vocabulary of "
                    + "\(settings.vocabularySize) has room for \(room); ask for more pieces or for less coverage"
            )
        }
        let seeds = UnigramSeeds(words, leavingOut: Set(settings.specialTokens))
        var estimate = UnigramEstimate(seeds, words, threads: max(1, threads))
        let desired = Int(Double(settings.vocabularySize) * 1.1)
        var rounds = 0
        while true {
            for _ in 0..<2 {
                try eachStep(estimate.count)
                estimate.maximize()
            }
            if estimate.count <= desired { break }
            estimate.prune(to: desired)
            rounds += 1
        }
        let pieces = estimate.final(alphabet: words.alphabet, room: room)
        return Model(
            file: SentencePieceWriter.unigram(
                pieces, special: settings.specialTokens, unknown: settings.unknown,
                coverage: settings.coverage),
            pieceCount: pieces.count + settings.specialTokens.count, distinctWords: words.count,
            charactersSeen: words.charactersSeen, charactersKept: words.alphabet.count,
            seeds: seeds.pieces.count, rounds: rounds)
    }
}
