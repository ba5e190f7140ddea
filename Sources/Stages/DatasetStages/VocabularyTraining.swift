internal import StageKit
internal import TextBasics
internal import Tokenization

/// The training of a vocabulary of one kind.
protocol VocabularyTraining: Sendable {
    /// Counts more texts.
    mutating func add(_ rows: UTF8Rows, threads: Int) throws(TokenizationError)
    /// The tokenizer of all texts so far.
    /// - Parameter eachStep: called now and then with the number of pieces that a long training still has; what it throws ends it.
    func trained(threads: Int, eachStep: (_ pieces: Int) throws -> Void) throws -> TrainedTokenizer
}

/// The files of a tokenizer, and what can be said about their making.
struct TrainedTokenizer {
    var files: [(name: String, bytes: [UInt8])]
    var pieces: Int
    /// Pieces left out that are as frequent as the last one taken.
    var ties = 0
    var remarks: [String] = []

    /// - Parameter settings: what `tokenizer_config.json` says.
    init(_ files: [(name: String, bytes: [UInt8])], _ settings: JSONValue, pieces: Int) {
        self.files = files + [(TokenizerFolder.configurationFile, Array(settings.prettyText.utf8))]
        self.pieces = pieces
    }
}

struct WordPieceTraining: VocabularyTraining {
    var trainer: WordPieceTrainer
    let lowercase: Bool

    mutating func add(_ rows: UTF8Rows, threads: Int) throws(TokenizationError) {
        try trainer.add(rows, threads: threads)
    }

    func trained(threads: Int, eachStep: (_ pieces: Int) throws -> Void) throws -> TrainedTokenizer {
        let trained = try trainer.train()
        var result = TrainedTokenizer(
            [(TokenizerFolder.vocabularyFile, trained.vocabulary.fileBytes)],
            ["do_lower_case": .bool(lowercase), "tokenizer_class": "BertTokenizer"],
            pieces: trained.vocabulary.count)
        result.ties = trained.tiedOut
        return result
    }
}

/// Byte-level BPE with the special tokens of RoBERTa.
struct ByteLevelTraining: VocabularyTraining {
    var trainer: ByteLevelTrainer

    mutating func add(_ rows: UTF8Rows, threads: Int) throws(TokenizationError) { try trainer.add(rows) }

    func trained(threads: Int, eachStep: (_ pieces: Int) throws -> Void) throws -> TrainedTokenizer {
        let trained = try trainer.train()
        return TrainedTokenizer(
            [("vocab.json", trained.vocabulary), ("merges.txt", trained.merges)],
            ["tokenizer_class": "RobertaTokenizer", "add_prefix_space": .bool(false)],
            pieces: trained.pieceCount)
    }
}

/// A SentencePiece Unigram model with the special tokens of ALBERT.
struct UnigramTraining: VocabularyTraining {
    var trainer: UnigramTrainer
    let lowercase: Bool

    mutating func add(_ rows: UTF8Rows, threads: Int) throws(TokenizationError) { try trainer.add(rows) }

    func trained(threads: Int, eachStep: (_ pieces: Int) throws -> Void) throws -> TrainedTokenizer {
        let model = try trainer.train(threads: threads, eachStep: eachStep)
        // Accents stay, and with them Hangul syllables: ALBERT's own way takes both apart.
        var result = TrainedTokenizer(
            [("spiece.model", model.file)],
            [
                "tokenizer_class": "AlbertTokenizer", "do_lower_case": .bool(lowercase),
                "keep_accents": .bool(true),
            ], pieces: model.pieceCount)
        let rare = model.charactersSeen - model.charactersKept
        if rare > 0 {
            result.remarks.append(
                "\(rare) of \(model.charactersSeen) different characters are too rare to be pieces (character_coverage)"
            )
        }
        return result
    }
}
