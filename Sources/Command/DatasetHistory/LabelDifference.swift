package import CommentStore
internal import Console
package import LabelStudies
internal import Presentation
package import RunStore
internal import TextBasics

/// Two label sets side by side, in words and as JSON.
package struct LabelDifference {
    package let old: LabelSetSummary
    package let new: LabelSetSummary
    package let comparison: LabelComparison
    /// Those with the most flips.
    private let articles: [(name: ArticleName?, flips: Int)]

    package init(
        old: LabelSetSummary, new: LabelSetSummary, comparison: LabelComparison,
        articles: [(name: ArticleName?, flips: Int)]
    ) {
        self.old = old
        self.new = new
        self.comparison = comparison
        self.articles = articles
    }

    /// Format `splitvote-label-difference`; `schemas/label-diff.schema.json` describes it.
    package func json() -> String {
        String(
            decoding: comparison.json(
                old: old.id, new: new.id, articles: articles.map { ($0.name?.key ?? "", $0.flips) }),
            as: UTF8.self)
    }

    package var lines: [String] {
        let states: [LabelState] = [.controversial, .uncontroversial, .abstained]
        var table = TextTable(.left, .right, .right, .right, .right)
        table.add("from \\ to", "controversial", "uncontroversial", "abstained", "left the set")
        for state in states {
            let row = comparison.table[state.rawValue].map { Counts.grouped($0) }
            table.add(state.name, row[0], row[1], row[2], row[3])
        }
        let fresh = comparison.newComments.map { Counts.grouped($0) }
        table.add("new comment", fresh[0], fresh[1], fresh[2], "")
        let causes = FlipCause.allCases.compactMap { cause in
            comparison.causes[cause].map {
                "\(cause.rawValue.replacing("_", with: " ")) \(Counts.grouped($0))"
            }
        }
        let flips =
            "\(Counts.text(comparison.flips.count, "flip"))"
            + (causes.isEmpty ? "" : ": \(causes.joined(separator: ", "))")
        let all = ["from \(Self.words(old))", "to   \(Self.words(new))"] + table.lines + [flips]
        if articles.isEmpty { return all }
        var list = TextTable(.right, .left, .left)
        for article in articles {
            list.add(
                Counts.grouped(article.flips), article.name?.key ?? "(unknown)", article.name?.title ?? ""
            )
        }
        return all + ["articles with most flips"] + list.lines.map { "  " + $0 }
    }

    /// `06b0497dd4bf96a8, promoted: {"min_votes":20,…} at ledger position 3`
    private static func words(_ set: LabelSetSummary) -> String {
        "\(set.id)\(set.isPromoted ? ", promoted" : ""): \(set.rule.canonicalText) at ledger position "
            + "\(set.ledgerPosition)" + (set.asOf.map { ", as of \(Timestamp.text($0))" } ?? "")
    }
}
