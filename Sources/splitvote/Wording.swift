private import Foundation
package import StageKit

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
        "evaluate": ["rows", "accuracy", "exact_match", "macro_f1", "pearson", "spearman", "roc_auc"],
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
        case .integer(let number): grouped(number)
        case .number(let number): String(format: "%.4g", number)
        case .string(let text): text
        default: value.canonicalText
        }
    }

    /// `634,031`
    package static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number.magnitude).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + String(text.reversed())
    }

    /// `1 stage`, `3 stages`
    package static func count(_ number: Int, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}

/// Sizes in words.
package enum Bytes {
    /// `512 B`, `4.2 MB`
    package static func text(_ bytes: Int64) -> String {
        if bytes < 1000 { return "\(bytes) B" }
        var value = Double(bytes) / 1000
        var units = ["kB", "MB", "GB", "TB"][...]
        // Beyond this the number would be rounded to four digits.
        while value >= 999.95, units.count > 1 {
            value /= 1000
            units.removeFirst()
        }
        return String(format: "%.1f ", value) + (units.first ?? "")
    }
}

/// Spans of time in words.
package enum Durations {
    /// `0.3 s`, `12 s`, `4 min 10 s`, `2 h 5 min`.
    package static func text(_ seconds: Double) -> String {
        if seconds < 9.95 { return String(format: "%.1f s", max(0, seconds)) }
        let whole = Int(min(seconds, 1e15).rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
