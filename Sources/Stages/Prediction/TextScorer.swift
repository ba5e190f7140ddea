private import Foundation
package import Models
package import StageKit
internal import TextCleaning
internal import Tokenization
package import Training

/// A trained model with everything from a text to its scores.
package struct TextScorer {
    /// Texts that are scored together.
    package static let blockSize = 512

    /// What its scores say.
    package var answers: ModelAnswers
    private let predictor: Predictor
    private let tokenizer: any Tokenizer
    private let cleaner: TextCleaner
    /// Longest row that the model is given, special tokens included.
    package let maxTokens: Int
    private let side: TruncationSide
    private let threads: Int
    /// The rules that its texts are cleaned by, and which revision of them; nil if the folder does not say it.
    package let cleanRules: (identifier: String, revision: Int)?
    /// Which text goes before each one as the first of a pair; nil for single texts.
    package let textPair: String?

    /// - Parameters:
    ///   - path: the model's folder, as the user named it.
    ///   - precision: number format of the matrix products.
    ///   - note: called with what is worth knowing about the folder.
    /// - Throws: `StageError` or `TrainingError` naming what the folder lacks.
    package init(folder path: String, precision: Precision, threads: Int, note: (String) -> Void) throws {
        let path = try ModelFiles.locate(path, flag: "--model")
        let folder = try ModelFolder(path)
        let (model, labels) = try folder.makeTrainedModel(threads: threads, precision: precision)
        let kind = folder.provenance?.tokenizerKind ?? WordPieceMode.hfFast.rawValue
        guard let mode = WordPieceMode(rawValue: kind) else {
            throw StageError(
                "\(path) was trained with the tokenizer rules '\(kind)', which this version does not know",
                hint: "use the version of splitvote that trained it, or train it again")
        }
        let tokenizer = try ModelFiles.tokenizer(in: path, flag: "--model", mode: mode)
        tokenizer.warnings.forEach(note)
        let identifier = folder.provenance?.cleanRules ?? CleaningRules.Base.none.rawValue
        guard let rules = CleaningRules(identifier: identifier) else {
            throw StageError(
                "\(path) was trained on texts cleaned by '\(identifier)', which this version does not know",
                hint: "use the version of splitvote that trained it, or train it again")
        }
        if let revision = folder.provenance?.cleanRevision, revision != CleaningRules.revision {
            throw StageError(
                "\(path) was trained on texts cleaned by revision \(revision) of the rules '\(identifier)', this version "
                    + "has revision \(CleaningRules.revision)",
                hint: "use the version of splitvote that trained it, or train it again")
        }
        if let digest = folder.provenance?.tokenizerDigest, digest != ContentDigest.of(tokenizer.identity) {
            throw StageError(
                "\(path) has another tokenizer than the one it was trained with",
                hint: "put back vocab.txt and tokenizer_config.json as the train stage wrote them")
        }
        guard tokenizer.vocabularySize <= folder.configuration.plan.vocabularySize else {
            throw StageError(
                "\(path) has a tokenizer with \(tokenizer.vocabularySize) ids and embeddings for "
                    + "\(folder.configuration.plan.vocabularySize)",
                hint: "resize the model's embeddings after adding tokens, and save both together")
        }
        answers = folder.answers(labels)
        self.threads = threads
        self.tokenizer = tokenizer
        predictor = Predictor(model)
        cleaner = TextCleaner(rules)
        maxTokens = folder.provenance?.maxTokens ?? folder.configuration.plan.maxTokens
        side = folder.provenance?.truncationSide.flatMap(TruncationSide.init) ?? .right
        textPair = folder.provenance?.textPair
        cleanRules = folder.provenance.map { ($0.cleanRules, $0.cleanRevision ?? 1) }
    }

    /// Whether a row has what the model reads: a text, and of pairs of texts both. A comment may lack a title.
    func canRead(_ row: TextRow) -> Bool {
        row.text != nil && (textPair != "text_pair" || !row.title.isEmpty && row.text?.isEmpty == false)
    }

    /// Some texts with their scores.
    package struct Scored {
        /// As the head gives them, a row for each text.
        package var scores: [[Float]]
        /// Whether each text was longer than the model reads.
        package var isCut: [Bool]
        package var tokens: Int
        /// Unknown tokens, for what the tokenizer cannot spell.
        package var unknownTokens: Int
    }

    /// Scores some texts.
    ///
    /// - Parameter titles: the first text of each pair, for a model of pairs.
    package func score(_ texts: [[UInt8]], titles: [[UInt8]]? = nil) throws -> Scored {
        let (rows, firsts) = (cleaned(texts), titles.map(cleaned))
        let tokens = try tokenizer.encodeBatch(
            firsts ?? rows, pairs: firsts == nil ? nil : rows, maxTokens: maxTokens, cutting: side,
            threads: threads)
        let segments = tokens.segmentIDs.map { all in
            (0..<tokens.count).map { Array(all[Int(tokens.offsets[$0])..<Int(tokens.offsets[$0 + 1])]) }
        }
        let logits = try predictor.logits(
            of: (0..<tokens.count).map { Array(tokens[$0]) }, segments: segments)
        let width = answers.labels.count
        let scores = texts.indices.map { row in Array(logits[row * width..<(row + 1) * width]) }
        return Scored(
            scores: scores, isCut: try cutRows(of: tokens, rows, firsts), tokens: tokens.ids.count,
            unknownTokens: tokens.unknownCount)
    }

    /// Which rows were cut, of a batch that only says how many. They are among those as long as may be.
    private func cutRows(of tokens: EncodedBatch, _ rows: UTF8Rows, _ firsts: UTF8Rows?) throws -> [Bool] {
        var isCut = (0..<tokens.count).map { tokens.truncatedCount > 0 && tokens.length(of: $0) == maxTokens }
        if isCut.count(where: \.self) == tokens.truncatedCount { return isCut }
        func one(_ rows: UTF8Rows, _ row: Int) -> UTF8Rows {
            var one = UTF8Rows()
            rows[row].withUnsafeBytes { one.append($0) }
            return one
        }
        for row in isCut.indices where isCut[row] {
            let alone = try tokenizer.encodeBatch(
                one(firsts ?? rows, row), pairs: firsts == nil ? nil : one(rows, row), maxTokens: maxTokens,
                cutting: side)
            isCut[row] = alone.truncatedCount > 0
        }
        return isCut
    }
}

extension TextScorer {
    private func cleaned(_ texts: [[UInt8]]) -> UTF8Rows {
        var rows = UTF8Rows()
        for text in texts { text.withUnsafeBytes { rows.append(cleaner.clean($0).bytes) } }
        return rows
    }
}

extension TextScorer {
    /// What the answers of a folder's model say, without reading its weights.
    /// - Throws: `StageError` or `TrainingError` naming what the folder lacks.
    package static func answers(ofFolder path: String) throws -> ModelAnswers {
        let folder = try ModelFolder(try ModelFiles.locate(path, flag: "--model"))
        return folder.answers(try folder.trainedLabels())
    }

    /// Share of unknown tokens above which a tokenizer hardly fits its texts.
    private static let mostUnknown = 0.2

    /// A sentence on texts that the tokenizer hardly fits; `nil` for others.
    package static func remark(tokens: Int, unknown: Int) -> String? {
        guard tokens > 0, Double(unknown) > mostUnknown * Double(tokens) else { return nil }
        let share = String(format: "%.0f %%", 100 * Double(unknown) / Double(tokens))
        return
            "\(share) of the tokens are unknown to the model's tokenizer, which is hardly made for these texts"
    }
}

/// The columns that texts of a table are in, and the options that name them.
package struct TextColumns: Hashable, Sendable {
    /// The text, of pairs the second one.
    package var text: String
    /// The first text of pairs, such as the title.
    package var first: String?

    /// - Parameters:
    ///   - text: the column of the text, or of the first one beside `pair`.
    ///   - title: the column of what goes before it.
    ///   - pair: the column of what goes after it.
    package init(text: String, title: String?, pair: String?) {
        self.text = pair ?? text
        first = pair == nil ? title : text
    }
}

extension TextScorer {
    /// A model is asked about what it was trained on: texts, titles and texts, or pairs of texts.
    /// - Parameters:
    ///   - title: what names the column with titles, if it is given.
    ///   - pair: what names the column with second texts, if it is given.
    ///   - textFlag: the option for the column with the texts.
    ///   - name: the folder as the user named it.
    package func requireTexts(
        title: String?, pair: String?, textFlag: String, shownAs name: String
    ) throws(StageError) {
        switch textPair {
        case nil:
            guard title != nil || pair != nil else { return }
            throw StageError(
                "\(name) was trained on comments alone",
                hint: "leave \(title == nil ? "--pair-column" : "--title-column") out")
        case "title"?:
            if title != nil { return }
            throw StageError(
                "\(name) was trained on pairs of title and comment, and is given "
                    + (pair == nil ? "comments alone" : "pairs of texts"),
                hint: "give a table: \(textFlag) with the text, --title-column with the title")
        default:
            if title != nil || pair != nil { return }
            throw StageError(
                "\(name) was trained on pairs of texts, and is given single ones",
                hint: "give a table: \(textFlag) with the first text, --pair-column with the second")
        }
    }
}
