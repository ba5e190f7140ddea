internal import DatasetStages
internal import Models
internal import Prediction
internal import ShardFormat
internal import StageKit
internal import VoteModel

/// A text that a model is asked about.
struct AskedText {
    /// Number of the comment.
    var id: Int64
    var text: [UInt8]
    /// The first text, of pairs.
    var title: [UInt8] = []
    /// What tells it from another text of the same comment.
    var identity: Int64 = 0

    fileprivate mutating func identify() {
        (title + [0x1F] + text).withUnsafeBytes {
            identity = Int64(bitPattern: ContentDigest.words(of: $0)[0])
        }
    }
}

/// The texts that a model is asked about: those of all comments that cleaning has kept, or of rows with labels.
struct AskedTexts {
    let facts: DatasetFacts
    /// Numbers of the comments, rising.
    let ids: [Int64]
    /// Second texts of rows that came as pairs, parallel to the numbers; empty for others.
    private let pairs: [Int64]
    /// The texts as the dataset has them; `nil` if they are not cleaned.
    let cleaned: CleanedTexts?
    /// Where the model does not clean its texts as those of the dataset are: its folder does not say how, or they are masked,
    /// which it cannot do.
    private let cleaner: CleanedTexts?
    private let hasTitles: Bool
    private let ledger: any LedgerReader

    /// Comments that are looked at between two safe points.
    private static let checkpointSpan = 65_536

    /// - Throws: ``StageError`` where the texts are not what the model was trained on.
    init(_ context: StageContext, _ scorer: TextScorer, _ model: ChosenModel) throws {
        let input = try context.inputs.one("comments")
        let isCleaned = input.type == "texts-v1"
        facts = try isCleaned ? DatasetFacts(input) : DatasetFacts([input], context)
        ledger = context.ledger
        hasTitles = scorer.textPair == "title"
        cleaned = try isCleaned ? CleanedTexts(facts, context) : nil
        cleaner = scorer.cleanRules == nil || facts.masking != nil ? cleaned : nil
        try Self.check(facts, scorer, model, isCleaned: isCleaned)
        var dropped = isCleaned ? try DroppedComments(input) : DroppedComments()
        if facts.targets != nil {
            let rows = try RowTable(input)
            let left = Set(dropped.ids)
            let kept = rows.filtered { !left.contains($0) }
            (ids, pairs) = (kept.ids, kept.pairs)
        } else {
            var ids: [Int64] = []
            var seen = 0
            try context.ledger.scan(facts.cut, fields: isCleaned ? .articleID : .text, selection: .all) {
                comment in
                seen += 1
                if seen % Self.checkpointSpan == 0 { try context.checkpoint() }
                if isCleaned ? dropped.contains(comment.id) : comment.isDeleted || comment.text.isEmpty {
                    return
                }
                ids.append(comment.id)
            }
            (self.ids, pairs) = (ids, [])
        }
    }

    private static func check(
        _ facts: DatasetFacts, _ scorer: TextScorer, _ model: ChosenModel, isCleaned: Bool
    ) throws(StageError) {
        let hasPairs = facts.targets?.hasPairs == true
        if let pair = scorer.textPair, (pair == "title") == hasPairs {
            throw StageError(
                pair == "title"
                    ? "\(model.name) was trained on pairs of title and comment, and these rows are pairs of texts"
                    : "\(model.name) was trained on pairs of texts, and these are comments alone",
                hint: "choose a model that was trained on such texts")
        }
        if scorer.textPair == nil, hasPairs {
            throw StageError(
                "\(model.name) was trained on single texts, and these rows are pairs of texts",
                hint:
                    "choose a model that was trained on pairs, or leave text_pair out of 'columns' of the ingest stage"
            )
        }
        guard isCleaned, let rules = scorer.cleanRules,
            (rules.identifier, rules.revision) != (facts.cleanRules, facts.cleanRevision ?? 1)
        else { return }
        throw StageError(
            "the texts do not fit the model: they are cleaned by '\(facts.cleanRules)', those that \(model.name) was trained "
                + "on by '\(rules.identifier)'"
                + (rules.identifier == facts.cleanRules ? " of revision \(rules.revision)" : ""),
            hint: "clean the comments as those of the model's training were")
    }

    /// Whether the model gets its texts cleaned, and is not to clean them again.
    var areCleaned: Bool { cleaner != nil }

    /// What scores depend on beside the texts: the model, how texts are cleaned, and this kind's revision.
    func memoryKey(_ model: String, _ precision: Precision) -> String {
        let identity: [String: JSONValue] = [
            "model": .string(model), "clean": cleaner == nil ? .null : facts.clean ?? .null,
            "precision": .string(precision.rawValue), "revision": .integer(PredictStage.kind.revision),
        ]
        return String(ContentDigest.of(JSONValue.object(identity).canonicalText).prefix(16))
    }

    /// The texts of some of the comments, in their order; without those that are no longer there.
    func read(_ block: [Int64]) throws -> [AskedText] {
        var found: [AskedText] = []
        try ledger.scan(
            facts.cut, fields: hasTitles ? [.text, .articleFacts] : .text, selection: .ids(block)
        ) {
            comment in
            found.append(
                AskedText(id: comment.id, text: try text(of: comment), title: try title(of: comment)))
        }
        if !pairs.isEmpty { found = try paired(found) }
        for row in found.indices { found[row].identify() }
        return found
    }

    /// Of pairs the comment has the first text, which stands where the title of others is.
    private func paired(_ firsts: [AskedText]) throws -> [AskedText] {
        let seconds = firsts.map { first in pairs[place(of: first.id)] }
        var texts: [Int64: [UInt8]] = [:]
        try ledger.scan(facts.cut, fields: .text, selection: .ids(seconds)) {
            texts[$0.id] = try text(of: $0)
        }
        return zip(firsts, seconds).compactMap { first, second in
            texts[second].map { AskedText(id: first.id, text: $0, title: first.text) }
        }
    }

    private func place(of comment: Int64) -> Int { ids.partitioningIndex { $0 >= comment } }

    /// Whether the rows came as pairs of texts.
    var arePairs: Bool { facts.targets?.hasPairs == true }

    /// The second texts of some of the comments as the table shows them, in their order.
    /// - Throws: ``StageError`` if one has gone.
    func pairs(of comments: [Int64]) throws -> [[UInt8]] {
        let seconds = comments.map { pairs[place(of: $0)] }
        var texts: [Int64: [UInt8]] = [:]
        try ledger.scan(facts.cut, fields: .text, selection: .ids(seconds)) { comment in
            texts[comment.id] = try cleaned?.withText(of: comment) { Array($0) } ?? Array(comment.text)
        }
        return try seconds.map { second in
            guard let text = texts[second] else { throw StageError.vanishedDuringAnswers }
            return text
        }
    }

    private func text(of comment: CommentRow) throws -> [UInt8] {
        try cleaner?.withText(of: comment) { Array($0) } ?? Array(comment.text)
    }

    private func title(of comment: CommentRow) throws -> [UInt8] {
        guard hasTitles else { return [] }
        return try cleaner?.withTitle(of: comment) { Array($0) } ?? comment.articleTitle.map { Array($0) }
            ?? []
    }
}

extension StageError {
    static let vanishedDuringAnswers = StageError(
        "comments went out of the store while they were answered", hint: "run again")
}
