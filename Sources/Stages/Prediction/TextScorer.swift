internal import Labeling
package import StageKit
internal import Tokenization
internal import Training

/// A trained model with everything that stands between a text and its scores.
package struct TextScorer {
    /// Texts that are scored together.
    package static let blockSize = 512

    package let labels: [String]
    private let predictor: Predictor
    private let tokenizer: WordPieceTokenizer
    private let cleaner: TextCleaner
    private let maxTokens: Int
    private let side: TruncationSide
    private let threads: Int
    /// Which text goes before each one as the first of a pair; nil for single texts.
    package let textPair: String?

    /// - Parameters:
    ///   - path: the model's folder, as the user named it.
    ///   - note: called with what is worth knowing about the folder.
    /// - Throws: `StageError` or `TrainingError` naming what the folder lacks.
    package init(folder path: String, threads: Int, note: (String) -> Void) throws {
        try ModelFiles.checkFolder(path, flag: "--model")
        let folder = try ModelFolder(path)
        let (model, labels) = try folder.makeTrainedModel(threads: threads)
        let kind = folder.provenance?.tokenizerKind ?? WordPieceMode.hfFast.rawValue
        guard let mode = WordPieceMode(rawValue: kind) else {
            throw StageError(
                "\(path) was trained with the tokenizer rules '\(kind)', which this version does not know",
                hint: "use the version of splitvote that trained it, or train it again")
        }
        let tokenizer = try ModelFiles.tokenizer(in: path, flag: "--model", mode: mode)
        if let casing = tokenizer.casing, casing.isDeduced { note(casing.sentence) }
        tokenizer.vocabulary.notes.forEach(note)
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
        self.labels = labels
        self.threads = threads
        self.tokenizer = tokenizer
        predictor = Predictor(model)
        cleaner = TextCleaner(rules)
        maxTokens = folder.provenance?.maxTokens ?? folder.configuration.plan.maxTokens
        side = folder.provenance?.truncationSide.flatMap(TruncationSide.init) ?? .right
        textPair = folder.provenance?.textPair
    }

    /// The scores of some texts before the softmax, a row for each.
    ///
    /// - Parameter titles: the first text of each pair, for a model of pairs.
    package func score(_ texts: [[UInt8]], titles: [[UInt8]]? = nil) throws -> [[Float]] {
        let (rows, firsts) = (cleaned(texts), titles.map(cleaned))
        let tokens = try tokenizer.encodeBatch(
            firsts ?? rows, pairs: firsts == nil ? nil : rows, maxTokens: maxTokens, cutting: side,
            threads: threads)
        let segments = tokens.segmentIDs.map { all in
            (0..<tokens.count).map { Array(all[Int(tokens.offsets[$0])..<Int(tokens.offsets[$0 + 1])]) }
        }
        let logits = try predictor.logits(
            of: (0..<tokens.count).map { Array(tokens[$0]) }, segments: segments)
        return texts.indices.map { row -> [Float] in
            let start = row * labels.count
            return Array(logits[start..<start + labels.count])
        }
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
    /// A model is asked about what it was trained on: texts, or titles and texts.
    /// - Parameters:
    ///   - hasTitles: whether titles are given.
    ///   - name: the folder as the user named it.
    package func requireTitles(_ hasTitles: Bool, shownAs name: String) throws(StageError) {
        if let pair = textPair, !hasTitles {
            throw StageError(
                "\(name) was trained on pairs of \(pair) and comment, and is given comments alone",
                hint: "give a table: --column with the text, --title-column with the title")
        }
        if textPair == nil, hasTitles {
            throw StageError("\(name) was trained on comments alone", hint: "leave --title-column out")
        }
    }
}
