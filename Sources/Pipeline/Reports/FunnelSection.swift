internal import Charts
internal import StageKit

/// How many rows came in, and how many comments each step left.
enum FunnelSection {
    static let absence = "No data funnel: no ingest stage comes before this report."

    static func section(_ steps: [FunnelStep]) -> ReportSection? {
        guard steps.count > 1, steps[0].count > 0 else { return nil }
        let bars = steps.enumerated().map { index, step in
            BarChart.Bar(
                label: step.name, value: step.count, style: "fill-flow",
                before: index > 0 ? max(step.count, steps[index - 1].count) : nil)
        }
        let chart = BarChart(bars: bars).markup(
            id: "funnel", title: "Data funnel",
            description: steps.map { "\($0.name): \(Numbers.grouped($0.count))" }.joined(separator: "; ")
                + ".")
        let rows = steps.map { step in
            [
                Table.Cell.text(step.name), .count(step.count),
                .number(Numbers.percent(step.count, of: steps[0].count)),
                .text(step.lost.map { "\(Numbers.grouped($0.count)) \($0.why)" }.joined(separator: "; ")),
            ]
        }
        let table = Table(
            caption: "What each step leaves", head: ["Step", "Left", "Of all rows", "Left out here"],
            rows: rows
        ).markup()
        return ReportSection(
            id: "data", title: "From rows to examples", parts: [chart, table])
    }
}
