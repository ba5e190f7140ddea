package import Labeling
package import StageKit
internal import TableFormat
internal import VoteModel

/// What one row of an export is made from.
struct ExportRow {
    let comment: CommentRow
    let split: DatasetColumns
    let row: Int
    /// `nil` for rows that came with labels.
    let rule: ControversyRule?
    /// Whether most votes of one side came between two readings.
    let hasBurst: Bool
    /// What the row is to teach; `nil` where votes say it.
    var targets: TargetFacts?
    /// The cleaned second text of a pair.
    var pair: [UInt8]?
    private var key = CommentKeyWriter()

    init(comment: CommentRow, split: DatasetColumns, row: Int, rule: ControversyRule?, hasBurst: Bool) {
        self.comment = comment
        self.split = split
        self.row = row
        self.rule = rule
        self.hasBurst = hasBurst
    }

    mutating func commentKey() -> String { key.text(of: comment) }

    mutating func articleKey() -> String { key.articleText(of: comment) }

    var votes: VoteCount { split.votes(row) }

    var verdict: Verdict? { Verdict(code: split.labels[row]) }
}

/// A column that an export may have.
enum ExportColumn: String, CaseIterable {
    /// `source:key` of the comment.
    case id
    /// The cleaned text.
    case text
    /// The cleaned second text of rows that came as pairs.
    case textPair = "text_pair"
    /// 1 controversial, 0 uncontroversial; of rows that came with labels their class, classes or score.
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
    /// When the counts were last seen to change, ISO 8601, UTC.
    case observedAt = "observed_at"
    case outlet
    case title
    case url
    case split
    /// Posterior mass of the range of the label, 0 ... 1.
    case weight
    /// Fewest further votes of one side that would change the label; missing where none up to a million would.
    case flipDistance = "flip_distance"
    /// 1 where most votes of one side came between two readings, 0 otherwise.
    case voteBurst = "vote_burst"

    /// Name in the header. The text is headed as in the usual sentiment files.
    var header: String { self == .text ? "document" : rawValue }

    /// What has to be read for it.
    var fields: CommentFields {
        switch self {
        case .id: .key
        case .text: .text
        case .article: [.key, .article]
        case .createdAt: .createdAt
        case .observedAt: .votes
        case .outlet, .title, .url: .articleFacts
        case .textPair, .label, .probability, .up, .down, .ratio, .split, .weight, .flipDistance, .voteBurst:
            []
        }
    }

    /// Whether it says something of votes, so that rows which came with labels have no such thing.
    var isOfVotes: Bool {
        switch self {
        case .probability, .up, .down, .ratio, .weight, .flipDistance, .voteBurst: true
        default: false
        }
    }

    func write(_ member: inout ExportRow, _ texts: CleanedTexts, to writer: inout TableWriter) throws {
        switch self {
        case .id: try writer.text(member.commentKey())
        case .text: try texts.withText(of: member.comment) { try writer.text($0) }
        case .textPair:
            if let pair = member.pair {
                try pair.withUnsafeBytes { try writer.text($0) }
            } else {
                writer.missing()
            }
        case .label: try writeLabel(of: member, to: &writer)
        case .probability:
            if let rule = member.rule {
                writer.number(rule.probabilityControversial(for: member.votes))
            } else {
                writer.missing()
            }
        case .up: writer.number(member.votes.up)
        case .down: writer.number(member.votes.down)
        case .ratio:
            if let ratio = member.votes.agreementRatio { writer.number(ratio) } else { writer.missing() }
        case .weight:
            let weight = member.verdict.flatMap {
                member.rule?.weight(of: member.votes, labelled: $0, as: .posterior)
            }
            if let weight { writer.number(weight) } else { writer.missing() }
        case .flipDistance:
            if let votes = member.rule?.flipDistance(for: member.votes).fewest {
                writer.number(votes)
            } else {
                writer.missing()
            }
        case .voteBurst: writer.number(member.hasBurst ? 1 : 0)
        case .article: try writer.text(member.articleKey())
        case .createdAt: try writer.text(member.comment.createdAt)
        case .observedAt: try writer.text(Moment.text(member.comment.observedAt))
        case .outlet: try writer.text(member.comment.articleOutlet)
        case .title: try writer.text(member.comment.articleTitle)
        case .url: try writer.text(member.comment.articleURL)
        case .split: try writer.text(member.split.sideNames[Int(member.split.sides[member.row])])
        }
    }
}

extension ExportColumn {
    /// The name of the row's class, a list of the names of its classes, or its score; of votes the class as a number.
    private func writeLabel(of member: ExportRow, to writer: inout TableWriter) throws {
        guard let targets = member.targets else { return writer.number(member.verdict?.classIndex ?? 0) }
        let target = member.split.target(of: member.row)
        switch targets.task {
        case .singleLabel: try writer.text(targets.names[Int(target.first ?? 0)])
        case .multiLabel:
            let names = zip(targets.names, target).filter { $0.1 > 0 }.map { JSONValue.string($0.0) }
            try writer.text(JSONValue.array(names).canonicalText)
        case .regression:
            // By way of its shortest text, so that 4.8 does not become 4.800000190734863.
            writer.number(Double("\(target.first ?? 0)") ?? 0)
        }
    }
}

extension TableWriter {
    /// A text that may be missing.
    fileprivate mutating func text(_ field: UnsafeRawBufferPointer?) throws {
        if let field { try text(field) } else { missing() }
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
