internal import Console
internal import Presentation
package import RunStore
package import StageKit
internal import TextBasics

/// A label set in words and as JSON.
package enum LabelSetText {
    static func counts(_ set: LabelSetSummary) -> (controversial: Int, uncontroversial: Int, abstained: Int) {
        let controversial = set.counts["controversial"] ?? 0
        let uncontroversial = set.counts["uncontroversial"] ?? 0
        let all = set.counts.values.reduce(0, +)
        return (controversial, uncontroversial, all - controversial - uncontroversial)
    }

    private static func members(_ set: LabelSetSummary) -> JSONValue {
        [
            "label_set": .string(set.id), "pipeline": .string(set.pipeline), "rule": set.rule,
            "clean": set.clean, "sources": .array(set.sources.map(JSONValue.string)),
            "ledger_position": .integer(Int(set.ledgerPosition)),
            "as_of": set.asOf.map { .string(Timestamp.text($0)) } ?? .null,
            "counts": .object(set.counts.mapValues(JSONValue.integer)), "run": .string(set.run),
            "created_at": .string(set.createdAt), "promoted": .bool(set.isPromoted),
        ]
    }

    package static func json(_ sets: [LabelSetSummary]) -> JSONValue {
        [
            "format": "splitvote-label-sets", "version": 1, "label_sets": .array(sets.map(members)),
        ]
    }

    package static func json(_ set: LabelSetSummary) -> JSONValue {
        members(set).adding("format", "splitvote-label-set").adding("version", 1)
    }

    /// A line for each, below a head.
    package static func list(_ sets: [LabelSetSummary]) -> [String] {
        var table = TextTable(.left, .left, .left, .right, .right, .right, .left)
        table.add("set", "", "made", "controversial", "uncontroversial", "abstained", "rule")
        for set in sets {
            let counts = counts(set)
            table.add(
                set.id, set.isPromoted ? "promoted" : "", String(set.createdAt.prefix(16)),
                Counts.grouped(counts.controversial), Counts.grouped(counts.uncontroversial),
                Counts.grouped(counts.abstained), set.rule.canonicalText)
        }
        return table.lines
    }

    /// - Parameter rows: where the set's rows are.
    package static func lines(_ set: LabelSetSummary, rows: String) -> [String] {
        var lines = [
            "label set  \(set.id)\(set.isPromoted ? ", promoted" : "") of \(set.pipeline)",
            "made       \(set.createdAt) by run \(set.run)",
            "rule       \(set.rule.canonicalText)",
            "clean      \(set.clean.canonicalText)",
            "sources    \(set.sources.joined(separator: ", ")) at ledger position \(set.ledgerPosition)",
        ]
        if let asOf = set.asOf { lines.append("as of      \(Timestamp.text(asOf))") }
        for (label, count) in set.counts.sorted(by: { $0.key < $1.key }) where count > 0 {
            lines.append("           \(label) \(Counts.grouped(count))")
        }
        return lines + ["rows       \(rows)"]
    }
}
