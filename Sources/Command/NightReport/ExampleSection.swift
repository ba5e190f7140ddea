internal import Charts
internal import DatasetHistory
internal import LabelStudies
internal import Labeling
internal import VoteModel

/// Single comments that are worth a look.
struct ExampleSection {
    private let quotes: QuotedComments
    private let live: LabelSets.Loaded?
    private let answers: [ScoredAnswers]

    private static let mostShown = 8

    init(_ quotes: QuotedComments, live: LabelSets.Loaded?, answers: [ScoredAnswers]) {
        self.quotes = quotes
        self.live = live
        self.answers = answers
    }

    func section() throws -> ReportSection? {
        var parts = try answers.prefix(2).compactMap(wrong)
        if let live {
            parts += [try mostControversial(live), try nearestToBounds(live)].compactMap { $0 }
        }
        return parts.isEmpty
            ? nil : ReportSection(id: "examples", title: "Comments worth a look", parts: parts)
    }

    /// Rows that the model got wrong with the highest probability.
    private func wrong(_ answers: ScoredAnswers) throws -> Markup? {
        let rows = answers.names.indices.filter { answers.labels[$0] != answers.predicted[$0] }
        func probability(_ row: Int) -> Double { answers.probability(of: answers.predicted[row], row: row) }
        let shown = rows.sorted { (probability($0), $1) > (probability($1), $0) }.prefix(Self.mostShown)
        let cells = shown.map { row in
            (
                name: answers.names[row],
                cells: [
                    Table.Cell.text(answers.classes[answers.labels[row]]),
                    .text(answers.classes[answers.predicted[row]]),
                    .number(Numbers.fixed(probability(row), 3)),
                ]
            )
        }
        return try quotes.table(
            "Most confidently wrong: \(answers.title)", ["Label", "Answer", "Its probability"], cells)
    }

    /// Controversial comments with the most votes on their smaller side.
    private func mostControversial(_ set: LabelSets.Loaded) throws -> Markup? {
        let table = set.table
        let code = Verdict.controversial.code
        let rows = table.comments.indices.filter { table.labels[$0] == code }
        func smaller(_ row: Int) -> Int32 { min(table.ups[row], table.downs[row]) }
        let shown = rows.sorted { (smaller($0), $1) > (smaller($1), $0) }.prefix(Self.mostShown)
        return try quoted("Most controversial: the most votes on the smaller side", Array(shown), set) { _ in
            []
        }
    }

    /// Comments with enough votes whose ratio is nearest to a bound of the rule, those with the most votes first.
    private func nearestToBounds(_ set: LabelSets.Loaded) throws -> Markup? {
        let rule = set.rule
        guard rule.scoring == nil else { return nil }
        let bounds = [
            rule.controversial.lowerBound, rule.controversial.upperBound, rule.uncontroversial.atMost,
            rule.uncontroversial.atLeast,
        ].filter { $0 > 0 && $0 < 1 }
        let table = set.table
        let near = table.comments.indices.compactMap { row -> (row: Int, distance: Double, votes: Int)? in
            let votes = Int(table.ups[row]) + Int(table.downs[row])
            guard votes >= rule.minVotes else { return nil }
            let ratio = Double(table.ups[row]) / Double(votes)
            return bounds.map { abs(ratio - $0) }.min().map { (row, $0, votes) }
        }
        let shown = near.sorted { ($0.distance, -$0.votes, $0.row) < ($1.distance, -$1.votes, $1.row) }
            .prefix(Self.mostShown)
        return try quoted("Nearest to a bound of the rule", shown.map(\.row), set) { row in
            let ratio = Double(table.ups[row]) / Double(table.ups[row] + table.downs[row])
            let bound = bounds.min { abs($0 - ratio) < abs($1 - ratio) } ?? 0
            return [.number(Numbers.fixed(ratio, 3)), .number(Numbers.trimmed(bound, 4))]
        }
    }

    private func quoted(
        _ caption: String, _ rows: [Int], _ set: LabelSets.Loaded, _ more: (Int) -> [Table.Cell]
    ) throws -> Markup? {
        let table = set.table
        let names = try quotes.names(of: rows.map { table.comments[$0] })
        let cells = zip(rows, names).map { row, name in
            (
                name: name,
                cells: [
                    QuotedComments.votes(Int(table.ups[row]), Int(table.downs[row])),
                    .text(Verdict(code: table.labels[row])?.name ?? "–"),
                ] + more(row)
            )
        }
        let extra: [String] = rows.first.map { more($0).isEmpty ? [] : ["Ratio", "Bound"] } ?? []
        return try quotes.table(caption, ["Votes", "Label"] + extra, cells)
    }
}
