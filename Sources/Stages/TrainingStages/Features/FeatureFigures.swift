internal import Charts
internal import StageKit

/// What a features stage reports.
struct FeatureFigures: KindFigures {
    var rows: Int?
    var computed: Int?
    var width: Int?
    var pooling: String?
    var layers: [Int]?
    var precision: String?

    static let fields: [JSONField<FeatureFigures>] = [
        JSONField("rows", \.rows, "rows of all sides"),
        JSONField("computed", \.computed, "rows whose vectors no earlier run had kept"),
        JSONField("width", \.width, "numbers of a row's vector"),
        JSONField("pooling", \.pooling), JSONField("layers", \.layers), JSONField("precision", \.precision),
    ]
}

extension KindReport {
    static let features = KindReport(
        "features",
        sentence: { view in
            guard let figures = view.figures(as: FeatureFigures.self), let rows = figures.rows,
                let width = figures.width
            else { return nil }
            return
                "A frozen encoder gave each of \(Numbers.grouped(rows)) rows \(Numbers.grouped(width)) numbers."
        },
        identities: [FeatureFigures.identity(\.precision, "precision", isCode: true)])
}
