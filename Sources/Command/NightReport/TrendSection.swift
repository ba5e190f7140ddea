internal import Charts
internal import DatasetStages
internal import Presentation
internal import RunStore
internal import TextBasics
internal import TrainingStages

/// How rows, labels, scores and times went over the last runs.
struct TrendSection {
    private let runs: [StoredRunFigures]

    private static let mostRuns = 30
    private static let figures = [
        "comments", "new_comments", "abstain_share", "macro_f1", "micro_f1", "pearson",
    ]

    init(of pipeline: String, in store: RunStore) throws {
        runs = try store.trend(pipeline: pipeline, limit: Self.mostRuns, figures: Self.figures)
    }

    /// `nil` before the second run.
    func section() -> ReportSection? {
        guard runs.count > 1 else { return nil }
        let lines = charts.filter { line in line.points.contains { $0.value != nil } }
        let pictures = lines.enumerated().map { place, chart in chart.markup(id: "trend-\(place + 1)") }
        let failed = runs.count { $0.run.outcome != .done }
        let sentence =
            "The last \(runs.count) runs with the rules of the pipeline file, oldest at the left"
            + (failed == 0
                ? "; all succeeded." : "; \(Counts.text(failed, "run")) of them did not succeed.")
        return ReportSection(
            id: "trend", title: "The last runs",
            parts: [
                ReportSection.paragraph(sentence), ReportSection.many(pictures), table(lines),
            ])
    }

    private var charts: [TrendChart] {
        let whole = { (value: Double) in Numbers.grouped(Int(value.rounded())) }
        let share = { (value: Double) in Numbers.percent(value) }
        let score = { (value: Double) in Numbers.fixed(value, 3) }
        let rows = [
            chart("comments in the store", whole) { sum("comments", of: $0, where: Self.isIngest) },
            chart("new comments", whole, style: "c") { run in
                // What a stage read in an earlier run is not new in this one.
                sum("new_comments", of: run) { Self.isIngest($0) && $0.verdict == .ran }
                    ?? (run.stages.contains(where: Self.isIngest) ? 0 : nil)
            },
            chart("share of comments labeled", share, style: "b") { run in
                run.stages.last { $0.kind == LabelStage.kind.name }?.figures["abstain_share"].map { 1 - $0 }
            },
        ]
        let scores = scoreLines.map { line in
            chart(line.title, score) { run in
                run.stages.first { $0.stage == line.stage }?.figures[line.figure]
            }
        }
        return rows + scores + [chart("duration", Durations.text, style: "c") { seconds(of: $0.run) }]
    }

    private static func isIngest(_ stage: StoredRunFigures.OfStage) -> Bool {
        stage.kind.hasPrefix("ingest.")
    }

    private func sum(
        _ figure: String, of run: StoredRunFigures, where isWanted: (StoredRunFigures.OfStage) -> Bool
    ) -> Double? {
        let values = run.stages.filter(isWanted).compactMap { $0.figures[figure] }
        return values.isEmpty ? nil : values.reduce(0, +)
    }

    /// The main score of each stage that scores a model, at most three.
    private var scoreLines: [(title: String, stage: String, figure: String)] {
        guard let last = runs.last(where: { $0.run.outcome == .done }) ?? runs.last else { return [] }
        return last.stages.filter { $0.kind == EvaluateStage.kind.name }.prefix(3).compactMap { stage in
            let known = [("macro_f1", "macro F1"), ("micro_f1", "micro F1"), ("pearson", "Pearson")]
            return known.first { stage.figures[$0.0] != nil }.map {
                (title: "\($0.1), \(stage.stage)", stage: stage.stage, figure: $0.0)
            }
        }
    }

    private func seconds(of run: RunSummary) -> Double? {
        run.finishedAt.flatMap { Timestamp.seconds(from: run.startedAt, to: $0) }
    }

    private func chart(
        _ title: String, _ text: @escaping (Double) -> String, style: String = "a",
        _ value: (StoredRunFigures) -> Double?
    ) -> TrendChart {
        TrendChart(
            title: title,
            points: runs.map { TrendChart.Point(label: $0.run.run.date, value: value($0)) }, style: style,
            text: text)
    }

    private func table(_ lines: [TrendChart]) -> Markup {
        let shown = Array(runs.indices.suffix(7).reversed())
        return Table(
            caption: "The latest of these runs", head: ["Run", "Ended"] + lines.map(\.title),
            rows: shown.map { place in
                [.code(runs[place].run.run.id), .text(runs[place].run.outcome.rawValue)]
                    + lines.map { line in
                        .number(line.points[place].value.map(line.text) ?? "–")
                    }
            }
        ).markup()
    }
}
