internal import GRDB
package import StageKit

/// What a stage has kept in its kind's tables though its pipeline no longer has such a stage.
package struct OutlivedSet: Hashable, Sendable {
    package var stage: String
    /// Number of rows.
    package var rows: Int
    let number: Int64
    let sets: StageSets
}

extension RunStore {
    /// The name of the setting that says which stages a pipeline has, and of which kind: a JSON object.
    static func stagesSetting(_ pipeline: String) -> String { "stages of " + pipeline }

    /// The stages that the pipeline had when it was last run; `nil` if no run has said it.
    func presentStages(_ pipeline: String, _ database: Database) throws -> Set<String>? {
        let text = try String.fetchOne(
            database, sql: "SELECT value FROM setting WHERE name = ?",
            arguments: [Self.stagesSetting(pipeline)])
        return try text.map { Set(try StoredJSON.value($0).objectValue?.keys ?? [:].keys) }
    }

    /// Whether a stage has kept something, if only an empty set.
    package func hasSet(_ sets: StageSets, pipeline: String, stage: String) throws -> Bool {
        try read { database in
            guard try database.tableExists(sets.table) else { return false }
            return try Bool.fetchOne(
                database,
                sql: "SELECT EXISTS (SELECT 1 FROM \"\(sets.table)\" WHERE pipeline = ? AND stage = ?)",
                arguments: [pipeline, stage]) ?? false
        }
    }

    /// What stages have kept that the pipeline has no more, or as ones of another kind.
    ///
    /// - Parameters:
    ///   - kinds: those whose tables are looked at.
    ///   - stages: the kind of each stage that the pipeline has, by the stage's name.
    package func outlivedSets(
        of kinds: [StageKind], pipeline: String, stages: [String: String]
    ) throws -> [OutlivedSet] {
        try read { database in
            try kinds.flatMap { kind -> [OutlivedSet] in
                guard let sets = kind.tables?.sets, try database.tableExists(sets.table) else { return [] }
                return try Row.fetchAll(
                    database,
                    sql: """
                        SELECT number, stage, (
                            SELECT count(*) FROM "\(sets.rows)" AS kept
                            WHERE kept."\(sets.reference)" = of_stage.number) AS kept_rows
                        FROM "\(sets.table)" AS of_stage WHERE pipeline = ? ORDER BY stage
                        """, arguments: [pipeline]
                ).filter { stages[$0["stage"]] != kind.name }.map {
                    OutlivedSet(stage: $0["stage"], rows: $0["kept_rows"], number: $0["number"], sets: sets)
                }
            }
        }
    }

    /// Takes sets out of the store, with their rows.
    package func remove(_ outlived: [OutlivedSet]) throws {
        if outlived.isEmpty { return }
        try write(durably: true) { database in
            for set in outlived {
                try database.execute(
                    sql: "DELETE FROM \"\(set.sets.rows)\" WHERE \"\(set.sets.reference)\" = ?",
                    arguments: [set.number])
                try database.execute(
                    sql: "DELETE FROM \"\(set.sets.table)\" WHERE number = ?", arguments: [set.number])
            }
        }
    }
}
