internal import Charts
internal import StageKit

/// The sides of the split and the files that were written from them.
enum SplitSection {
    static func section(_ figures: SplitFigures) -> ReportSection? {
        let sides = figures.sides.all
        guard !sides.isEmpty else { return nil }
        var parts = [ReportSection.paragraph(sentence(figures))]
        if sides.contains(where: { $0.labeled != nil }) {
            parts.append(classTable(sides, figures.askedShares))
            return ReportSection(id: "split", title: "Training, choosing, testing", parts: parts)
        }
        let chart = ShareChart(
            legend: [
                (HistogramChart.controversialStyle, "controversial"),
                (HistogramChart.uncontroversialStyle, "uncontroversial"),
            ],
            rows: sides.map {
                ShareChart.Row(label: $0.name, counts: [$0.controversial, $0.uncontroversial])
            })
        let picture = chart.markup(
            id: "split-shares", title: "Labels on each side of the split",
            description: sides.map {
                "\($0.name): \(Numbers.grouped($0.controversial)) controversial and "
                    + "\(Numbers.grouped($0.uncontroversial)) uncontroversial"
            }.joined(separator: "; ") + ".")
        parts += [picture, table(sides, figures.askedShares)]
        return ReportSection(id: "split", title: "Training, choosing, testing", parts: parts)
    }

    /// Rows of each class on each side, for rows that came with labels.
    private static func classTable(_ sides: [SideFigures], _ asked: [String: Double]?) -> Markup {
        let names = (sides.first?.labeled?.classes ?? []).map { $0.name ?? "–" }
        func row(_ name: String, _ rows: Int, _ classes: [Int]) -> [Table.Cell] {
            [.text(name), .count(rows)] + shares(name, rows, of: sides, asked) + classes.map(Table.Cell.count)
        }
        let sums = names.indices.map { index in
            sides.reduce(0) { $0 + ($1.labeled?.classes[index].rows ?? 0) }
        }
        return Table(
            caption: "Rows on each side" + (names.isEmpty ? "" : ", and of each class"),
            head: ["Side", "Rows"] + shareHead(asked) + names,
            rows: sides.map { row($0.name, $0.total, $0.labeled?.classes.map(\.rows) ?? []) }
                + [row("all", sides.reduce(0) { $0 + $1.total }, sums)], strong: [sides.count]
        ).markup()
    }

    private static func sentence(_ figures: SplitFigures) -> String {
        let group = figures.groupBy ?? "article"
        if figures.sides.all.contains(where: { $0.labeled != nil }) {
            let leaks = figures.leakage ?? 0
            return leaks == 0
                ? "No text was found on two sides."
                : "\(Numbers.grouped(leaks)) rows have a text, or nearly the same, or their group on another side too."
        }
        var text =
            switch group {
            case "time": "The sides are cut at dates."
            case "comment": "Each comment stays on its side, for good."
            default: "All comments of one \(group) are on the same side, for good."
            }
        if let copies = figures.copiesDropped {
            text +=
                copies == 0
                ? " No text was found on two sides."
                : " \(Numbers.grouped(copies)) \(copies == 1 ? "copy" : "copies") of a text on another side "
                    + "\(copies == 1 ? "was" : "were") left out."
        }
        return text
    }

    private static func shareHead(_ asked: [String: Double]?) -> [String] {
        ["Share"] + (asked == nil ? [] : ["Asked for"])
    }

    /// The share that a side has of all rows, and the one that it was to have.
    private static func shares(
        _ name: String, _ rows: Int, of sides: [SideFigures], _ asked: [String: Double]?
    ) -> [Table.Cell] {
        let share = Table.Cell.number(Numbers.percent(rows, of: sides.reduce(0) { $0 + $1.total }))
        guard let asked else { return [share] }
        return [share, .number(asked[name].map { Numbers.percentBound($0) } ?? "")]
    }

    private static func table(_ sides: [SideFigures], _ asked: [String: Double]?) -> Markup {
        let hasArticles = sides.contains { $0.articles != nil }
        func row(_ side: SideFigures) -> [Table.Cell] {
            [
                .text(side.name), .count(side.controversial), .count(side.uncontroversial),
                .count(side.total),
            ] + shares(side.name, side.total, of: sides, asked)
                + (hasArticles ? [side.articles.map(Table.Cell.count) ?? .number("–")] : [])
        }
        let sum = SideFigures(
            name: "all", controversial: sides.reduce(0) { $0 + $1.controversial },
            uncontroversial: sides.reduce(0) { $0 + $1.uncontroversial },
            articles: sides.reduce(0) { $0 + ($1.articles ?? 0) })
        return Table(
            caption: "Comments and articles on each side",
            head: ["Side", "Controversial", "Uncontroversial", "Comments"] + shareHead(asked)
                + (hasArticles ? ["Articles"] : []),
            rows: sides.map(row) + [row(sum)], strong: [sides.count]
        ).markup()
    }
}
