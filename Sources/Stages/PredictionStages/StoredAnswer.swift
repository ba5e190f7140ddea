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
                SELECT answer, value FROM prediction JOIN prediction_set ON number = prediction_set
                WHERE comment = ? AND pipeline = ? AND stage = ?
                """, [.integer(comment), .text(pipeline), .text(artifact.stage)]
            ) { row in
                let value = row.isNull(1) ? nil : Double(row.text(1))
                words = row.isNull(0) ? (value == nil ? "no answer" : "") : row.text(0)
                if let value {
                    words += (words.isEmpty ? "" : ", ") + String(format: "%.3f", value)
                    facts["value"] = .number(value)
                }
                if !row.isNull(0) { facts["answer"] = .string(row.text(0)) }
            }
        }
        return CommentTrace.Step(
            stage: artifact.stage, kind: artifact.kind, words: words, facts: .object(facts))
    }
}
