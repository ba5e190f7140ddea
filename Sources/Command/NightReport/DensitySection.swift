internal import Charts
internal import DatasetHistory
internal import LabelStudies
internal import Labeling

/// Agreement ratios and numbers of votes together, with the rule in force drawn in.
enum DensitySection {
    /// `nil` if nobody voted.
    static func section(_ set: LabelSets.Loaded) -> ReportSection? {
        let density = VoteDensity(of: set.table)
        let comments = set.table.count - density.withoutVotes
        guard comments > 0 else { return nil }
        let rule = set.rule
        let picture = DensityChart(
            counts: density.counts, voteBounds: density.voteBounds, minVotes: rule.minVotes,
            controversial: rule.scoring == nil ? rule.controversial : nil,
            uncontroversial: (rule.uncontroversial.atMost, rule.uncontroversial.atLeast)
        ).markup(
            id: "density", title: "Comments by agreement ratio and number of votes",
            description: "\(Numbers.grouped(comments)) comments, from 1 to "
                + "\(Numbers.grouped((density.voteBounds.last ?? 2) - 1)) votes; the rule asks for "
                + "\(Numbers.grouped(rule.minVotes)). The table gives the numbers by votes.")
        var words =
            "The darker a place, the more comments have its ratio and its number of votes. Those inside a frame get its "
            + "label."
        if density.withoutVotes > 0 {
            words +=
                " \(Numbers.grouped(density.withoutVotes)) comments without votes are not in the picture."
        }
        return ReportSection(
            id: "density", title: "Ratios and votes",
            parts: [ReportSection.paragraph(words), ReportSection.pair(picture, table(density))])
    }

    /// The rows by powers of two, with the ratios in fifths.
    private static func table(_ density: VoteDensity) -> Markup {
        let fifths = 5
        var rows: [(from: Int, counts: [Int])] = []
        for (row, line) in density.counts.enumerated() {
            var sums = [Int](repeating: 0, count: fifths)
            for (bin, count) in line.enumerated() { sums[bin * fifths / line.count] += count }
            let from = density.voteBounds[row]
            if let last = rows.last, from < last.from * 2 {
                rows[rows.count - 1].counts = zip(last.counts, sums).map { $0 + $1 }
            } else {
                rows.append((from, sums))
            }
        }
        let end = density.voteBounds.last ?? 1
        return Table(
            caption: "Comments by votes and ratio",
            head: ["Votes", "to 0.2", "to 0.4", "to 0.6", "to 0.8", "to 1"],
            rows: rows.enumerated().map { place, row in
                let last = (place + 1 < rows.count ? rows[place + 1].from : end) - 1
                let name =
                    last > row.from
                    ? "\(Numbers.grouped(row.from)) – \(Numbers.grouped(last))" : Numbers.grouped(row.from)
                return [.text(name)] + row.counts.map(Table.Cell.count)
            }
        ).markup()
    }
}
