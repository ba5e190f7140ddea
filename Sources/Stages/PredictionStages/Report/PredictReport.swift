internal import Charts
internal import StageKit

extension KindReport {
    static let predict = KindReport(
        "predict",
        tiles: { view in
            guard let figures = view.figures(as: PredictFigures.self), let rows = figures.rows else {
                return []
            }
            let share = figures.largestShare.map { "\(Numbers.percent($0)) of one class" }
            return [ReportTile(value: Numbers.grouped(rows), label: "comments answered", note: share ?? "")]
        },
        sections: [ReportPart { PredictSection.section($0.own) }])
}

/// What a model makes of the comments, stage by stage.
enum PredictSection {
    static func section(_ stages: [StageSummary]) -> ReportSection? {
        let told = stages.map { (stage: $0.stage, figures: PredictFigures($0.figures)) }.filter {
            $0.figures.rows != nil
        }
        guard !told.isEmpty else { return nil }
        var parts: [Markup] = []
        for (stage, figures) in told {
            if told.count > 1 { parts.append(ReportSection.heading(stage)) }
            parts.append(ReportSection.paragraph(sentence(figures)))
            if let classes = figures.classes, !classes.isEmpty {
                parts.append(table(classes, of: figures.rows ?? 0))
            }
        }
        return ReportSection(id: "predictions", title: "Answers", parts: parts)
    }

    private static func sentence(_ figures: PredictFigures) -> String {
        let rows = figures.rows ?? 0
        var words = "The model answered \(Numbers.grouped(rows)) \(rows == 1 ? "comment" : "comments")."
        if let mean = figures.mean {
            words += " The mean of \(figures.score ?? "the score") is \(Numbers.fixed(mean, 3))."
        }
        if let without = figures.withoutAnswer, without > 0 {
            words +=
                " It left \(Numbers.grouped(without)) without an answer, because their probability lies in the band for "
                + "which none is given."
        }
        if let cut = figures.cutTexts, cut > 0 {
            words += " \(Numbers.grouped(cut)) had more tokens than it reads and were cut."
        }
        return words
    }

    private static func table(_ classes: [ClassCount], of rows: Int) -> Markup {
        Table(
            caption: "How often each class was the answer", head: ["Class", "Comments", "Share"],
            rows: classes.map { entry in
                [
                    .text(entry.name ?? "–"), .count(entry.rows),
                    .number(rows == 0 ? "–" : Numbers.percent(Double(entry.rows) / Double(rows))),
                ]
            }
        ).markup()
    }
}
