internal import Baselines
package import Models
package import StageKit
internal import TextBasics
internal import TextCleaning
package import Training

/// A trained model with everything from a text to its scores.
package struct TextScorer {
    /// Texts that are scored together.
    package static let blockSize = 512

    /// What its scores say.
    package var answers: ModelAnswers
    private let model: any ScoringModel
    /// What finds spans in texts, for a model that tags words; `nil` for one that answers to texts.
    package let tagger: TextTagger?
    /// What finds answers in contexts, for a model of questions; `nil` for others.
    let reader: QuestionReader?
    private let cleaner: TextCleaner
    /// Longest row that the model is given, special tokens included; `nil` for a model that reads texts whole.
    package var maxTokens: Int? { model.maxTokens }
    /// The rules that its texts are cleaned by, and which revision of them; nil if the folder does not say it.
    package let cleanRules: (identifier: String, revision: Int)?
    /// Which text goes before each one as the first of a pair; nil for single texts.
    package let textPair: String?
    /// Whether texts come as the model's were, so that it does not clean them again.
    package var getsCleanedTexts = false

    /// - Parameters:
    ///   - path: the model's folder, as the user named it.
    ///   - precision: number format of the matrix products.
    ///   - note: called with what is worth knowing about the folder.
    /// - Throws: `StageError` or `TrainingError` naming what the folder lacks.
    package init(folder path: String, precision: Precision, threads: Int, note: (String) -> Void) throws {
        let path = try ModelFiles.locate(path, flag: "--model")
        let provenance: ModelProvenance?
        if BaselineFolder.kind(ofFolder: path) != nil {
            let folder = try BaselineFolder(path)
            provenance = folder.provenance
            answers = folder.answers
            model = BaselineScoring(model: folder.model, threads: threads)
            (tagger, reader) = (nil, nil)
        } else {
            let folder = try ModelFolder(path)
            provenance = folder.provenance
            if let use = folder.configuration.tokenUse {
                let isTagger = use == .tags
                let tagger =
                    isTagger
                    ? try TextTagger(folder, precision: precision, threads: threads, note: note) : nil
                let reader =
                    isTagger
                    ? nil : try QuestionReader(folder, precision: precision, threads: threads, note: note)
                (self.tagger, self.reader) = (tagger, reader)
                model = TokenScoring(path: path, use: use)
                answers = folder.answers(tagger?.names ?? reader?.names ?? [])
                textPair = isTagger ? nil : "text_pair"
                cleaner = try folder.ownCleaner()
                cleanRules = provenance.map { ($0.cleanRules, $0.cleanRevision ?? 1) }
                return
            }
            (tagger, reader) = (nil, nil)
            let (model, labels) = try EncoderScoring.open(
                folder, precision: precision, threads: threads, note: note)
            answers = folder.answers(labels)
            self.model = model
        }
        let identifier = provenance?.cleanRules ?? CleaningRules.Base.none.rawValue
        guard let rules = CleaningRules(identifier: identifier) else {
            throw StageError(
                "\(path) was trained on texts cleaned by '\(identifier)', which this version does not know",
                hint: "use the version of splitvote that trained it, or train it again")
        }
        if let revision = provenance?.cleanRevision, revision != CleaningRules.revision {
            throw StageError(
                "\(path) was trained on texts cleaned by revision \(revision) of the rules '\(identifier)', this version "
                    + "has revision \(CleaningRules.revision)",
                hint: "use the version of splitvote that trained it, or train it again")
        }
        cleaner = TextCleaner(rules)
        textPair = provenance?.textPair
        cleanRules = provenance.map { ($0.cleanRules, $0.cleanRevision ?? 1) }
    }

    /// What is worth saying where its texts do not come from a pipeline; `nil` for nothing.
    /// - Parameter name: the folder as the user named it.
    package func remark(shownAs name: String) -> String? {
        guard let rules = cleanRules.flatMap({ CleaningRules(identifier: $0.identifier) }),
            rules.masking != nil
        else { return nil }
        return
            "\(name) was trained on texts that a mask stage had masked: texts that are not may be answered otherwise"
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
        try model.score(cleaned(texts), firsts: titles.map(cleaned))
    }

    /// What moved the scores of some answers to a text most; empty for a model whose parts have no names.
    ///
    /// - Parameters:
    ///   - labels: numbers of the classes, or of the scores.
    ///   - title: the first text of the pair, for a model of pairs.
    ///   - most: reasons for each.
    package func reasons(
        for labels: [Int], text: [UInt8], title: [UInt8]?, most: Int
    ) -> [AnswerReason] {
        guard let baseline = (model as? BaselineScoring)?.model else { return [] }
        let (texts, firsts) = (cleaned([text]), title.map { cleaned([$0]) })
        return labels.flatMap { label in
            baseline.reasons(for: label, in: texts, firsts: firsts, most: most).map { reason in
                AnswerReason(
                    label: label,
                    field: reason.field == .text ? "text" : textPair == "title" ? "title" : "first",
                    feature: reason.feature, weight: reason.weight, effect: reason.effect)
            }
        }
    }

    /// - Parameter name: the folder as the user named it.
    /// - Throws: `StageError` for a model whose answers cannot be explained.
    package func requireReasons(shownAs name: String) throws(StageError) {
        if model is BaselineScoring { return }
        throw StageError(
            "\(name) is an encoder: no single part of a text has a weight that moves its answers",
            hint: "--explain is for models that train stages make with model: tfidf")
    }
}

/// Something in a text that moved the score of an answer.
package struct AnswerReason: Hashable, Sendable {
    /// Number of the class, or of the score.
    package var label: Int
    /// `text`, `title`, or `first` for the first text of other pairs.
    package var field: String
    /// The n-gram, or `length`.
    package var feature: String
    /// What a whole one adds to the score of the class, less what it adds to those of others.
    package var weight: Double
    /// What it adds in this text; above 0 it speaks for the answer.
    package var effect: Double

    package init(label: Int, field: String, feature: String, weight: Double, effect: Double) {
        self.label = label
        self.field = field
        self.feature = feature
        self.weight = weight
        self.effect = effect
    }
}

extension TextScorer {
    private func cleaned(_ texts: [[UInt8]]) -> UTF8Rows {
        var rows = UTF8Rows()
        for text in texts {
            text.withUnsafeBytes { rows.append(getsCleanedTexts ? $0 : cleaner.clean($0).bytes) }
        }
        return rows
    }
}

extension TextScorer {
    /// What the answers of a folder's model say, without reading its weights.
    /// - Throws: `StageError` or `TrainingError` naming what the folder lacks.
    package static func answers(ofFolder path: String) throws -> ModelAnswers {
        let path = try ModelFiles.locate(path, flag: "--model")
        if BaselineFolder.kind(ofFolder: path) != nil { return try BaselineFolder(path).answers }
        let folder = try ModelFolder(path)
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
    /// Opens models that are asked about the same texts. Beside one that reads titles another may read the texts alone.
    ///
    /// - Parameters:
    ///   - folders: as the user named them.
    ///   - title: what names the column with titles, if it is given.
    ///   - pair: what names the column with second texts, if it is given.
    ///   - textFlag: the option for the column with the texts.
    /// - Throws: `StageError` or `TrainingError` naming what a folder lacks, or texts that a model does not read.
    package static func open(
        _ folders: [String], title: String?, pair: String?, textFlag: String, precision: Precision,
        threads: Int, note: (String) -> Void
    ) throws -> [TextScorer] {
        let scorers = try folders.map {
            try TextScorer(folder: $0, precision: precision, threads: threads, note: note)
        }
        let isTitleRead = scorers.contains { $0.textPair == "title" }
        for (scorer, folder) in zip(scorers, folders) {
            if let remark = scorer.remark(shownAs: folder) { note(remark) }
            try scorer.requireTexts(
                title: isTitleRead && scorer.textPair == nil ? nil : title, pair: pair, textFlag: textFlag,
                shownAs: folder)
        }
        return scorers
    }

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
