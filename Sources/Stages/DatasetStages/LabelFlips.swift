internal import LabelStudies
internal import Labeling
internal import StageKit
internal import VoteModel

/// The differences between a new label set and the promoted one.
struct LabelFlips {
    /// Flips by labels of the promoted set, 0 ... 1; 0 if there is none.
    var share: Double = 0
    /// The whole comparison; `nil` if there is nothing to compare with.
    var comparison: JSONValue?

    /// Articles named in the figures.
    private static let mostArticles = 10

    /// - Parameters:
    ///   - counts: comments by the code of their label.
    ///   - delta: how the rows differ from an earlier set, if known: against that set, only what differs
    ///     is compared.
    init(
        _ rows: JudgedRows, _ counts: [Int], _ delta: JudgedDelta?, _ facts: DatasetFacts,
        _ rules: RulesBySource,
        _ context: StageContext
    ) throws {
        guard let promoted = try context.liveLabels.promoted(), let old = try? DatasetFacts(promoted),
            let oldID = old.labelSet, oldID != facts.labelSet
        else { return }
        let tables: (old: DatasetColumns, new: DatasetColumns, unchanged: [Int])
        do {
            tables = try Self.tables(of: promoted, oldID, rows, counts, delta)
        } catch let error as StageError {
            context.progress.warn(
                "nothing is compared with the promoted label set \(oldID), whose rows cannot be read: \(error.message)"
            )
            return
        }
        let byComment = try rules.byComment(tables.new.ids, of: facts.cut, context.ledger)
        var comparison = LabelComparison(
            from: try Self.table(tables.old), Self.origin(old), to: try Self.table(tables.new),
            Self.origin(facts)
        ) { comment, votes, settled in
            byComment[comment].verdict(for: votes, settled: settled)
        }
        for (code, count) in tables.unchanged.enumerated() {
            comparison.addUnchanged(count, LabelState(code: UInt8(code)))
        }
        share = comparison.flipShare
        let text = comparison.json(
            old: oldID, new: facts.labelSet ?? "", articles: try Self.articles(comparison, facts, context))
        self.comparison = try JSONValue(parsing: String(decoding: text, as: UTF8.self))
    }

    /// The rows to compare, and how many more both sets have alike, by the code of their label.
    private static func tables(
        of promoted: InputArtifact, _ promotedID: String, _ rows: JudgedRows, _ counts: [Int],
        _ delta: JudgedDelta?
    ) throws -> (old: DatasetColumns, new: DatasetColumns, unchanged: [Int]) {
        guard let delta, delta.base == promotedID else {
            return (try DatasetColumns(promoted), try rows.columns(), [])
        }
        var unchanged = counts
        for label in delta.changed.labels { unchanged[Int(label)] -= 1 }
        return (delta.before, delta.changed, unchanged)
    }

    private static func table(_ columns: DatasetColumns) throws -> LabelTable {
        do {
            return try LabelTable(
                comments: columns.ids, labels: columns.labels, ups: columns.ups, downs: columns.downs,
                articles: columns.articles)
        } catch {
            throw StageError("the rows of a label set are damaged: \(error)")
        }
    }

    /// How a set was made. Which comments its store knew follows from its position only for the present one.
    private static func origin(_ facts: DatasetFacts) -> LabelOrigin {
        LabelOrigin(
            rule: (facts.rule ?? .null).canonicalText, clean: (facts.clean ?? .null).canonicalText,
            threshold: facts.threshold)
    }

    /// The articles with the most flips, by the key of one of their comments.
    private static func articles(
        _ comparison: LabelComparison, _ facts: DatasetFacts, _ context: StageContext
    ) throws -> [(name: String, flips: Int)] {
        let most = comparison.articles(most: mostArticles)
        var speakers: [Int64: Int64] = [:]
        for flip in comparison.flips where most.contains(where: { $0.article == flip.article }) {
            speakers[flip.article] = speakers[flip.article] ?? flip.comment
        }
        var key = CommentKeyWriter()
        return try most.compactMap { article, flips in
            var name: String?
            try context.ledger.scan(
                facts.cut, fields: [.key, .article], selection: .ids([speakers[article] ?? 0])
            ) { name = key.articleText(of: $0) }
            return name.map { ($0, flips) }
        }
    }
}
