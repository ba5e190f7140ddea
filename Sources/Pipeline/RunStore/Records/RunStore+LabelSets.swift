internal import GRDB
package import StageKit
internal import StoreFile
internal import VoteModel

/// A label set's rows on the disk.
package struct LabelSetFile: Hashable, Sendable {
    package var id: String
    /// The stage that made it.
    package var stage: String
    /// Number of the stage run that made it.
    package var stageRun: Int64
    /// Absolute.
    package var path: String
    /// What the set was made from; see `DatasetFacts`.
    package var locator: JSONValue
    package var kind: String
    package var figures: JSONValue
    /// SHA-256 of its content, 64 hex digits.
    package var digest: String
}

extension RunStore {
    /// Where the rows of a label set are; `nil` if retention has removed them or there is no such set.
    package func labelSetFile(_ id: String, pipeline: String?) throws -> LabelSetFile? {
        try read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT stage_run.id, stage_run.stage, stage_run.kind, stage_run.figures, artifact.path,
                        artifact.locator, artifact.digest
                    FROM artifact JOIN stage_run ON stage_run.id = artifact.stage_run
                    WHERE artifact.type = 'labels-v1' AND artifact.collected_at IS NULL
                        AND artifact.locator ->> '$.label_set' = ?1
                        AND (?2 IS NULL OR stage_run.pipeline = ?2)
                    ORDER BY artifact.id DESC LIMIT 1
                    """, arguments: [id, pipeline]
            ).map { row in
                let path: String = row["path"]
                return LabelSetFile(
                    id: id, stage: row["stage"], stageRun: row["id"], path: self.artifacts + "/" + path,
                    locator: try StoredJSON.value(row["locator"]), kind: row["kind"],
                    figures: try StoredJSON.value(row["figures"]), digest: row["digest"])
            }
        }
    }

    /// How many of these comments have which label in the promoted sets.
    package func promotedLabels(of names: [(source: String, key: String)]) throws -> [String: Int] {
        try read { database in
            let statement = try database.makeStatement(
                sql: "SELECT label FROM labelled_comment WHERE source = ? AND key = ?")
            var counts: [String: Int] = [:]
            for name in names {
                for label in try String.fetchAll(statement, arguments: [name.source, name.key]) {
                    counts[label, default: 0] += 1
                }
            }
            return counts
        }
    }
}
