internal import Charts
internal import DatasetStages
internal import StageKit

/// What a mask stage reports.
struct MaskFigures: KindFigures {
    var comments: Int?
    var asked: Int?
    var masked: Int?
    var maskedShare: Double?
    var maskedTitles: Int?
    var spans: Int?
    /// Spans of each type, in the order in which they were asked for.
    var entities: [EntityCount]?

    static let fields: [JSONField<MaskFigures>] = [
        JSONField("comments", \.comments, "comments with a text"),
        JSONField("asked", \.asked, "texts and titles that the tagger had not read before"),
        JSONField("masked", \.masked, "comments with something masked in their texts"),
        JSONField("masked_share", \.maskedShare, "share of the comments, 0 ... 1"),
        JSONField("masked_titles", \.maskedTitles, "titles with something masked in them, each once"),
        JSONField("spans", \.spans, "what is masked in texts and titles, in all"),
        JSONField("entities", \.entities),
    ]

    /// Spans of a type.
    struct EntityCount: JSONRecord {
        var entity = ""
        var spans = 0

        static let fields: [JSONField<EntityCount>] = [
            JSONField(required: "entity", \.entity), JSONField(required: "spans", \.spans),
        ]
    }

    init() {}

    init(_ rows: MaskRows, _ masking: TextMasking, asked: Int) {
        let places = 0..<rows.count
        let comments = places.count { rows.comments[$0] != MaskRows.title }
        let masked = places.count { rows.comments[$0] != MaskRows.title && !rows.spans[$0].isEmpty }
        self.comments = comments
        self.asked = asked
        self.masked = masked
        maskedShare = comments == 0 ? nil : Double(masked) / Double(comments)
        maskedTitles = places.count { rows.comments[$0] == MaskRows.title && !rows.spans[$0].isEmpty }
        spans = rows.spans.reduce(0) { $0 + $1.count }
        entities = masking.entities.map { entity in
            var count = EntityCount()
            count.entity = entity
            count.spans = rows.spans.reduce(0) { sum, own in sum + own.count { $0.entity == entity } }
            return count
        }
    }
}

extension KindReport {
    static let mask = KindReport(
        "mask",
        sections: [ReportPart { view in section(view.own) }])

    private static func section(_ stages: [StageSummary]) -> ReportSection? {
        guard !stages.isEmpty else { return nil }
        var parts: [Markup] = []
        for stage in stages {
            let figures = MaskFigures(stage.figures)
            if stages.count > 1 { parts.append(ReportSection.heading(stage.stage)) }
            parts.append(ReportSection.paragraph(sentence(figures)))
            parts.append(
                Table(
                    caption: "What is masked", head: ["Type", "Spans"],
                    rows: (figures.entities ?? []).map { [.text($0.entity), .count($0.spans)] }
                ).markup())
        }
        return ReportSection(id: "masked", title: "Masked texts", parts: parts)
    }

    private static func sentence(_ figures: MaskFigures) -> String {
        let share = figures.maskedShare.map { " (\(Numbers.percent($0)))" } ?? ""
        return
            "A tagger found something to mask in \(Numbers.grouped(figures.masked ?? 0)) of "
            + "\(Numbers.grouped(figures.comments ?? 0)) comments\(share) and in "
            + "\(Numbers.grouped(figures.maskedTitles ?? 0)) titles. What it did not find is not masked."
    }
}
