internal import Charts
private import Foundation
internal import StageKit
internal import Training

/// What the model is worth on comments it has never seen, beside what no model is worth.
enum ScoreSection {
    static func section(_ stages: [StageSummary]) -> ReportSection? {
        guard !stages.isEmpty else { return nil }
        var parts: [Markup] = []
        let results = stages.flatMap(ScoredSide.all(of:))
        for (index, scores) in results.enumerated() {
            if results.count > 1 { parts.append(ReportSection.heading("\(scores.stage): \(scores.split)")) }
            let outcome = scores.outcome
            parts.append(
                ReportSection.paragraph(
                    [outcome.result, outcome.verdict].compactMap { $0 }.joined(separator: " ")))
            if let words = scores.answeredWords { parts.append(ReportSection.paragraph(words)) }
            if !scores.confusion.isEmpty, scores.classes.count <= mostCharted {
                parts.append(
                    ReportSection.pair(confusion(scores, id: "confusion\(index + 1)"), classTable(scores)))
            } else if !scores.classes.isEmpty {
                parts.append(classTable(scores))
            }
            parts.append(scoreTable(scores))
        }
        return ReportSection(id: "scores", title: "Scores", parts: parts)
    }

    /// Maximum number of classes in a chart.
    private static let mostCharted = 12

    private static func confusion(_ scores: ScoredSide, id: String) -> Markup {
        let names = scores.classes.map { $0.name ?? "–" }
        let cells = names.indices.flatMap { row in
            names.indices.map { column in
                "\(Numbers.grouped(scores.confusion[row][column])) \(names[row]) called \(names[column])"
            }
        }
        return ConfusionChart(classes: names, counts: scores.confusion).markup(
            id: id, title: "Confusion matrix of the \(scores.split) side",
            description: cells.joined(separator: "; ") + ". Percentages are shares of a row.")
    }

    private static func classTable(_ scores: ScoredSide) -> Markup {
        Table(
            caption: "Each class on the \(scores.split) side",
            head: ["Class", "Precision", "Recall", "F1", "Comments"],
            rows: scores.classes.map { score in
                [
                    .text(score.name ?? "–"), .number(Numbers.fixed(score.precision ?? .nan, 3)),
                    .number(Numbers.fixed(score.recall ?? .nan, 3)),
                    .number(Numbers.fixed(score.f1 ?? .nan, 3)), .count(score.support ?? 0),
                ]
            }
        ).markup()
    }

    private struct Metric {
        var score: KeyPath<ScoreFigures, Double?>
        var name: String
        var meaning: String
        var baseline: (ScoreFigures) -> Double?
    }

    private static func scoreTable(_ scores: ScoredSide) -> Markup {
        let metrics =
            [
                Metric(score: \.accuracy, name: "Accuracy", meaning: "share of right answers") {
                    $0.majority?.accuracy
                },
                Metric(score: \.macroF1, name: "Macro F1", meaning: "mean of the classes’ F1") {
                    $0.majority?.macroF1
                },
                Metric(score: \.microF1, name: "Micro F1", meaning: "F1 over all decisions together") {
                    $0.isMultiLabel ? nil : $0.majority?.accuracy
                },
                Metric(score: \.exactMatch, name: "Exact match", meaning: "rows with all classes right") {
                    _ in
                    nil
                },
                Metric(score: \.weightedF1, name: "Weighted F1", meaning: "the same, by size of class") {
                    $0.majority?.weightedF1
                },
                Metric(score: \.rocAUC, name: "ROC AUC", meaning: "chance to rank a pair rightly") { _ in 0.5
                },
                Metric(score: \.prAUC, name: "PR AUC", meaning: "area under precision over recall") { _ in nil
                },
                Metric(score: \.mcc, name: "MCC", meaning: "Matthews’ correlation") { _ in 0 },
                Metric(score: \.pearson, name: "Pearson", meaning: "correlation of the scores") { _ in 0 },
                Metric(score: \.spearman, name: "Spearman", meaning: "correlation of their ranks") { _ in 0 },
                Metric(score: \.rmse, name: "RMSE", meaning: "lower is better") { $0.mean?.rmse },
                Metric(score: \.mae, name: "MAE", meaning: "mean absolute error; lower is better") { _ in nil
                },
                Metric(score: \.logLoss, name: "Log loss", meaning: "lower is better; nats") {
                    majorityEntropy($0)
                },
                Metric(score: \.brier, name: "Brier score", meaning: "lower is better") { majorityBrier($0) },
                Metric(score: \.ece, name: "Calibration error", meaning: "lower is better; expected, binned")
                {
                    _ in nil
                },
            ]
            + TrainingTask.ownScores.map { score in
                Metric(score: \.[own: score.name], name: score.title, meaning: score.meaning) { _ in nil }
            }
        let rows: [[Table.Cell]] = metrics.compactMap { metric in
            guard let value = scores.figures[keyPath: metric.score] else { return nil }
            return [
                .text(metric.name), .number(Numbers.fixed(value, 3)),
                .number(metric.baseline(scores.figures).map { Numbers.fixed($0, 3) } ?? "–"),
                .text(metric.meaning),
            ]
        }
        guard !rows.isEmpty else { return Markup(trusted: "") }
        return Table(
            caption: scores.figures.isRegression
                ? "Scores on the \(scores.split) side beside answering always the mean"
                : "Scores on the \(scores.split) side beside the majority baseline, which knows only how frequent "
                    + "each class is there",
            head: ["Score", "Model", "Baseline", "What it is"], rows: rows
        ).markup()
    }

    /// Shares of the two classes; `nil` if there are not two.
    private static func shares(_ scores: ScoreFigures) -> [Double]? {
        let supports = (scores.classes ?? []).map { Double($0.support ?? 0) }
        let total = supports.reduce(0, +)
        return supports.count == 2 && total > 0 ? supports.map { $0 / total } : nil
    }

    private static func majorityBrier(_ scores: ScoreFigures) -> Double? {
        shares(scores).map { $0[0] * $0[1] }
    }

    private static func majorityEntropy(_ scores: ScoreFigures) -> Double? {
        shares(scores).map { shares in
            shares.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
        }
    }
}
