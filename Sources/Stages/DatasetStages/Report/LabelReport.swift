internal import Charts
internal import StageKit

extension KindReport {
    static let label = KindReport(
        "label", sentence: { figures($0)?.summary },
        tiles: { view in
            guard let figures = figures(view), figures.total > 0 else { return [] }
            return [
                ReportTile(
                    value: Numbers.grouped(figures.labeled), label: "labeled comments",
                    note: "\(Numbers.grouped(figures.controversial ?? 0)) controversial")
            ]
        },
        funnel: { view, steps in
            guard !steps.isEmpty, let figures = figures(view) else { return }
            let lost = figures.shownCounts.filter { $0.verdict.classIndex == nil }.map {
                (count: $0.count, why: LabelSection.words($0.verdict))
            }
            steps.append(FunnelStep("labeled", figures.labeled, lost: lost))
        },
        sections: [
            ReportPart(absence: "No labels: no label stage comes before this report.") { view in
                figures(view).flatMap { LabelSection.section($0) }
            },
            ReportPart { view in
                figures(view)?.flips.flatMap { FlipFigures($0) }.map { FlipSection.section($0) }
            },
        ],
        identities: [
            LabelFigures.identity(\.labelSet, "label set", isCode: true),
            LabelFigures.identity(\.by, "controversial by"),
            LabelFigures.identity(\.threshold, "least score"),
            LabelFigures.identity(\.minVotes, "fewest votes"),
            LabelFigures.identity(\.band, "controversial ratios"),
            LabelFigures.identity(\.atMost, "uncontroversial at most"),
            LabelFigures.identity(\.atLeast, "uncontroversial at least"),
        ])

    private static func figures(_ view: ReportView) -> LabelFigures? { view.figures() }
}
