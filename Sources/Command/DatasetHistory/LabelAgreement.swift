internal import Console
package import Diagnostics
private import Foundation
package import LabelStudies
internal import Labeling
package import RunStore
internal import TextBasics

/// How far the definitions agree on the comments of a label set, in words and as JSON.
package struct LabelAgreement {
    private let set: LabelSetSummary
    private let by: String
    private let agreement: DefinitionAgreement

    package init(_ set: LabelSetSummary, by: String, _ agreement: DefinitionAgreement) {
        self.set = set
        self.by = by
        self.agreement = agreement
    }

    /// - Parameter json: as one line of the format `splitvote-label-agreement`; `schemas/label-agreement.schema.json`
    ///   describes it.
    package func lines(asJSON json: Bool) -> [String] {
        json
            ? [String(decoding: agreement.json(labelSet: set.id, by: by), as: UTF8.self)]
            : table
    }

    private var table: [String] {
        var table = TextTable(
            .left, .right, .right, .right, .right, .right, .right, .right, .right, .right)
        table.add([""] + agreement.definitions.map(\.name) + ["least score", "min votes", "median votes"])
        for one in agreement.definitions {
            table.add(
                [one.name] + one.shared.map { String(format: "%.2f", $0) } + [
                    one.leastScore.map { String(format: "%.4g", $0) } ?? "", "\(one.minVotes)",
                    String(format: "%g", one.medianVotes),
                ])
        }
        let count = Counts.text(agreement.controversial, "comment")
        return [
            "label set \(set.id), by: \(by): \(count) of \(Counts.grouped(agreement.comments)) controversial",
            "of every score as many from its top; the share of them that two definitions have in common:",
        ] + table.lines
    }
}

extension LabelSets.Loaded {
    /// How far the definitions of a controversial comment agree on the comments of the set.
    /// - Throws: `DiagnosticsError` for a set that calls none controversial.
    package func agreement() throws(DiagnosticsError) -> LabelAgreement {
        let agreement = DefinitionAgreement(
            of: rule, table, sources: sources, priors: priors.map(\.prior))
        guard agreement.controversial > 0 else {
            throw DiagnosticsError(
                "label set \(summary.id) calls no comment controversial, so that there is no number of comments to compare",
                hint: "name another set; 'splitvote labels FILE ls' lists them")
        }
        return LabelAgreement(summary, by: rule.scoring?.score.rawValue ?? "ratio", agreement)
    }
}
