internal import Diagnostics
internal import StageKit
internal import Tokenization

/// What kind of vocabulary a vocabulary stage trains, and how.
enum VocabularySettings: Sendable {
    case wordPiece(WordPieceTrainer.Settings, lowercase: Bool)
    case bpe(ByteLevelTrainer.Settings)
    case unigram(UnigramTrainer.Settings)

    private enum Model: String, CaseIterable {
        case wordPiece = "wordpiece"
        case bpe
        case unigram

        /// Settings that mean nothing to it.
        var ignored: [String] {
            switch self {
            case .wordPiece: ["character_coverage"]
            case .bpe: ["limit_alphabet", "character_coverage", "lowercase"]
            case .unigram: ["limit_alphabet", "min_frequency"]
            }
        }
    }

    /// What every vocabulary stage may say; the names of the newer settings are part of a fingerprint only where they are given.
    private struct Given {
        var model: Model
        var size: Int
        var minFrequency: Int
        var limitAlphabet: Int
        var coverage: Double?
        var lowercase: Bool

        init(_ parameters: inout ParameterReader) {
            let model = parameters.optionalChoice(
                "model", of: Model.allCases.map(\.rawValue),
                help:
                    "What the vocabulary is of: wordpiece, as of BERT; bpe, byte-level as of RoBERTa; unigram, SentencePiece's as of ALBERT. wordpiece if omitted."
            )
            self.model = model.flatMap { Model(rawValue: $0) } ?? .wordPiece
            size = parameters.int(
                "size", default: 30_000, in: 50...1_000_000, unit: "pieces",
                help: "Pieces, special tokens included.")
            minFrequency = parameters.int(
                "min_frequency", default: 2, in: 1...1_000_000,
                help:
                    "Minimum number of times that two pieces must occur together to be merged. For wordpiece and bpe."
            )
            limitAlphabet = parameters.int(
                "limit_alphabet", default: 3_000, in: 1...1_000_000, unit: "characters",
                help: "Number of the most frequent characters to keep; others become [UNK]. For wordpiece.")
            coverage = parameters.optionalNumber(
                "character_coverage", in: 0.91...1,
                help:
                    "Share of all characters that pieces must be able to spell; rarer ones become <unk>. For unigram; 0.9995 if omitted."
            )
            lowercase = parameters.bool(
                "lowercase", default: false,
                help: "Whether texts are lower-cased first. For wordpiece and unigram.")
            for key in self.model.ignored {
                parameters.rejectIfGiven(
                    key, "'\(key)' means nothing to model: \(self.model.rawValue)",
                    hint: "leave '\(key)' out, or take another model")
            }
        }
    }

    init(_ parameters: inout ParameterReader) {
        let given = Given(&parameters)
        switch given.model {
        case .wordPiece:
            var settings = WordPieceTrainer.Settings()
            settings.vocabularySize = given.size
            settings.minFrequency = given.minFrequency
            settings.limitAlphabet = given.limitAlphabet
            self = .wordPiece(settings, lowercase: given.lowercase)
        case .bpe:
            var settings = ByteLevelTrainer.Settings()
            settings.vocabularySize = given.size
            settings.minFrequency = given.minFrequency
            let least = settings.specialTokens.count + 256
            if given.size < least {
                parameters.reject(
                    "size",
                    "'size' is \(given.size); model: bpe needs \(least), for 256 bytes and the special tokens"
                )
            }
            self = .bpe(settings)
        case .unigram:
            var settings = UnigramTrainer.Settings()
            settings.vocabularySize = given.size
            settings.coverage = given.coverage ?? settings.coverage
            settings.lowercases = given.lowercase
            self = .unigram(settings)
        }
    }

    /// Most pieces.
    var size: Int {
        switch self {
        case .wordPiece(let settings, _): settings.vocabularySize
        case .bpe(let settings): settings.vocabularySize
        case .unigram(let settings): settings.vocabularySize
        }
    }

    func trainer() throws(TokenizationError) -> any VocabularyTraining {
        switch self {
        case .wordPiece(let settings, let lowercase):
            WordPieceTraining(
                trainer: try WordPieceTrainer(
                    settings: settings, options: TokenizerOptions(lowercase: lowercase)), lowercase: lowercase
            )
        case .bpe(let settings): ByteLevelTraining(trainer: try ByteLevelTrainer(settings: settings))
        case .unigram(let settings):
            UnigramTraining(trainer: try UnigramTrainer(settings: settings), lowercase: settings.lowercases)
        }
    }
}
