import Testing
import TextBasics
import Tokenization

struct WordPieceTrainerTests {
    static func trained(_ set: HardSet, threads: Int = 1, batches: Int = 1) throws -> TrainedVocabulary {
        var settings = WordPieceTrainer.Settings()
        settings.vocabularySize = set.training.size
        settings.limitAlphabet = set.training.limitAlphabet
        var trainer = try WordPieceTrainer(settings: settings, options: TokenizerOptions(lowercase: false))
        let texts = set.training.lines.flatMap { Array(repeating: $0.text, count: $0.times) }
        let size = (texts.count + batches - 1) / batches
        for start in stride(from: 0, to: texts.count, by: size) {
            try trainer.add(UTF8Rows(texts[start..<min(start + size, texts.count)]), threads: threads)
        }
        return try trainer.train()
    }

    @Test func thePiecesAreThoseOfTheReference() throws {
        let set = try HardSet.load()
        let result = try Self.trained(set)
        let pieces = (0..<result.vocabulary.count).map { result.vocabulary.text($0) }
        #expect(Set(pieces.map { Array($0.utf8) }) == Set(set.training.pieces.map { Array($0.utf8) }))
        #expect(pieces.prefix(5) == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    }

    @Test(arguments: [(2, 1), (3, 2), (1, 7)])
    func threadsAndBatchesDoNotChangeTheBytes(threads: Int, batches: Int) throws {
        let set = try HardSet.load()
        let alone = try Self.trained(set)
        #expect(try Self.trained(set, threads: threads, batches: batches) == alone)
    }

    @Test func theMostFrequentPairIsMergedFirst() throws {
        var settings = WordPieceTrainer.Settings()
        settings.specialTokens = ["[UNK]"]
        settings.vocabularySize = 7
        var trainer = try WordPieceTrainer(settings: settings, options: TokenizerOptions(lowercase: false))
        try trainer.add(UTF8Rows(["ab ab ab", "bc bc abc"]))
        let result = try trainer.train()
        let pieces = (0..<result.vocabulary.count).map { result.vocabulary.text($0) }
        #expect(pieces == ["[UNK]", "a", "b", "c", "##b", "##c", "ab"])
        #expect((result.distinctWords, result.charactersSeen, result.lastFrequency) == (3, 3, 4))
    }

    @Test func equalFrequenciesAreTakenInOrderAndCounted() throws {
        var settings = WordPieceTrainer.Settings()
        settings.specialTokens = []
        settings.vocabularySize = 7
        var trainer = try WordPieceTrainer(settings: settings, options: TokenizerOptions(lowercase: false))
        try trainer.add(UTF8Rows(["cd cd ab ab"]))
        let result = try trainer.train()
        #expect(result.vocabulary.text(6) == "ab")
        #expect(result.tiedOut == 1)
    }

    @Test func pairsSeenTooSeldomAreLeft() throws {
        var trainer = try WordPieceTrainer(options: TokenizerOptions(lowercase: true))
        try trainer.add(UTF8Rows(["AB ab cd"]))
        let result = try trainer.train()
        let pieces = (5..<result.vocabulary.count).map { result.vocabulary.text($0) }
        #expect(pieces == ["a", "b", "c", "d", "##b", "##d", "ab"])
        #expect(result.tiedOut == 0)
    }

    @Test func theAlphabetIsLimitedToTheMostFrequent() throws {
        var settings = WordPieceTrainer.Settings()
        settings.specialTokens = []
        settings.limitAlphabet = 2
        settings.initialAlphabet = ["z"]
        settings.minFrequency = 1
        var trainer = try WordPieceTrainer(settings: settings, options: TokenizerOptions(lowercase: false))
        try trainer.add(UTF8Rows(["bab b"]))
        let result = try trainer.train()
        #expect((0..<result.vocabulary.count).map { result.vocabulary.text($0) } == ["b", "z", "##b", "bb"])
        #expect((result.charactersSeen, result.charactersKept) == (2, 2))
    }

    @Test func ofEquallyFrequentCharactersTheSmallerAreKept() throws {
        var settings = WordPieceTrainer.Settings()
        settings.specialTokens = []
        settings.limitAlphabet = 2
        var trainer = try WordPieceTrainer(settings: settings, options: TokenizerOptions(lowercase: false))
        try trainer.add(UTF8Rows(["d c b a a"]))
        let result = try trainer.train()
        #expect((0..<result.vocabulary.count).map { result.vocabulary.text($0) } == ["a", "b"])
        #expect(result.charactersTiedOut == 2)
    }

    @Test func impossibleRequestsAreRefused() throws {
        var settings = WordPieceTrainer.Settings()
        settings.vocabularySize = 5
        #expect(
            throws: TokenizationError.request(
                "a vocabulary of 5 pieces was asked for; give 6 (the special tokens and one piece) to 10,000,000"
            )
        ) { try WordPieceTrainer(settings: settings, options: TokenizerOptions(lowercase: false)) }
        var trainer = try WordPieceTrainer(options: TokenizerOptions(lowercase: false))
        try trainer.add(UTF8Rows([" ", ""]))
        #expect(
            throws: TokenizationError.request(
                "the texts hold no words, so no vocabulary can be trained; 2 texts were read")
        ) { try trainer.train() }
        var rows = UTF8Rows(["ok"])
        rows.append([0xFF])
        #expect(throws: TokenizationError.invalidUTF8(row: 1, byte: 0)) { try trainer.add(rows, threads: 2) }
        #expect(trainer.textCount == 2, "nothing of a refused batch is counted")
    }
}
