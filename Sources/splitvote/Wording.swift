private import Foundation
package import StageKit
internal import TextBasics

/// Figures in a few words.
package enum FigureText {
    /// The figures of each kind that people look for first.
    private static let leading: [String: [String]] = [
        "ingest.web": [
            "visits", "partial_articles", "gone_articles", "comments_seen", "quarantined", "new_comments",
            "comments",
            "waiting",
        ],
        "ingest.files": ["rows", "empty_text", "quarantined", "new_comments", "repeats", "comments"],
        "clean": ["comments", "dropped_empty", "dropped_deleted", "dropped_short", "kept"],
        "label": ["controversial", "uncontroversial", "in_between", "too_few_votes", "unsure", "unsettled"],
        "sample": ["members", "controversial", "uncontroversial"],
        "split": ["rows", "copies_dropped", "groups"],
        "export": ["rows"],
        "vocabulary": ["pieces", "texts"],
        "shards": ["rows", "tokens", "mean_tokens", "truncated_rows", "padding_cost_batch"],
        "train": ["steps", "best_step", "metric", "best_metric"],
        "evaluate": ["rows", "accuracy", "macro_f1", "roc_auc"],
    ]

    /// `comments 120, kept 118`; zeros are left out.
    package static func summary(of figures: JSONValue, kind: String) -> String {
        (leading[kind] ?? []).compactMap { name in
            guard let value = figures[name], value != .integer(0) else { return nil }
            return "\(name.replacing("_", with: " ")) \(text(value))"
        }.joined(separator: ", ")
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .integer(let number): Counts.grouped(number)
        case .number(let number): String(format: "%.4g", number)
        case .string(let text): text
        default: value.canonicalText
        }
    }
}
