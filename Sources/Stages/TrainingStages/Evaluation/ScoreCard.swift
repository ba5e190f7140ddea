private import Foundation
internal import TextBasics
internal import Training

/// A model's README.md with its scores at the end, beside those of baselines.
///
/// Holds nothing that differs between two equal runs.
enum ScoreCard {
    static let fileName = "card.md"

    /// - Parameters:
    ///   - folder: of the model.
    ///   - results: of the model on each side.
    static func text(of folder: String, _ results: [ScoreFigures]) -> String {
        let readme = FileManager.default.contents(atPath: folder + "/README.md").map {
            String(decoding: $0, as: UTF8.self)
        }
        return (readme.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" } ?? "# Scores of a model\n")
            + results.map(section).joined()
    }

    private static func section(_ figures: ScoreFigures) -> String {
        let side = figures.split ?? "test"
        let baselines = figures.baselines ?? []
        var lines = ["", "## Scores on the \(side) split", ""]
        let rows = Counts.text(figures.rows ?? 0, "row")
        if let fit = baselines.first?.trainRows {
            lines.append(
                "On \(rows), beside baselines that were fitted to \(Counts.text(fit, "train row"))"
                    + (baselines.compactMap(\.allTrainRows).first.map { " of \(Counts.grouped($0))" } ?? "")
                    + ".")
        } else {
            lines.append("On \(rows).")
        }
        let columns = ["Score", "Model"] + baselines.map { capitalized($0.title ?? "") }
        lines += ["", row(columns), row(columns.map { _ in "---" })]
        for score in ScoreTitles.all {
            let value = figures[keyPath: score.path]
            // A correlation with what does not vary is undefined, and said to be.
            guard value != nil || figures.isUndefined(score.path) else { continue }
            let values = [value] + baselines.map { $0.scores?[keyPath: score.path] }
            lines.append(
                row([score.title] + values.map { $0.map { Decimals.text($0, places: 4) } ?? "–" }))
        }
        let sentences = baselines.compactMap(\.sentence).map { "- \(capitalized($0))." }
        if !sentences.isEmpty { lines += [""] + sentences }
        if let absence = figures.baselinesAbsent { lines += ["", "Baselines are missing: \(absence)."] }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    private static func capitalized(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }
}

/// The scores that cards and reports show, in their order.
enum ScoreTitles {
    struct Score: Sendable {
        var path: any KeyPath<ScoreFigures, Double?> & Sendable
        /// In figures.
        var name: String
        var title: String
        var meaning: String

        init(
            path: any KeyPath<ScoreFigures, Double?> & Sendable, name: String? = nil, title: String,
            meaning: String
        ) {
            self.path = path
            self.name = name ?? ScoreFigures.name(path)
            self.title = title
            self.meaning = meaning
        }
    }

    static let all: [Score] =
        [
            Score(path: \.accuracy, title: "Accuracy", meaning: "share of right answers"),
            Score(path: \.macroF1, title: "Macro F1", meaning: "mean of the classes’ F1"),
            Score(path: \.microF1, title: "Micro F1", meaning: "F1 over all decisions together"),
            Score(path: \.exactMatch, title: "Exact match", meaning: "rows with all classes right"),
            Score(path: \.weightedF1, title: "Weighted F1", meaning: "the same, by size of class"),
            Score(path: \.rocAUC, title: "ROC AUC", meaning: "chance to rank a pair rightly"),
            Score(path: \.prAUC, title: "PR AUC", meaning: "area under precision over recall"),
            Score(path: \.mcc, title: "MCC", meaning: "Matthews’ correlation"),
            Score(path: \.pearson, title: "Pearson", meaning: "correlation of the scores"),
            Score(path: \.spearman, title: "Spearman", meaning: "correlation of their ranks"),
            Score(path: \.rmse, title: "RMSE", meaning: "lower is better"),
            Score(path: \.mae, title: "MAE", meaning: "mean absolute error; lower is better"),
            Score(path: \.logLoss, title: "Log loss", meaning: "lower is better; nats"),
            Score(path: \.brier, title: "Brier score", meaning: "lower is better"),
            Score(path: \.ece, title: "Calibration error", meaning: "lower is better; expected, binned"),
            Score(
                path: \.softAccuracy, title: "Soft accuracy",
                meaning: "probability shared with that of the votes"),
            Score(
                path: \.softMacroF1, title: "Soft macro F1",
                meaning: "macro F1, counted by those probabilities"),
            Score(
                path: \.voteDivergence, title: "Divergence from votes", meaning: "lower is better; bits"),
        ]
        + TrainingTask.ownScores.map { score in
            Score(
                path: \.[own: score.name], name: score.name, title: score.title, meaning: score.meaning)
        }
}
