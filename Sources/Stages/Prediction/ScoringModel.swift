internal import Baselines
internal import Models
internal import StageKit
internal import TextBasics
internal import TextCleaning
package import Tokenization
package import Training

/// What turns cleaned texts into scores.
protocol ScoringModel {
    /// Longest row that it reads, special tokens included; `nil` if it reads texts whole.
    var maxTokens: Int? { get }

    /// - Parameter firsts: the first text of each pair, for a model of pairs.
    func score(_ texts: UTF8Rows, firsts: UTF8Rows?) throws -> TextScorer.Scored
}

/// A linear model of what is counted in a text.
struct BaselineScoring: ScoringModel {
    let model: BaselineModel
    let threads: Int
    var maxTokens: Int? { nil }

    func score(_ texts: UTF8Rows, firsts: UTF8Rows?) -> TextScorer.Scored {
        let logits = model.logits(of: texts, firsts: firsts, threads: threads)
        let width = model.labels.count
        return TextScorer.Scored(
            scores: (0..<texts.count).map { Array(logits[$0 * width..<($0 + 1) * width]) },
            isCut: Array(repeating: false, count: texts.count), tokens: 0, unknownTokens: 0)
    }
}

/// A tokenizer, and an encoder with a head that reads its ids.
struct EncoderScoring: ScoringModel {
    private let predictor: Predictor
    private let tokenizer: any Tokenizer
    private let longest: Int
    private let side: TruncationSide
    private let threads: Int
    private let labelCount: Int
    var maxTokens: Int? { longest }

    /// Opens a folder.
    ///
    /// - Returns: the model with the names of its classes.
    /// - Throws: `StageError` or `TrainingError` naming what the folder lacks.
    static func open(
        _ folder: ModelFolder, precision: Precision, threads: Int, note: (String) -> Void
    ) throws -> (EncoderScoring, labels: [String]) {
        let (model, labels) = try folder.makeTrainedModel(threads: threads, precision: precision)
        let tokenizer = try folder.ownTokenizer(note: note)
        let scoring = EncoderScoring(
            predictor: Predictor(model), tokenizer: tokenizer,
            longest: folder.provenance?.maxTokens ?? folder.configuration.plan.maxTokens,
            side: folder.provenance?.truncationSide.flatMap(TruncationSide.init) ?? .right, threads: threads,
            labelCount: labels.count)
        return (scoring, labels)
    }

    func score(_ texts: UTF8Rows, firsts: UTF8Rows?) throws -> TextScorer.Scored {
        let tokens = try tokenizer.encodeBatch(
            firsts ?? texts, pairs: firsts == nil ? nil : texts, maxTokens: longest, cutting: side,
            threads: threads)
        let segments = tokens.segmentIDs.map { all in
            (0..<tokens.count).map { Array(all[Int(tokens.offsets[$0])..<Int(tokens.offsets[$0 + 1])]) }
        }
        let logits = try predictor.logits(
            of: (0..<tokens.count).map { Array(tokens[$0]) }, segments: segments)
        return TextScorer.Scored(
            scores: (0..<texts.count).map { Array(logits[$0 * labelCount..<($0 + 1) * labelCount]) },
            isCut: try cutRows(of: tokens, texts, firsts), tokens: tokens.ids.count,
            unknownTokens: tokens.unknownCount)
    }

    /// Which rows were cut, of a batch that only says how many. They are among those as long as may be.
    private func cutRows(of tokens: EncodedBatch, _ rows: UTF8Rows, _ firsts: UTF8Rows?) throws -> [Bool] {
        var isCut = (0..<tokens.count).map { tokens.truncatedCount > 0 && tokens.length(of: $0) == longest }
        if isCut.count(where: \.self) == tokens.truncatedCount { return isCut }
        func one(_ rows: UTF8Rows, _ row: Int) -> UTF8Rows {
            var one = UTF8Rows()
            rows[row].withUnsafeBytes { one.append($0) }
            return one
        }
        for row in isCut.indices where isCut[row] {
            let alone = try tokenizer.encodeBatch(
                one(firsts ?? rows, row), pairs: firsts == nil ? nil : one(rows, row), maxTokens: longest,
                cutting: side)
            isCut[row] = alone.truncatedCount > 0
        }
        return isCut
    }
}

/// Stands for a model that scores single tokens where one answer to a text is asked for.
struct TokenScoring: ScoringModel {
    let path: String
    let use: TokenHeadPlan.Use
    var maxTokens: Int? { nil }

    func score(_ texts: UTF8Rows, firsts: UTF8Rows?) throws -> TextScorer.Scored {
        switch use {
        case .tags:
            throw StageError(
                "\(path) gives a tag to each word, and what is asked for is one answer to each text",
                hint:
                    "'splitvote predict --model \(path)' gives the spans of texts; an evaluate stage scores such models"
            )
        case .answers:
            throw StageError(
                "\(path) finds answers to questions in contexts, and what is asked for is a label or score of each text",
                hint:
                    "'splitvote predict --model \(path) --column question --pair-column context TABLE' gives the answers; an "
                    + "evaluate stage scores such models")
        }
    }
}

extension ModelFolder {
    /// The tokenizer that the model was trained with.
    ///
    /// - Parameter note: called with what is worth knowing about it.
    /// - Throws: `StageError` where the folder has another one, or none that the model can read.
    package func ownTokenizer(note: (String) -> Void) throws -> any Tokenizer {
        let kind = provenance?.tokenizerKind ?? WordPieceMode.hfFast.rawValue
        guard let mode = WordPieceMode(ofKind: kind) else {
            throw StageError(
                "\(path) was trained with the tokenizer rules '\(kind)', which this version does not know",
                hint: "use the version of splitvote that trained it, or train it again")
        }
        let tokenizer = try ModelFiles.tokenizer(in: tokenizerFolder, flag: "--model", mode: mode)
        tokenizer.warnings.forEach(note)
        if let digest = provenance?.tokenizerDigest, digest != ContentDigest.of(tokenizer.identity) {
            throw StageError(
                "\(path) has another tokenizer than the one it was trained with",
                hint: "put back vocab.txt and tokenizer_config.json as the train stage wrote them")
        }
        guard tokenizer.vocabularySize <= configuration.plan.vocabularySize else {
            throw StageError(
                "\(path) has a tokenizer with \(tokenizer.vocabularySize) ids and embeddings for "
                    + "\(configuration.plan.vocabularySize)",
                hint: "resize the model's embeddings after adding tokens, and save both together")
        }
        return tokenizer
    }

    /// How its texts are cleaned.
    ///
    /// - Throws: `StageError` for rules that this version does not know, or cleans otherwise by.
    func ownCleaner() throws -> TextCleaner {
        let identifier = provenance?.cleanRules ?? CleaningRules.Base.none.rawValue
        guard let rules = CleaningRules(identifier: identifier),
            provenance?.cleanRevision ?? CleaningRules.revision == CleaningRules.revision
        else {
            throw StageError(
                "\(path) was trained on texts cleaned by '\(identifier)' as this version does not clean them",
                hint: "use the version of splitvote that trained it, or train it again")
        }
        return TextCleaner(rules)
    }
}
