package import Labeling
package import StageKit
internal import TableFormat
internal import VoteModel

/// What one row of an export is made from.
struct ExportRow {
    let comment: CommentRow
    let split: DatasetColumns
    let row: Int
    let rule: ControversyRule
    private var key = CommentKey()

    init(comment: CommentRow, split: DatasetColumns, row: Int, rule: ControversyRule) {
        self.comment = comment
        self.split = split
        self.row = row
        self.rule = rule
    }

    mutating func commentKey() -> String { key.text(of: comment) }

    mutating func articleKey() -> String { key.articleText(of: comment) }

    var votes: VoteCount { split.votes(row) }
}

/// A column that an export may have.
enum ExportColumn: String, CaseIterable {
    /// `source:key` of the comment.
    case id
    /// The cleaned text.
    case text
    /// 1 controversial, 0 uncontroversial.
    case label
    /// Posterior mass of the controversial range, 0 ... 1.
    case probability = "p_controversial"
    case up
    case down
    /// up / (up + down), 0 ... 1.
    case ratio
    /// `source:key` of the article.
    case article
    /// As the source wrote it.
    case createdAt = "created_at"
    case split

    /// Name in the header. The text is headed as in the usual sentiment files.
    var header: String { self == .text ? "document" : rawValue }

    /// What has to be read for it.
    var fields: CommentFields {
        switch self {
        case .id: .key
        case .text: .text
        case .article: [.key, .article]
        case .createdAt: .createdAt
        case .label, .probability, .up, .down, .ratio, .split: []
        }
    }

    func write(_ member: inout ExportRow, _ texts: CleanedTexts, to writer: inout TableWriter) throws {
        switch self {
        case .id: try writer.text(member.commentKey())
        case .text: try texts.withText(of: member.comment) { try writer.text($0) }
        case .label: writer.number(Verdict(code: member.split.labels[member.row])?.classIndex ?? 0)
        case .probability: writer.number(member.rule.probabilityControversial(for: member.votes))
        case .up: writer.number(member.votes.up)
        case .down: writer.number(member.votes.down)
        case .ratio:
            if let ratio = member.votes.agreementRatio { writer.number(ratio) } else { writer.missing() }
        case .article: try writer.text(member.articleKey())
        case .createdAt:
            if let created = member.comment.createdAt { try writer.text(created) } else { writer.missing() }
        case .split: try writer.text(member.split.sideNames[Int(member.split.sides[member.row])])
        }
    }
}

extension ControversyRule {
    /// The rule that a dataset was labelled with, from its facts.
    package init(_ facts: DatasetFacts) throws(StageError) {
        guard let rule = facts.rule, let minVotes = rule["min_votes"]?.intValue,
            let band = rule["controversial"]?.arrayValue?.compactMap(\.doubleValue), band.count == 2,
            let atMost = rule["uncontroversial"]?["at_most"]?.doubleValue,
            let atLeast = rule["uncontroversial"]?["at_least"]?.doubleValue
        else {
            throw StageError(
                "the dataset does not say by which rule it was labelled",
                hint: "run the label stage again with --force")
        }
        self.init(
            minVotes: minVotes, controversial: band[0]...band[1],
            uncontroversial: OuterRange(atMost: atMost, atLeast: atLeast),
            confidence: rule["confidence"]?.doubleValue,
            prior: BetaPrior(
                alpha: rule["prior"]?["alpha"]?.doubleValue ?? 1,
                beta: rule["prior"]?["beta"]?.doubleValue ?? 1))
    }
}
