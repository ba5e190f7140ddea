internal import Charts
internal import StageKit

/// What each kind adds to a report on its stages, in the order of the kinds.
struct ReportParts {
    private let parts: [(report: KindReport, view: ReportView)]

    init(_ stages: [StageSummary], kinds: [StageKind]) {
        var names: [String: String] = [:]
        var reports: [KindReport] = []
        for kind in kinds {
            guard let report = kind.report else { continue }
            names[kind.name] = report.name
            if !reports.contains(where: { $0.name == report.name }) { reports.append(report) }
        }
        parts = reports.map { report in
            (report, ReportView(stages: stages, own: stages.filter { names[$0.kind] == report.name }))
        }
    }

    /// The report in one paragraph.
    var summary: String { parts.compactMap { $0.report.sentence?($0.view) }.joined(separator: " ") }

    var tiles: [ReportTile] { parts.flatMap { $0.report.tiles?($0.view) ?? [] } }

    /// What came of it all: the last kind's that says so.
    var verdict: ReportVerdict? { parts.compactMap { $0.report.verdict?($0.view) }.last }

    var funnel: [FunnelStep] {
        var steps: [FunnelStep] = []
        for part in parts { part.report.funnel?(part.view, &steps) }
        return steps
    }

    /// The sections, each with what is said if it is missing, and the part that it belongs to.
    var sections: [(part: String, section: ReportSection?, absence: String)] {
        parts.flatMap { part in
            part.report.sections.map { (part.report.name, $0.section(part.view), $0.absence) }
        }
    }

    /// Tables of what was made.
    var products: [Markup] { parts.compactMap { $0.report.products?($0.view) } }

    /// What names or rules a stage's result.
    func identities(of stage: StageSummary) -> [ReportIdentity] {
        parts.first { $0.view.own.contains(stage) }?.report.identities ?? []
    }
}
