internal import DuckDBTables
internal import Labeling
internal import StageKit
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
    /// What the row is to teach; `nil` if votes say it.
    var targets: TargetFacts?
    /// The cleaned second text of a pair.
    var pair: [UInt8]?
    /// By source, the offset of times without one, where times of writing are to be moments; `nil`: as they were written.
    var zones: [String: Int64]?
    /// Whether the time of writing says no moment.
    fileprivate(set) var hasLostMoment = false
    fileprivate var key = CommentKeyWriter()

    init(comment: CommentRow, split: DatasetColumns, row: Int, rule: ControversyRule?, hasBurst: Bool) {
        self.comment = comment
        self.split = split
        self.row = row
        self.rule = rule
        self.hasBurst = hasBurst
    }

    var votes: VoteCount { split.votes(row) }

    var verdict: Verdict? { Verdict(code: split.labels[row]) }
}

/// A column that an export may have.
enum ExportColumn: Hashable {
    case comment(CommentColumn)
    /// 1 controversial, 0 uncontroversial; of rows that came with labels their class, classes or score.
    case label
    /// Posterior mass of the controversial range, 0 ... 1.
    case probability
    case up
    case down
    /// up / (up + down), 0 ... 1.
    case ratio
    /// When the counts were last seen to change, ISO 8601, UTC.
    case observedAt
    case split
    /// Posterior mass of the range of the label, 0 ... 1.
    case weight
    /// Fewest further votes of one side that would change the label; missing where none up to a million would.
    case flipDistance
    /// 1 where most votes of one side came between two readings, 0 otherwise.
    case voteBurst

    /// In the order in which they are listed.
    static let all: [ExportColumn] = [
        .comment(.id), .comment(.text), .comment(.textPair), .label, .probability, .up, .down, .ratio,
        .comment(.article), .comment(.createdAt), .observedAt, .comment(.outlet), .comment(.title),
        .comment(.url), .split, .weight, .flipDistance, .voteBurst,
    ]

    init?(_ name: String) {
        guard let column = Self.all.first(where: { $0.name == name }) else { return nil }
        self = column
    }

    /// As users write it.
    var name: String {
        switch self {
        case .comment(let column): column.rawValue
        case .label: "label"
        case .probability: "p_controversial"
        case .up: "up"
        case .down: "down"
        case .ratio: "ratio"
        case .observedAt: "observed_at"
        case .split: "split"
        case .weight: "weight"
        case .flipDistance: "flip_distance"
        case .voteBurst: "vote_burst"
        }
    }

    /// Name in the header.
    var header: String {
        if case .comment(let column) = self { return column.header }
        return name
    }

    /// What has to be read for it.
    var fields: CommentFields {
        switch self {
        case .comment(let column): column.fields
        case .observedAt: .votes
        case .label, .probability, .up, .down, .ratio, .split, .weight, .flipDistance, .voteBurst: []
        }
    }

    /// Whether it says something of votes, so that rows which came with labels have no such thing.
    var isOfVotes: Bool {
        switch self {
        case .probability, .up, .down, .ratio, .weight, .flipDistance, .voteBurst: true
        default: false
        }
    }

    /// Whether it says when something was.
    var isMoment: Bool { self == .comment(.createdAt) || self == .observedAt }

    func write(_ member: inout ExportRow, _ texts: CleanedTexts, to writer: inout TableWriter) throws {
        switch self {
        case .comment(.createdAt) where member.zones != nil:
            guard let text = member.comment.createdAt else { return writer.missing() }
            let source = String(decoding: member.comment.source, as: UTF8.self)
            if let seconds = Moment.seconds(text, zoneSeconds: member.zones?[source] ?? 0) {
                try writer.text(Moment.text(seconds))
            } else {
                member.hasLostMoment = true
                writer.missing()
            }
        case .comment(let column):
            try column.withValue(of: member.comment, pair: member.pair, &member.key, texts) {
                try writer.text($0)
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
                member.rule?.weight(of: member.votes, labeled: $0, as: .posterior)
            }
            if let weight { writer.number(weight) } else { writer.missing() }
        case .flipDistance:
            if let votes = member.rule?.flipDistance(for: member.votes).fewest {
                writer.number(votes)
            } else {
                writer.missing()
            }
        case .voteBurst: writer.number(member.hasBurst ? 1 : 0)
        case .observedAt: try writer.text(Moment.text(member.comment.observedAt))
        case .split: try writer.text(member.split.sideNames[Int(member.split.sides[member.row])])
        }
    }
}

extension ExportColumn {
    /// The type in a Parquet table.
    /// - Parameter targets: what rows are to teach; `nil` if votes say it.
    func parquetType(_ targets: TargetFacts?) -> ParquetTable.ColumnType {
        switch self {
        case .comment(.createdAt), .observedAt: .moment
        case .comment, .split: .text
        case .up, .down, .flipDistance, .voteBurst: .whole
        case .probability, .ratio, .weight: .number
        case .label:
            switch targets?.task.form {
            case nil: .whole
            case .oneClass, .wordClasses, .answerPlaces: .text
            case .anyClasses: .texts
            case .number: .number
            }
        }
    }

    /// The name of the row's class, a list of the names of its classes, or its score; of votes the class as a number.
    private func writeLabel(of member: ExportRow, to writer: inout TableWriter) throws {
        guard let targets = member.targets else { return writer.number(member.verdict?.classIndex ?? 0) }
        let target = member.split.target(of: member.row)
        switch targets.task.form {
        case .oneClass: try writer.text(targets.names[Int(target.first ?? 0)])
        case .anyClasses:
            let names = zip(targets.names, target).filter { $0.1 > 0 }.map { JSONValue.string($0.0) }
            try writer.text(JSONValue.array(names).canonicalText)
        case .wordClasses:
            let words = member.split.words[member.row].map { word -> JSONValue in
                [.integer(Int(word.start)), .integer(Int(word.end)), .string(targets.names[Int(word.tag)])]
            }
            try writer.text(JSONValue.array(words).canonicalText)
        case .answerPlaces:
            let answers = member.split.words[member.row].map { answer -> JSONValue in
                [.integer(Int(answer.start)), .integer(Int(answer.end))]
            }
            try writer.text(JSONValue.array(answers).canonicalText)
        case .number:
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
