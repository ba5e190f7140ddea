package import DatasetStages
package import StageKit

/// What a mask stage made of one comment.
package enum MaskTrace {
    /// Its part of a comment's way.
    /// - Parameters:
    ///   - comment: number in the store.
    ///   - artifact: what the stage gave.
    /// - Returns: `nil` for what no mask stage gave.
    package static func step(
        of comment: Int64, in artifact: InputArtifact, pipeline: String, _ rows: any KindRows
    ) throws -> CommentTrace.Step? {
        guard artifact.kind == MaskStage.kind.name, let masking = try DatasetFacts(artifact).masking else {
            return nil
        }
        var counts: [String: Int] = [:]
        var isKnown = false
        try rows.read { store in
            try store.rows(
                """
                SELECT span.value ->> 2, count(*) FROM mask JOIN mask_set ON number = mask_set
                LEFT JOIN json_each(coalesce(spans, '[]')) AS span
                WHERE comment = ? AND mask_set.key = ? AND pipeline = ? AND stage = ? GROUP BY 1
                """, [.integer(comment), .text(masking.key), .text(pipeline), .text(artifact.stage)]
            ) { row in
                isKnown = true
                if !row.isNull(0) { counts[row.text(0)] = Int(row.int64(1)) }
            }
        }
        let found = masking.entities.filter { counts[$0] != nil }.map { "\(counts[$0] ?? 0) of \($0)" }
        let words = found.isEmpty ? "nothing masked" : "masked: " + found.joined(separator: ", ")
        return CommentTrace.Step(
            stage: artifact.stage, kind: artifact.kind, words: isKnown ? words : "has no text to be masked",
            facts: ["masked": .object(counts.mapValues(JSONValue.integer))])
    }
}
