private import Foundation
internal import Labeling
internal import StageKit
internal import TableFormat
internal import VoteModel

/// The card beside exported tables: what a dataset's facts and rows say, in plain words.
///
/// It does not mention the run, its date or its machine: equal datasets have equal cards.
struct ExportCard {
    static let fileName = "README.md"

    /// Place of the card beside the tables, or of another file that describes them; `nil` if each table has its own folder,
    /// or a name that changes from day to day while what is in it may stay, so that no card could name the tables.
    static func template(of file: String = fileName, besides tables: String) -> String? {
        let parts = tables.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.last, !parts.dropLast().contains(where: { $0.contains("{split}") }),
            !name.contains("{date}"), !name.contains("{run}")
        else { return nil }
        return (parts.dropLast() + [file[...]]).joined(separator: "/")
    }

    /// The tables' names, with placeholders.
    static func tableName(_ tables: String) -> String {
        String(tables.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
    }

    let facts: DatasetFacts
    let columns: [ExportColumn]
    let kind: TableFileFormat
    /// Where tables go, with placeholders.
    let tables: String
    let pipeline: String
    let languages: ExportLanguages
    /// As the pipeline file gives it; `nil` if it does not.
    var license: String?

    func card(_ split: DatasetColumns) throws -> DatasetCard {
        let rule =
            try facts.targets.map(Self.words)
            ?? Self.words(ControversyRule(facts), fitted: fittedPrior) + Self.lean(of: split) + people
        let names = facts.classNames
        let sides = split.sideNames.enumerated().map { side, name in
            let rows = split.rows(of: side)
            var counts = names.map { _ in 0 }
            for row in rows {
                for label in split.classes(of: row, facts.targets) { counts[label] += 1 }
            }
            return DatasetCard.Table(
                split: name, path: path(of: name), rows: rows.count,
                labels: zip(names, counts).map { .init($0, $1) })
        }
        var card = DatasetCard(
            prettyName: pipeline, languages: languages.names, languageNote: languages.note, kind: kind,
            tables: sides,
            columns: columns.map { DatasetCard.Column($0.header, type(of: $0), meaning(of: $0)) },
            rule: rule, provenance: provenance)
        card.isOfVotes = facts.targets == nil
        card.license = license
        return card
    }

    private func type(of column: ExportColumn) -> DatasetCard.ColumnType {
        if kind == .parquet, column.isMoment { return .moment }
        guard column == .label, let targets = facts.targets else { return column.type }
        return switch targets.task.form {
        case .number: .number
        case .anyClasses where kind == .parquet: .texts
        default: .text
        }
    }

    /// What rows with labels are, as sentences.
    static func words(_ targets: TargetFacts) -> String {
        let texts = targets.hasPairs ? "Pairs of texts" : "Texts"
        let names = targets.names.joined(separator: ", ")
        return switch targets.task.form {
        case .oneClass: "\(texts) with the labels that their owner gave them, one of \(names) each."
        case .anyClasses: "\(texts) with the labels that their owner gave them, any of \(names)."
        case .number: "\(texts) with the score that their owner gave them, \(names)."
        case .wordClasses: "\(texts) with the tags that their owner gave their words: \(names)."
        case .answerPlaces: "Questions with contexts, and the answers that their owner found there."
        }
    }

    private func meaning(of column: ExportColumn) -> String {
        if column == .probability, let rule = try? ControversyRule(facts), let score = rule.scoring?.score,
            score != .posterior
        {
            return
                "Posterior probability that the readers' share of up-votes is one at which as many votes reach the bar of "
                + "the score"
        }
        if column == .label, let targets = facts.targets {
            switch targets.task.form {
            case .oneClass: return "The row's class"
            case .anyClasses:
                return kind == .parquet ? "The row's classes" : "The row's classes, as a JSON list"
            case .number: return "The row's score"
            case .wordClasses:
                return "The words of the text as given and their tags, as a JSON list of [start, end, tag]"
            case .answerPlaces:
                return
                    "The answers in the second text as given, as a JSON list of [start, end] in code points; empty where it has none"
            }
        }
        if kind == .parquet, column == .comment(.createdAt) { return "When the comment was written" }
        // Arrow's JSON reader takes a column of dates for dates, whatever type is asked for.
        return column.isMoment && kind == .jsonl
            ? column.meaning + "; 'datasets' gives 2025-10-01T09:00:00Z back as 2025-10-01 09:00:00"
            : column.meaning
    }

    private func path(of side: String) -> String {
        Self.tableName(tables).replacing("{split}", with: side)
            .replacing("{label_set}", with: facts.labelSet ?? "")
    }

    /// Whose labels count besides those of the votes.
    private var people: String {
        guard let people = facts.people, let rule = people["rule"]?.stringValue, rule != "ignore" else {
            return ""
        }
        let least = people["least"]?.intValue ?? 1
        let whose =
            rule == "only"
            ? " Only comments that people read and labeled are kept, with the label that most of them gave"
            : " Of comments that people read and labeled, the label that most of them gave takes the place of that of the votes"
        return whose + (least > 1 ? ", if \(least) or more did." : ".")
    }

    /// What priors were drawn from; `nil` if the rule gives one.
    private var fittedPrior: String? {
        if facts.priors == nil { return nil }
        return switch facts.rule?["prior"]?["per"]?.stringValue {
        case "article":
            "a prior drawn from each article's own comments, those of its outlet and of its source"
        case "outlet": "a prior drawn from each outlet's own comments and those of its source"
        default: "a prior drawn from each source's own comments"
        }
    }

    /// The rule as sentences.
    static func words(_ rule: ControversyRule, fitted: String?) -> String {
        let outer = rule.uncontroversial
        let prior = fitted ?? "the prior Beta(\(number(rule.prior.alpha)), \(number(rule.prior.beta)))"
        var text =
            "News comments with the votes of their readers. A comment is controversial (1) where at least "
            + "\(rule.minVotes) readers voted and \(condition(rule, prior)); it is uncontroversial (0) where as many voted "
            + "and the share is at most \(number(outer.atMost)) or at least \(number(outer.atLeast))"
            + "\(rule.scoring == nil ? "" : " and the score is lower"). All ends are "
            + "included, and comments that are neither are left out."
        if let confidence = rule.confidence {
            text +=
                " A label also needs a posterior probability of at least \(number(confidence)) that the readers' share "
                + "lies in its range, under \(prior)."
        }
        return text
    }

    /// What makes a comment controversial beside enough votes.
    private static func condition(_ rule: ControversyRule, _ prior: String) -> String {
        let range = "\(number(rule.controversial.lowerBound)) ... \(number(rule.controversial.upperBound))"
        let share = "the share of up-votes, up / (up + down)"
        guard let scoring = rule.scoring else { return "\(share), lies in \(range)" }
        let score =
            switch scoring.score {
            case .posterior: "the posterior probability that \(share), lies in \(range) under \(prior)"
            case .entropy: "the score, the entropy in bits of \(share),"
            case .reddit: "the score, (up + down) / max(|up - down|, 1),"
            case .balance: "the score, (up + down) to the power of min(up, down) / max(up, down),"
            case .minority: "the score, min(up, down),"
            }
        let part = scoring.top.map { ", the bar that the highest \(number($0)) of the comments reach" } ?? ""
        return "\(score) is at least \(number(scoring.threshold))\(part)"
    }

    /// What a source that shows one side only means for these rows, as a further sentence; empty if there is nothing to say.
    private static func lean(of rows: DatasetColumns) -> String {
        guard let warning = BandAsymmetry(rows).warning else { return "" }
        return " " + warning.prefix(1).uppercased() + warning.dropFirst() + "."
    }

    private var provenance: [DatasetCard.Fact] {
        var lines: [DatasetCard.Fact] = []
        if let labelSet = facts.labelSet { lines.append(.init("Label set", labelSet)) }
        if let rule = facts.rule { lines.append(.init("Label rule", rule.canonicalText)) }
        if let threshold = facts.threshold { lines.append(.init("Bar of the score", Self.number(threshold))) }
        if let priors = facts.priors { lines.append(.init("Priors", priors.canonicalText)) }
        if let targets = facts.targets {
            lines.append(.init("Rows", "as their owner labeled them; digest \(targets.rows)"))
            return lines + makingOf
        }
        let seen = facts.cut.asOf.map { "as seen by \(Moment.text($0))" } ?? "all that had been seen"
        lines.append(.init("Votes", "\(seen); ledger digest \(facts.cut.digest)"))
        return lines + makingOf
    }

    private var makingOf: [DatasetCard.Fact] {
        var lines: [DatasetCard.Fact] = []
        lines.append(.init("Sources", facts.cut.sources.joined(separator: ", ")))
        if let clean = facts.clean { lines.append(.init("Cleaning", clean.canonicalText)) }
        if let split = facts.splitRule { lines.append(.init("Split", split.canonicalText)) }
        if let salt = facts.salt { lines.append(.init("Split salt", salt)) }
        return lines
    }

    /// A number without a needless `.0`.
    private static func number(_ value: Double) -> String {
        let text = JSONValue.number(value).canonicalText
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension ExportColumn {
    var type: DatasetCard.ColumnType {
        switch self {
        case .comment, .observedAt, .split: .text
        case .label: .label(["uncontroversial", "controversial"])
        case .up, .down, .flipDistance, .voteBurst: .integer
        case .probability, .ratio, .weight: .number
        }
    }

    /// A sentence for people, without its full stop.
    var meaning: String {
        switch self {
        case .comment(.id):
            "The comment: source and the source's own number, or the beginning of a hash of its text"
        case .comment(.text): "The comment's text, cleaned"
        case .comment(.textPair): "The second text of the pair, cleaned"
        case .label: "Whether the comment split its readers"
        case .probability:
            "Posterior probability that the readers' share of up-votes lies in the controversial range"
        case .up: "Up-votes"
        case .down: "Down-votes"
        case .ratio: "Share of up-votes, up / (up + down)"
        case .comment(.article): "The article: source and the source's own number"
        case .comment(.createdAt): "When the comment was written, as the source says it"
        case .observedAt: "When the votes were last seen to change, UTC"
        case .comment(.outlet): "The outlet that the article appeared in"
        case .comment(.title): "The article's title"
        case .comment(.url): "The article's address"
        case .split: "The side of the split"
        case .weight: "Posterior probability of the range of the label: how sure the label is"
        case .flipDistance: "Fewest further votes of one side that would change the label"
        case .voteBurst: "1 where most votes of one side came between two readings, 0 otherwise"
        }
    }
}

extension BandAsymmetry {
    /// Counts the rows that are labeled controversial.
    init(_ rows: DatasetColumns) {
        self.init()
        for row in rows.ids.indices where rows.labels[row] == Verdict.controversial.code {
            add(up: Int(rows.ups[row]), down: Int(rows.downs[row]))
        }
    }
}
