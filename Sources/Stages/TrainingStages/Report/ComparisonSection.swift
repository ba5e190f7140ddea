internal import Charts
internal import StageKit

/// Models side by side.
enum ComparisonSection {
    static func section(_ stages: [StageSummary]) -> ReportSection? {
        guard !stages.isEmpty else { return nil }
        var parts: [Markup] = []
        for (number, stage) in stages.enumerated() {
            let figures = ComparisonFigures(stage.figures)
            let texts = ComparisonTexts(figures)
            if stages.count > 1 { parts.append(ReportSection.heading(stage.stage)) }
            if let words = words(figures) { parts.append(ReportSection.paragraph(words)) }
            if let picture = ComparisonPicture(figures).markup(id: "comparison\(number + 1)") {
                parts.append(picture)
            }
            for side in texts.sides {
                let results = texts.results(on: side)
                parts.append(texts.scores(results, side).markup)
                if let tests = texts.tests(results, side) { parts.append(tests.markup) }
            }
            if let costs = texts.costs { parts.append(costs.markup) }
            parts.append(ReportSection.paragraph(texts.notes.joined(separator: " ")))
        }
        return ReportSection(id: "comparison", title: "Models side by side", parts: parts)
    }

    /// Which model is best, and whether by more than chance.
    static func words(_ figures: ComparisonFigures) -> String? {
        guard let best = figures.best, let score = figures.bestScore, let against = figures.against,
            let side = figures.results?.first?.split
        else { return nil }
        let start =
            "On \(side) \(best) is best of \(figures.models ?? 0) models, with \(Numbers.fixed(score, 3))"
        guard let over = figures.bestOver, best != against else {
            return start + (best == against ? ": none of the others is better." : ".")
        }
        let verdict =
            (figures.bestOverLow ?? -1) > 0 && (figures.bestOverP ?? 1) < 0.05
            ? "more than chance gives" : "no more than chance gives among so many models"
        return "\(start): \(Numbers.fixed(over, 3)) above \(against), \(verdict)."
    }
}

extension PaperTable {
    /// On a page.
    var markup: Markup {
        Table(
            caption: caption, head: head,
            rows: rows.map { cells in
                cells.enumerated().map { $0.offset == 0 ? .text($0.element.text) : .number($0.element.text) }
            },
            strong: Set(rows.indices.filter { rows[$0].first?.isStrong == true })
        ).markup()
    }
}

extension KindReport {
    static let compare = KindReport(
        "compare",
        sentence: { $0.figures(as: ComparisonFigures.self).flatMap(ComparisonSection.words) },
        sections: [ReportPart { ComparisonSection.section($0.own) }])
}
