internal import GRDB
internal import StageKit
internal import StoreFile

extension RunStore {
    /// The latest result that a stage of this name gave for a fingerprint; `nil` if it never did.
    package func result(stage: String, fingerprint: String) throws -> StoredResult? {
        try read { database in
            try Self.result(
                database,
                "WHERE stage = ? AND fingerprint = ? AND verdict = 'ran' ORDER BY id DESC LIMIT 1",
                [stage, fingerprint])
        }
    }

    /// The result that a stage run made.
    package func result(stageRun: Int64) throws -> StoredResult? {
        try read { database in try Self.result(database, "WHERE id = ?", [stageRun]) }
    }

    private static func result(
        _ database: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> StoredResult? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT id, stage, kind, fingerprint, fields, figures, publications, warnings
                FROM stage_run \(condition)
                """,
            arguments: arguments)
        guard let row else { return nil }
        let number: Int64 = row["id"]
        return StoredResult(
            stageRun: number, stage: row["stage"], kind: row["kind"], fingerprint: row["fingerprint"],
            fields: try StoredJSON.value(row["fields"]), figures: try StoredJSON.value(row["figures"]),
            publications: publications(try StoredJSON.value(row["publications"])),
            warnings: try StageWarning.list(row),
            artifacts: try artifacts(of: number, database))
    }

    private static func artifacts(of stageRun: Int64, _ database: Database) throws -> [ArtifactRecord] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM artifact WHERE stage_run = ? ORDER BY id", arguments: [stageRun]
        ).map { row in
            ArtifactRecord(
                port: row["port"], type: row["type"], path: row["path"], digest: row["digest"],
                fileDigest: row["file_digest"], size: row["size"],
                locator: try StoredJSON.value(row["locator"]))
        }
    }

    /// What became of a stage the last time.
    /// - Parameter withResult: only times at which it had a result that others could use.
    package func lastState(pipeline: String, stage: String, withResult: Bool) throws -> StageState? {
        try read { database in
            let condition = withResult ? "AND verdict IN ('ran', 'cached', 'restored')" : ""
            return try Row.fetchOne(
                database,
                sql: """
                    SELECT stage_run.*, run.id AS run_id FROM stage_run
                    JOIN run ON run.number = stage_run.run
                    WHERE stage_run.pipeline = ? AND stage_run.stage = ? \(condition)
                    ORDER BY stage_run.id DESC LIMIT 1
                    """, arguments: [pipeline, stage]
            ).map { try Self.state($0) }
        }
    }

    static func state(_ row: Row) throws -> StageState {
        guard let verdict = StageVerdict(rawValue: row["verdict"]) else {
            let text: String = row["verdict"]
            throw StoreError(.damaged, "the store holds a stage run with the unknown verdict '\(text)'")
        }
        return StageState(
            run: row["run_id"], stage: row["stage"], kind: row["kind"], fingerprint: row["fingerprint"],
            fields: try StoredJSON.value(row["fields"]), verdict: verdict, reason: row["reason"],
            message: row["message"],
            figures: try StoredJSON.value(row["figures"]), warnings: try StageWarning.list(row),
            startedAt: row["started_at"], finishedAt: row["finished_at"], wasTrial: row["trial"],
            madeBy: row["made_by"])
    }
}

extension RunStore {
    /// Whether there is unfinished work on a result.
    package func hasWork(stage: String, fingerprint: String) throws -> Bool {
        try read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM checkpoint WHERE stage = ? AND fingerprint = ?)",
                arguments: [stage, fingerprint]) ?? false
        }
    }

    /// Work folders that a later run may resume, relative to the artifacts folder.
    package func workFolders() throws -> [String] {
        try read { try String.fetchAll($0, sql: "SELECT path FROM checkpoint ORDER BY path") }
    }
}
