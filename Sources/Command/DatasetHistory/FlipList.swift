package import LabelStudies
package import RunStore
internal import StageKit
internal import TableFormat
internal import VoteModel

/// How a list of flips is written.
package enum FlipFormat: String, CaseIterable, Sendable { case tsv, json }

/// Every comment whose label differs between two sets.
package struct FlipList {
    private struct Row {
        /// `source:key`
        var comment: String
        var article: String
        var flip: LabelFlip
        /// Names of the verdicts; `absent` where the set does not have the comment.
        var old: String
        var new: String
    }

    private let oldID: String
    private let newID: String
    private let rows: [Row]

    package init(_ difference: LabelDifference, _ old: LabelTable, _ new: LabelTable, _ store: RunStore)
        throws
    {
        oldID = difference.old.id
        newID = difference.new.id
        let flips = difference.comparison.flips
        let ids = flips.map(\.comment)
        let names = try store.ledger.commentNames(ids)
        let before = old.verdicts(of: ids)
        let after = new.verdicts(of: ids)
        rows = flips.enumerated().map { index, flip in
            Row(
                comment: names[index].key, article: names[index].article, flip: flip,
                old: before[index]?.name ?? LabelState.absent.name,
                new: after[index]?.name ?? LabelState.absent.name)
        }
    }

    /// The whole file; as TSV with a head of column names, one row a comment, in the order of the store.
    package func text(_ format: FlipFormat) throws -> String {
        String(decoding: format == .json ? json : try tsv, as: UTF8.self)
    }

    private var tsv: [UInt8] {
        get throws {
            var writer = try TableWriter(
                .tsv,
                columns: [
                    "comment", "article", "old_label", "new_label", "cause", "old_up", "old_down", "new_up",
                    "new_down",
                ])
            for row in rows {
                for text in [row.comment, row.article, row.old, row.new, row.flip.cause.rawValue] {
                    try writer.text(text)
                }
                for votes in [row.flip.oldVotes, row.flip.newVotes] {
                    for count in [votes?.up, votes?.down] {
                        if let count { writer.number(count) } else { writer.missing() }
                    }
                }
                writer.endRow()
            }
            return writer.bytes
        }
    }

    /// Format `splitvote-label-flips` version 1; `schemas/label-flips.schema.json` describes it.
    private var json: [UInt8] {
        let value: JSONValue = [
            "format": "splitvote-label-flips", "version": 1, "old": .string(oldID), "new": .string(newID),
            "flips": .array(
                rows.map { row in
                    [
                        "comment": .string(row.comment), "article": .string(row.article),
                        "old_label": .string(row.old), "new_label": .string(row.new),
                        "cause": .string(row.flip.cause.rawValue), "old_votes": Self.json(row.flip.oldVotes),
                        "new_votes": Self.json(row.flip.newVotes),
                    ]
                }),
        ]
        return Array(value.prettyText.utf8)
    }

    private static func json(_ votes: VoteCount?) -> JSONValue {
        votes.map { ["up": .integer($0.up), "down": .integer($0.down)] } ?? .null
    }
}
