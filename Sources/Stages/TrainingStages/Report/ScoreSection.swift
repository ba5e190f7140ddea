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
            if let words = scores.baselineWords { parts.append(ReportSection.paragraph(words)) }
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

    private static func scoreTable(_ scores: ScoredSide) -> Markup {
        let baselines = scores.figures.baselines ?? []
        let rows: [[Table.Cell]] = ScoreTitles.all.compactMap { score in
            guard let value = scores.figures[keyPath: score.path] else { return nil }
            let others =
                baselines.isEmpty
                ? [classShares(score, scores.figures)] : baselines.map { $0.scores?[keyPath: score.path] }
            return [.text(score.title), .number(Numbers.fixed(value, 3))]
                + others.map { .number($0.map { Numbers.fixed($0, 3) } ?? "–") } + [.text(score.meaning)]
        }
        guard !rows.isEmpty else { return Markup(trusted: "") }
        let beside =
            if !baselines.isEmpty {
                "beside baselines that were fitted to \(fittedWords(baselines))"
            } else if scores.figures.isRegression {
                "beside answering always the mean"
            } else {
                "beside the majority baseline, which knows only how frequent each class is there"
            }
        return Table(
            caption: "Scores on the \(scores.split) side \(beside)",
            head: ["Score", "Model"]
                + (baselines.isEmpty ? ["Baseline"] : baselines.map { ($0.title ?? "–").capitalizedStart })
                + ["What it is"], rows: rows
        ).markup()
    }

    /// `4,061 train rows`, and how many there are where they are not all.
    private static func fittedWords(_ baselines: [ScoreFigures.Beside]) -> String {
        let fitted = baselines.compactMap(\.trainRows).max().map(Numbers.grouped) ?? "the"
        let all = baselines.compactMap(\.allTrainRows).first.map { " of \(Numbers.grouped($0))" } ?? ""
        return "\(fitted)\(all) train rows"
    }

    /// What knowing only the shares of the classes scores, in figures without baselines.
    private static func classShares(_ score: ScoreTitles.Score, _ figures: ScoreFigures) -> Double? {
        switch score.path as AnyKeyPath {
        case \ScoreFigures.accuracy: figures.majority?.accuracy
        case \ScoreFigures.macroF1: figures.majority?.macroF1
        case \ScoreFigures.microF1: figures.isMultiLabel ? nil : figures.majority?.accuracy
        case \ScoreFigures.weightedF1: figures.majority?.weightedF1
        case \ScoreFigures.rocAUC: 0.5
        case \ScoreFigures.mcc, \ScoreFigures.pearson, \ScoreFigures.spearman: 0
        case \ScoreFigures.rmse: figures.mean?.rmse
        case \ScoreFigures.logLoss: majorityEntropy(figures)
        case \ScoreFigures.brier: majorityBrier(figures)
        default: nil
        }
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

extension String {
    /// As the beginning of a heading.
    fileprivate var capitalizedStart: String { prefix(1).uppercased() + dropFirst() }
}
