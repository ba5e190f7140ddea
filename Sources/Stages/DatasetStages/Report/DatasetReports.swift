internal import Charts
internal import StageKit
internal import TextBasics

extension KindReport {
    static let clean = KindReport(
        "clean",
        funnel: { view, steps in
            guard !steps.isEmpty, let figures = view.figures(as: CleanFigures.self), let kept = figures.kept
            else { return }
            let lost = [
                (count: figures.droppedEmpty ?? 0, why: "without text"),
                (count: figures.droppedDeleted ?? 0, why: "deleted"),
                (count: figures.droppedShort ?? 0, why: "too short"),
            ]
            steps.append(FunnelStep("cleaned", kept, lost: lost))
        },
        identities: [CleanFigures.identity(\.rules, "cleaning rules", isCode: true)])

    static let sample = KindReport(
        "sample",
        sentence: { view in
            guard let members = view.figures(as: SampleFigures.self)?.members else { return nil }
            let sides = sides(in: view)
            return "\(Numbers.grouped(members)) were sampled"
                + (sides.isEmpty ? "." : " and split into \(sides).")
        },
        funnel: { view, steps in
            guard let last = steps.last, let members = view.figures(as: SampleFigures.self)?.members else {
                return
            }
            steps.append(FunnelStep("sampled", members, lost: [(last.count - members, "not drawn")]))
        })

    static let split = KindReport(
        "split",
        sentence: { view in
            let sides = sides(in: view)
            let sample = view.figures(of: SampleStage.kind, as: SampleFigures.self)
            return sides.isEmpty || sample?.members != nil ? nil : "They were split into \(sides)."
        },
        funnel: { view, steps in
            guard !steps.isEmpty, let figures = view.figures(as: SplitFigures.self) else { return }
            let count = figures.sides.all.reduce(0) { $0 + $1.total }
            let lost = [(figures.copiesDropped ?? 0, "with a copy on another side")]
            steps.append(FunnelStep("split", count, lost: lost))
        },
        sections: [
            ReportPart(absence: "No split: no split stage comes before this report.") { view in
                view.figures(as: SplitFigures.self).flatMap { SplitSection.section($0) }
            }
        ],
        identities: [
            SplitFigures.identity(\.groupBy, "group by"),
            SplitFigures.identity(\.salt, "split salt", isCode: true),
        ])

    /// `train (2,630), dev (339), test (332)`
    private static func sides(in view: ReportView) -> String {
        let sides = view.figures(of: SplitStage.kind, as: SplitFigures.self)?.sides.all ?? []
        return sides.map { "\($0.name) (\(Numbers.grouped($0.total)))" }.joined(separator: ", ")
    }

    static let export = KindReport(
        "export", identities: [ExportFigures.identity(\.fingerprint, "fingerprint", isCode: true)],
        products: { view in
            let files = view.own.flatMap { ExportFigures($0.figures).files ?? [] }
            guard !files.isEmpty else { return nil }
            return Table(
                caption: "Files written", head: ["File", "Side", "Rows", "Size", "SHA-256"],
                rows: files.map { file in
                    [
                        .code(file.path ?? "–"), .text(file.split ?? "–"),
                        .number(file.rows.map(Numbers.grouped) ?? "–"),
                        .number(file.bytes.map { Bytes.text(Int64($0)) } ?? "–"), .code(file.sha256 ?? "–"),
                    ]
                }
            ).markup()
        })

    static let shards = KindReport(
        "shards",
        identities: [
            ShardFigures.identity(\.maxTokens, "most tokens"),
            ShardFigures.identity(\.tokenizerDigest, "tokenizer", isCode: true),
        ])
}
