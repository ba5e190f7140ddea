internal import Charts
internal import StageKit

/// What an annotate stage reports.
struct AnnotateFigures: KindFigures {
    var annotations: Int?
    var unfilled: Int?
    var annotators: Int?
    var comments: Int?
    var confirmed: Int?
    var changed: Int?
    var added: Int?
    var tied: Int?
    var unsure: Int?
    var tooFew: Int?
    var revised: Int?
    var unknown: Int?
    var later: Int?
    var undated: Int?
    var agreement: Double?
    var kappa: Double?
    var alpha: Double?

    static let fields: [JSONField<AnnotateFigures>] = [
        JSONField("annotations", \.annotations, "rows with a label"),
        JSONField("unfilled", \.unfilled, "rows whose label nobody has filled in"),
        JSONField("annotators", \.annotators, "people whose labels count"),
        JSONField("comments", \.comments, "comments that enough people agree on"),
        JSONField("confirmed", \.confirmed, "of these, comments to which the votes give the same label"),
        JSONField("changed", \.changed, "of these, comments to which the votes give the other label"),
        JSONField("added", \.added, "of these, comments to which the votes give no label"),
        JSONField("tied", \.tied, "comments on which as many people say the one as the other"),
        JSONField("unsure", \.unsure, "comments that everybody who read them was unsure of"),
        JSONField("too_few", \.tooFew, "comments that fewer people labeled than 'least' asks for"),
        JSONField("revised", \.revised, "labels that their annotator replaced by later ones"),
        JSONField("unknown", \.unknown, "labels of comments that the label set does not have"),
        JSONField("later", \.later, "labels from after the moment that a run looks back to"),
        JSONField("undated", \.undated, "labels without a time, in a run that looks back"),
        JSONField(
            "agreement", \.agreement,
            "share of comments on which people and votes agree, of those that have a label of both, 0 ... 1"),
        JSONField(
            "kappa", \.kappa,
            "Cohen's kappa of people and votes; none where both give all comments one and the same label"),
        JSONField(
            "alpha", \.alpha,
            "Krippendorff's alpha of the people among each other; none where no comment was labeled by two"),
    ]
}

extension KindReport {
    static let annotate = KindReport(
        "annotate",
        sentence: { view in
            guard let figures = view.figures(as: AnnotateFigures.self), let comments = figures.comments,
                let people = figures.annotators
            else { return nil }
            let kappa = figures.kappa.map {
                "; with the votes they agree by a kappa of \(Numbers.fixed($0, 3))"
            }
            return "\(Numbers.grouped(people)) \(people == 1 ? "person" : "people") labeled "
                + "\(Numbers.grouped(comments)) \(comments == 1 ? "comment" : "comments")\(kappa ?? "")."
        })
}
