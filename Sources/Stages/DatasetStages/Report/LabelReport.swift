internal import Charts
internal import StageKit

extension KindReport {
    static let label = KindReport(
        "label", sentence: { figures($0)?.summary },
        tiles: { view in
            guard let figures = figures(view), figures.total > 0 else { return [] }
            return [
                ReportTile(
                    value: Numbers.grouped(figures.labeled), label: "labelled comments",
                    note: "\(Numbers.grouped(figures.count("controversial"))) controversial")
            ]
        },
        funnel: { view, steps in
            guard !steps.isEmpty, let figures = figures(view) else { return }
            let lost = figures.counts.dropFirst(2).map { (count: $0.count, why: LabelSection.words($0.name)) }
            steps.append(FunnelStep("labelled", figures.labeled, lost: lost))
        },
        sections: [
            ReportPart(absence: "No labels: no label stage comes before this report.") { view in
                figures(view).flatMap { LabelSection.section($0) }
            },
            ReportPart { view in
                view.figures?["flips"].flatMap { FlipFigures($0) }.map { FlipSection.section($0) }
            },
        ],
        identities: [
            ReportIdentity("label_set", "label set", isCode: true),
            ReportIdentity("min_votes", "fewest votes"), ReportIdentity("band", "controversial ratios"),
            ReportIdentity("at_most", "uncontroversial at most"),
            ReportIdentity("at_least", "uncontroversial at least"),
        ])

    private static func figures(_ view: ReportView) -> LabelFigures? { view.figures.map { LabelFigures($0) } }
}
