internal import Charts
internal import StageKit
internal import VoteModel

/// The label rule, the agreement ratios it met and what it called them.
enum LabelSection {
    static func section(_ rule: LabelFigures) -> ReportSection? {
        var parts = rule.sentence.map { [ReportSection.paragraph($0 + " All bounds are included.")] } ?? []
        if let noise = rule.noiseSentence { parts.append(ReportSection.paragraph(noise)) }
        if let warning = rule.oneSided {
            parts.append(
                ReportSection.paragraph(warning.prefix(1).uppercased() + warning.dropFirst() + "."))
        }
        if rule.histogram.contains(where: { $0 > 0 }) { parts.append(histogram(rule)) }
        if rule.total > 0 { parts.append(counts(rule)) }
        return parts.isEmpty ? nil : ReportSection(id: "labels", title: "How readers split", parts: parts)
    }

    static func words(_ verdict: Verdict) -> String {
        switch verdict {
        case .abstain(.inBetween): "in between"
        case .abstain(.tooFewVotes): "with too few votes"
        default: verdict.name
        }
    }

    private static func histogram(_ rule: LabelFigures) -> Markup {
        let chart = HistogramChart(
            counts: rule.histogram, controversial: rule.band, uncontroversial: rule.outer)
        let total = rule.histogram.reduce(0, +)
        let picture = chart.markup(
            id: "ratios", title: "Agreement ratios",
            description:
                "Histogram of the share of up-votes of \(Numbers.grouped(total)) comments with enough "
                + "votes, in bins of \(Numbers.trimmed(1 / Double(rule.histogram.count), 4)). The table gives the "
                + "numbers by tenths.")
        let votes = rule.minVotes.map { " (\(Numbers.grouped($0)) votes or more)" } ?? ""
        let table = Table(
            caption: "Comments by agreement ratio\(votes)", head: ["Ratio", "Comments", "Share"],
            rows: tenths(rule.histogram).enumerated().map { index, count in
                let end = index == 9 ? "1.0" : "0.\(index + 1)"
                return [
                    .text("0.\(index) – \(end)"), .count(count), .number(Numbers.percent(count, of: total)),
                ]
            }
        ).markup()
        return ReportSection.pair(picture, table)
    }

    /// The bins gathered into ten; bins that do not divide go where they begin.
    static func tenths(_ bins: [Int]) -> [Int] {
        var sums = [Int](repeating: 0, count: 10)
        for (index, count) in bins.enumerated() { sums[index * 10 / bins.count] += count }
        return sums
    }

    private static func counts(_ rule: LabelFigures) -> Markup {
        let styles: [Verdict: String] = [
            .controversial: HistogramChart.controversialStyle,
            .uncontroversial: HistogramChart.uncontroversialStyle,
        ]
        let counts = rule.shownCounts
        let bars = counts.map {
            BarChart.Bar(
                label: words($0.verdict), value: $0.count, style: styles[$0.verdict] ?? "fill-plain")
        }
        let picture = BarChart(bars: bars).markup(
            id: "label-counts", title: "Comments by label",
            description: counts.map { "\(words($0.verdict)): \(Numbers.grouped($0.count))" }.joined(
                separator: "; ")
                + ".")
        let table = Table(
            caption: "Comments by label", head: ["Label", "Comments", "Share"],
            rows: counts.map {
                [
                    .text(words($0.verdict)), .count($0.count),
                    .number(Numbers.percent($0.count, of: rule.total)),
                ]
            } + [[.text("all"), .count(rule.total), .number("100%")]],
            strong: [counts.count]
        ).markup()
        return ReportSection.pair(picture, table)
    }
}
