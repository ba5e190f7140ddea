internal import Charts
internal import StageKit
internal import TextBasics

extension KindReport {
    static let clean = KindReport(
        "clean",
        funnel: { view, steps in
            guard !steps.isEmpty, let kept = view.figures?.int("kept") else { return }
            let lost = [("empty", "without text"), ("deleted", "deleted"), ("short", "too short")].map {
                (count: view.figures?.int("dropped_\($0.0)") ?? 0, why: $0.1)
            }
            steps.append(FunnelStep("cleaned", kept, lost: lost))
        },
        identities: [ReportIdentity("rules", "cleaning rules", isCode: true)])

    static let sample = KindReport(
        "sample",
        sentence: { view in
            guard let members = view.figures?.int("members") else { return nil }
            let sides = sides(in: view)
            return "\(Numbers.grouped(members)) were sampled"
                + (sides.isEmpty ? "." : " and split into \(sides).")
        },
        funnel: { view, steps in
            guard let last = steps.last, let members = view.figures?.int("members") else { return }
            steps.append(FunnelStep("sampled", members, lost: [(last.count - members, "not drawn")]))
        })

    static let split = KindReport(
        "split",
        sentence: { view in
            let sides = sides(in: view)
            if sides.isEmpty || view.figures(of: SampleStage.kind)?.int("members") != nil { return nil }
            return "They were split into \(sides)."
        },
        funnel: { view, steps in
            guard !steps.isEmpty, let figures = view.figures else { return }
            let count = SideFigures.all(figures).reduce(0) { $0 + $1.total }
            let copies = figures.int("copies_dropped") ?? 0
            steps.append(FunnelStep("split", count, lost: [(copies, "with a copy on another side")]))
        },
        sections: [
            ReportPart(absence: "No split: no split stage comes before this report.") { view in
                view.figures.flatMap { SplitSection.section($0) }
            }
        ],
        identities: [
            ReportIdentity("group_by", "group by"), ReportIdentity("salt", "split salt", isCode: true),
        ])

    /// `train (2,630), dev (339), test (332)`
    private static func sides(in view: ReportView) -> String {
        let sides = view.figures(of: SplitStage.kind).map { SideFigures.all($0) } ?? []
        return sides.map { "\($0.name) (\(Numbers.grouped($0.total)))" }.joined(separator: ", ")
    }

    static let export = KindReport(
        "export", identities: [ReportIdentity("fingerprint", "fingerprint", isCode: true)],
        products: { view in
            let files = view.own.flatMap { $0.figures.list("files") }
            guard !files.isEmpty else { return nil }
            return Table(
                caption: "Files written", head: ["File", "Side", "Rows", "Size", "SHA-256"],
                rows: files.map { file in
                    [
                        .code(file.text("path") ?? "–"), .text(file.text("split") ?? "–"),
                        .number(file.int("rows").map(Numbers.grouped) ?? "–"),
                        .number(file.int("bytes").map { Bytes.text(Int64($0)) } ?? "–"),
                        .code(file.text("sha256") ?? "–"),
                    ]
                }
            ).markup()
        })

    static let shards = KindReport(
        "shards",
        identities: [
            ReportIdentity("max_tokens", "most tokens"),
            ReportIdentity("tokenizer_digest", "tokenizer", isCode: true),
        ])
}
