internal import Charts
internal import StageKit

extension KindReport {
    static let predict = KindReport(
        "predict",
        tiles: { view in
            guard let rows = view.figures?.int("rows") else { return [] }
            let share = view.figures?.number("largest_share").map { "\(Numbers.percent($0)) of one class" }
            return [ReportTile(value: Numbers.grouped(rows), label: "comments answered", note: share ?? "")]
        },
        sections: [ReportPart { PredictSection.section($0.own) }])
}

/// What a model makes of the comments, stage by stage.
enum PredictSection {
    static func section(_ stages: [StageSummary]) -> ReportSection? {
        let told = stages.filter { $0.figures.int("rows") != nil }
        guard !told.isEmpty else { return nil }
        var parts: [Markup] = []
        for stage in told {
            if told.count > 1 { parts.append(ReportSection.heading(stage.stage)) }
            parts.append(ReportSection.paragraph(sentence(stage.figures)))
            let classes = stage.figures.list("classes")
            if !classes.isEmpty { parts.append(table(classes, stage.figures)) }
        }
        return ReportSection(id: "predictions", title: "Answers", parts: parts)
    }

    private static func sentence(_ figures: JSONValue) -> String {
        let rows = figures.int("rows") ?? 0
        var words = "The model answered \(Numbers.grouped(rows)) \(rows == 1 ? "comment" : "comments")."
        if let mean = figures.number("mean") {
            words += " The mean of \(figures.text("score") ?? "the score") is \(Numbers.fixed(mean, 3))."
        }
        if let without = figures.int("without_answer"), without > 0 {
            words +=
                " It left \(Numbers.grouped(without)) without an answer, because their probability lies in the band for "
                + "which none is given."
        }
        if let cut = figures.int("cut_texts"), cut > 0 {
            words += " \(Numbers.grouped(cut)) had more tokens than it reads and were cut."
        }
        return words
    }

    private static func table(_ classes: [JSONValue], _ figures: JSONValue) -> Markup {
        let rows = figures.int("rows") ?? 0
        return Table(
            caption: "How often each class was the answer", head: ["Class", "Comments", "Share"],
            rows: classes.map { entry in
                let count = entry.int("rows") ?? 0
                return [
                    .text(entry.text("name") ?? "–"), .count(count),
                    .number(rows == 0 ? "–" : Numbers.percent(Double(count) / Double(rows))),
                ]
            }
        ).markup()
    }
}
