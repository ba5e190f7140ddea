package import DatasetStages
private import Foundation
package import StageKit

/// What the store has as a model's answer to one comment.
package enum StoredAnswer {
    /// A predict stage's part of a comment's way.
    /// - Parameters:
    ///   - comment: number in the store.
    ///   - artifact: what the stage gave.
    /// - Returns: `nil` for an artifact of another kind.
    package static func step(
        of comment: Int64, in artifact: InputArtifact, pipeline: String, _ rows: any KindRows
    ) throws -> CommentTrace.Step? {
        guard artifact.type == "predictions-v1" else { return nil }
        var words = "not answered"
        var facts: [String: JSONValue] = ["answer": .null]
        try rows.read { store in
            try store.rows(
                """
                SELECT answer, value, rule FROM prediction JOIN prediction_set ON number = prediction_set
                WHERE comment = ? AND pipeline = ? AND stage = ?
                """, [.integer(comment), .text(pipeline), .text(artifact.stage)]
            ) { row in
                let value = row.isNull(1) ? nil : Double(row.text(1))
                if let value { facts["value"] = .number(value) }
                if row.isNull(0) {
                    words = try withoutAnswer(value, rule: JSONValue(parsing: row.text(2)), &facts)
                } else {
                    facts["answer"] = .string(row.text(0))
                    words = ([row.text(0)] + [value].compactMap(\.self).map(shown)).joined(separator: ", ")
                }
            }
        }
        return CommentTrace.Step(
            stage: artifact.stage, kind: artifact.kind, words: words, facts: .object(facts))
    }

    /// What is said of a comment without a class: a score, or that there is none.
    private static func withoutAnswer(
        _ value: Double?, rule: JSONValue, _ facts: inout [String: JSONValue]
    ) throws -> String {
        guard rule["form"] == "oneClass" else { return value.map(shown) ?? "several scores" }
        facts["abstained"] = true
        let ends = (rule["abstain"]?.arrayValue ?? []).compactMap(\.doubleValue).map { "\($0)" }
        let most = value.map { "; the most probable class has \(shown($0))" } ?? ""
        return "no answer: in the band \(ends.joined(separator: " ... ")), for which none is given\(most)"
    }

    private static func shown(_ value: Double) -> String { String(format: "%.3f", value) }
}
