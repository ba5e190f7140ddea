internal import Charts
internal import StageKit

/// The sides of the split and the files that were written from them.
enum SplitSection {
    static func section(_ figures: JSONValue) -> ReportSection? {
        let sides = SideFigures.all(figures)
        guard !sides.isEmpty else { return nil }
        var parts = [ReportSection.paragraph(sentence(figures))]
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
        parts.append(ReportSection.pair(picture, table(sides)))
        return ReportSection(id: "split", title: "Training, choosing, testing", parts: parts)
    }

    private static func sentence(_ figures: JSONValue) -> String {
        let group = figures.text("group_by") ?? "article"
        var text =
            switch group {
            case "time": "The sides are cut at dates."
            case "comment": "Each comment stays on its side, for good."
            default: "All comments of one \(group) are on the same side, for good."
            }
        if let copies = figures.int("copies_dropped") {
            text +=
                copies == 0
                ? " No text was found on two sides."
                : " \(Numbers.grouped(copies)) \(copies == 1 ? "copy" : "copies") of a text on another side "
                    + "\(copies == 1 ? "was" : "were") left out."
        }
        return text
    }

    private static func table(_ sides: [SideFigures]) -> Markup {
        let hasArticles = sides.contains { $0.articles != nil }
        func row(_ side: SideFigures) -> [Table.Cell] {
            [
                .text(side.name), .count(side.controversial), .count(side.uncontroversial),
                .count(side.total),
            ] + (hasArticles ? [side.articles.map(Table.Cell.count) ?? .number("–")] : [])
        }
        let sum = SideFigures(
            name: "all", controversial: sides.reduce(0) { $0 + $1.controversial },
            uncontroversial: sides.reduce(0) { $0 + $1.uncontroversial },
            articles: sides.reduce(0) { $0 + ($1.articles ?? 0) })
        return Table(
            caption: "Comments and articles on each side",
            head: ["Side", "Controversial", "Uncontroversial", "Comments"]
                + (hasArticles ? ["Articles"] : []),
            rows: sides.map(row) + [row(sum)], strong: [sides.count]
        ).markup()
    }
}
