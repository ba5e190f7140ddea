private import Foundation
internal import Labeling
internal import StageKit
internal import Tokenization
internal import Training

/// A trained model with everything that stands between a text and its scores.
struct TextScorer {
    /// Texts that are scored together.
    static let blockSize = 512

    let labels: [String]
    private let predictor: Predictor
    private let tokenizer: any Tokenizer
    private let cleaner: TextCleaner
    private let maxTokens: Int
    private let side: TruncationSide
    /// Which text goes before each one as the first of a pair; nil for single texts.
    let textPair: String?

    /// - Throws: `StageError` or `TrainingError` naming what the folder lacks.
    init(folder path: String) throws {
        let path = try ModelFiles.locate(path, flag: "--model")
        let folder = try ModelFolder(path)
        let (model, labels) = try folder.makeTrainedModel(threads: Machine.threads)
        let kind = folder.provenance?.tokenizerKind ?? WordPieceMode.hfFast.rawValue
        guard let mode = WordPieceMode(rawValue: kind) else {
            throw StageError(
                "\(path) was trained with the tokenizer rules '\(kind)', which this version does not know",
                hint: "use the version of splitvote that trained it, or train it again")
        }
        let tokenizer = try ModelFiles.tokenizer(in: path, flag: "--model", mode: mode)
        for note in tokenizer.warnings { ErrorText.note(note) }
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
    func score(_ texts: [[UInt8]], titles: [[UInt8]]? = nil) throws -> [[Float]] {
        let (rows, firsts) = (cleaned(texts), titles.map(cleaned))
        let tokens = try tokenizer.encodeBatch(
            firsts ?? rows, pairs: firsts == nil ? nil : rows, maxTokens: maxTokens, cutting: side,
            threads: Machine.threads)
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

/// Writes answers as TSV or JSON lines.
struct AnswerWriter {
    let labels: [String]
    let isJSON: Bool
    let withLogits: Bool
    private var output = OutputBuffer()
    private var hasHeader = false

    init(labels: [String], isJSON: Bool, withLogits: Bool) {
        self.labels = labels
        self.isJSON = isJSON
        self.withLogits = withLogits
    }

    mutating func write(_ rows: [[Float]]) throws(StageError) {
        if !hasHeader { try writeHeader() }
        for logits in rows {
            let probabilities = Predictor.softmax(logits, classCount: logits.count)
            let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
            try output.write(isJSON ? json(logits, probabilities, best) : line(logits, probabilities, best))
        }
    }

    /// Writes what is left; without any row the header alone.
    mutating func finish() throws(StageError) {
        if !hasHeader { try writeHeader() }
        try output.flush()
    }

    private mutating func writeHeader() throws(StageError) {
        hasHeader = true
        if isJSON { return }
        let columns =
            ["label", "probability"] + labels.map { "p_\($0)" }
            + (withLogits ? labels.map { "logit_\($0)" } : [])
        try output.write(columns.joined(separator: "\t") + "\n")
    }

    private func line(_ logits: [Float], _ probabilities: [Double], _ best: Int) -> String {
        var fields = [labels[best], Self.text(probabilities[best])] + probabilities.map(Self.text)
        if withLogits { fields += logits.map { "\($0)" } }
        return fields.joined(separator: "\t") + "\n"
    }

    private static func text(_ probability: Double) -> String { String(format: "%.6f", probability) }

    private func json(_ logits: [Float], _ probabilities: [Double], _ best: Int) -> String {
        var members: [String: JSONValue] = [
            "label": .string(labels[best]), "probability": .number(probabilities[best]),
            "probabilities": .object(
                Dictionary(zip(labels, probabilities.map(JSONValue.number)), uniquingKeysWith: { $1 })),
        ]
        if withLogits { members["logits"] = .array(logits.map { .number(Double($0)) }) }
        return JSONValue.object(members).canonicalText + "\n"
    }
}
