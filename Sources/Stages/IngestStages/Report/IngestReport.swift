internal import Charts
internal import StageKit

/// What the stages that bring comments report, together.
private struct IngestFigures {
    private let stages: [JSONValue]

    /// `nil` if there are none.
    init?(_ view: ReportView) {
        if view.own.isEmpty { return nil }
        stages = view.own.map(\.figures)
    }

    func sum(_ key: String) -> Int { stages.reduce(0) { $0 + ($1.int(key) ?? 0) } }

    var rows: Int { sum("rows") }
    var emptyTexts: Int { sum("empty_text") }
    var quarantined: Int { sum("quarantined") }
    var newComments: Int { sum("new_comments") }
    var repeats: Int { sum("repeats") }
    var files: Int { sum("files") }
    /// Whether rows came with labels.
    var areLabeled: Bool { stages.contains { $0.int(Figure.labeledRows.name) != nil } }
    var labeled: Int { sum(Figure.labeledRows.name) }
    var articles: Int { sum("articles") }
    /// Those of the store, or if unknown those that are new.
    var comments: Int { sum("comments") > 0 ? sum("comments") : newComments }
}

extension KindReport {
    /// Of all kinds that bring comments.
    static let ingest = KindReport(
        "ingest",
        sentence: { view in
            guard let figures = IngestFigures(view) else { return nil }
            let what = figures.areLabeled ? "with labels" : "of voted comments"
            var text = "\(Numbers.grouped(figures.rows)) rows \(what) were read"
            if figures.files > 0 {
                text += " from \(Numbers.grouped(figures.files)) \(figures.files == 1 ? "file" : "files")"
            }
            if figures.areLabeled {
                return text
                    + ", of which \(Numbers.grouped(figures.labeled)) have a text and a label."
            }
            text += "; the store holds \(Numbers.grouped(figures.comments)) distinct comments"
            if figures.articles > 0 { text += " on \(Numbers.grouped(figures.articles)) articles" }
            return text + "."
        },
        tiles: { view in
            guard let rows = IngestFigures(view)?.rows, rows > 0 else { return [] }
            return [ReportTile(value: Numbers.grouped(rows), label: "rows read")]
        },
        funnel: { view, steps in
            guard let figures = IngestFigures(view) else { return }
            steps.append(FunnelStep("rows read", figures.rows))
            if figures.areLabeled {
                steps.append(
                    FunnelStep(
                        "with text and label", figures.labeled,
                        lost: [
                            (figures.emptyTexts, "with empty text"),
                            (figures.sum(Figure.unlabeledRows.name), "without a label"),
                        ]))
                return
            }
            let unusable = figures.emptyTexts + figures.quarantined
            if unusable > 0 {
                steps.append(
                    FunnelStep(
                        "usable rows", figures.rows - unusable,
                        lost: [
                            (figures.emptyTexts, "with empty text"), (figures.quarantined, "quarantined"),
                        ]))
            }
            // A store that already held comments has more of them than these rows brought.
            let known = figures.comments > figures.newComments ? ", with those of earlier runs" : ""
            steps.append(
                FunnelStep(
                    "distinct comments\(known.isEmpty ? "" : " in the store")", figures.comments,
                    lost: [(figures.repeats, "rows of a comment seen before\(known)")]))
        })
}
