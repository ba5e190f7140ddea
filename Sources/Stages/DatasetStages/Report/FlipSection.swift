package import Charts
internal import LabelStudies
internal import StageKit

/// How the labels of an older set changed.
package enum FlipSection {
    /// The section's markup, heading left out.
    package static func markup(_ facts: FlipFigures) -> Markup {
        section(facts).parts.reduce(Markup(trusted: ""), +)
    }

    static func section(_ facts: FlipFigures) -> ReportSection {
        var parts = [ReportSection.paragraph(sentence(facts)), table(facts)]
        let shown = facts.causes.filter { $0.count > 0 }
        let articles = facts.articles.isEmpty ? nil : articles(facts)
        if shown.isEmpty {
            parts += [articles].compactMap { $0 }
        } else {
            let chart = BarChart(
                bars: shown.map { BarChart.Bar(label: words($0.name), value: $0.count, style: "fill-flow") })
            let picture = chart.markup(
                id: "flip-causes", title: "Flips by cause",
                description: shown.map { "\(words($0.name)): \(Numbers.grouped($0.count))" }.joined(
                    separator: "; ")
                    + ".")
            parts.append(articles.map { ReportSection.pair(picture, $0) } ?? picture)
        }
        return ReportSection(id: "flips", title: "What changed since the last labels", parts: parts)
    }

    /// A cause for people.
    package static func words(_ cause: String) -> String {
        switch FlipCause(rawValue: cause) {
        case .votesMoved: "votes moved"
        case .ruleChanged: "rule changed"
        case .timePassed: "comment came of age"
        case .priorMoved: "prior moved"
        case .thresholdMoved: "bar of the top moved"
        case .textChanged: "cleaning changed"
        case .commentGone: "comment gone"
        case nil: cause
        }
    }

    private static func sentence(_ facts: FlipFigures) -> String {
        let before = facts.table.prefix(2).reduce(0) { $0 + $1.reduce(0, +) }
        let after = facts.table.reduce(0) { $0 + $1[0] + $1[1] }
        let turned = facts.table[0][1] + facts.table[1][0]
        let new = facts.newComments.reduce(0, +)
        let sets =
            "set \(facts.old) (\(Numbers.grouped(before)) labels) and set \(facts.new) "
            + "(\(Numbers.grouped(after)) labels)"
        var text =
            facts.flips == 0
            ? "No label differs between \(sets)."
            : "\(Numbers.grouped(facts.flips)) \(facts.flips == 1 ? "label differs" : "labels differ") between "
                + "\(sets); \(turned == 0 ? "none" : Numbers.grouped(turned)) turned into the opposite."
        if new > 0 {
            text +=
                " \(Numbers.grouped(new)) \(new == 1 ? "comment is" : "comments are") new and not among them."
        }
        return text
    }

    private static func table(_ facts: FlipFigures) -> Markup {
        let names = ["Controversial", "Uncontroversial", "No label"]
        let hasAbsent = facts.table.contains { $0[3] > 0 } || facts.table[3].contains { $0 > 0 }
        let columns = hasAbsent ? 4 : 3
        let head = ["From, to"] + names + (hasAbsent ? ["Not there"] : [])
        let rows = (0..<columns).map { row -> [Table.Cell] in
            [.text(row < 3 ? names[row] : "Not there")]
                + facts.table[row].prefix(columns).enumerated().map { column, count in
                    row == 3 && column == 3 ? .number("–") : .count(count)
                }
        }
        return Table(caption: "Comments by old label (rows) and new label", head: head, rows: rows)
            .markup()
    }

    private static func articles(_ facts: FlipFigures) -> Markup {
        Table(
            caption: "Articles with the most flips", head: ["Article", "Flips"],
            rows: facts.articles.map { [.code($0.name), .count($0.count)] }
        ).markup()
    }
}
