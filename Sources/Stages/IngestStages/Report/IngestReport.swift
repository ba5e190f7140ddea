internal import Charts
internal import StageKit

/// What the stages that bring comments report, together.
private struct IngestTotals {
    /// Those of a crawl are among them, as far as they have the same names.
    private let stages: [FilesFigures]

    /// `nil` if there are none.
    init?(_ view: ReportView) {
        if view.own.isEmpty { return nil }
        stages = view.own.map { FilesFigures($0.figures) }
    }

    private func sum(_ path: KeyPath<FilesFigures, Int?>) -> Int {
        stages.reduce(0) { $0 + ($1[keyPath: path] ?? 0) }
    }

    var rows: Int { sum(\.rows) }
    var emptyTexts: Int { sum(\.emptyText) }
    var quarantined: Int { sum(\.quarantined) }
    var newComments: Int { sum(\.newComments) }
    var repeats: Int { sum(\.repeats) }
    var files: Int { sum(\.files) }
    /// Whether rows came with labels.
    var areLabeled: Bool { stages.contains { $0.labeled != nil } }
    var labeled: Int { sum(\.labeled) }
    var unlabeled: Int { sum(\.unlabeled) }
    var articles: Int { sum(\.articles) }
    /// Those of the store, or if unknown those that are new.
    var comments: Int { sum(\.comments) > 0 ? sum(\.comments) : newComments }
}

extension KindReport {
    /// Of all kinds that bring comments.
    static let ingest = KindReport(
        "ingest",
        sentence: { view in
            guard let figures = IngestTotals(view) else { return nil }
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
            guard let rows = IngestTotals(view)?.rows, rows > 0 else { return [] }
            return [ReportTile(value: Numbers.grouped(rows), label: "rows read")]
        },
        funnel: { view, steps in
            guard let figures = IngestTotals(view) else { return }
            steps.append(FunnelStep("rows read", figures.rows))
            if figures.areLabeled {
                steps.append(
                    FunnelStep(
                        "with text and label", figures.labeled,
                        lost: [
                            (figures.emptyTexts, "with empty text"),
                            (figures.unlabeled, "without a label"),
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
