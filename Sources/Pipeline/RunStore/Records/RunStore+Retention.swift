internal import GRDB
internal import StageKit

/// A stage's result whose files are kept, as retention looks at it.
package struct KeptResult: Hashable, Sendable {
    /// Number of the stage run that made it.
    package var stageRun: Int64
    package var pipeline: String
    package var stage: String
    /// Folder of its files, relative to the artifacts folder.
    package var folder: String
    /// Bytes.
    package var size: Int64
    /// Digests of what it gives to others and of what it took from others.
    package var outputs: Set<String>
    package var inputs: Set<String>
    /// The label set that it says or was made from.
    package var labelSet: String?
    /// Types of what it gives to others, such as `labels-v1`.
    package var types: Set<String> = []

    package init(
        stageRun: Int64, pipeline: String, stage: String, folder: String, size: Int64, outputs: Set<String>,
        inputs: Set<String>, labelSet: String? = nil
    ) {
        self.stageRun = stageRun
        self.pipeline = pipeline
        self.stage = stage
        self.folder = folder
        self.size = size
        self.outputs = outputs
        self.inputs = inputs
        self.labelSet = labelSet
    }
}

/// A run and the results that it made or used.
package struct ResultUse: Hashable, Sendable {
    /// Numbers count up.
    package var run: Int64
    package var runID: String
    package var pipeline: String
    /// Stage runs that made the results.
    package var results: Set<Int64>

    package init(run: Int64, runID: String, pipeline: String, results: Set<Int64>) {
        self.run = run
        self.runID = runID
        self.pipeline = pipeline
        self.results = results
    }
}

/// Unfinished work on a result.
package struct OpenWork: Hashable, Sendable {
    package var stage: String
    package var fingerprint: String
    package var run: Int64
    /// Relative to the artifacts folder.
    package var path: String
}

/// A result that a check with `else: error` rejected.
package struct Rejection: Hashable, Sendable {
    package var run: Int64
    package var stage: String
    package var fingerprint: String
}

extension RunStore {
    /// Types of artifacts that hold texts of comments, or what was computed of each text: exports, shards, features, answers,
    /// what the user's own programs made, and reports, whose warnings may quote some.
    static let typesWithTexts =
        "'export-v1', 'shards-v1', 'features-v1', 'files-v1', 'predictions-v1', 'report-v1'"

    /// Results whose files hold texts of comments.
    package func resultsWithTexts() throws -> [KeptResult] {
        let types = try read { database in
            Set(
                try Int64.fetchAll(
                    database,
                    sql: """
                        SELECT stage_run FROM artifact WHERE collected_at IS NULL
                            AND type IN (\(Self.typesWithTexts))
                        """))
        }
        return try keptResults().filter { types.contains($0.stageRun) }
    }

    package func rejections() throws -> [Rejection] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT run, stage, fingerprint FROM stage_run WHERE verdict = 'rejected'"
            ).map { Rejection(run: $0["run"], stage: $0["stage"], fingerprint: $0["fingerprint"]) }
        }
    }

    /// Every result whose files have not been collected, oldest first.
    package func keptResults() throws -> [KeptResult] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT stage_run.id, stage_run.pipeline, stage_run.stage,
                        stage_run.fields -> '$.inputs' AS inputs,
                        stage_run.finished_at, artifact.path, artifact.type, artifact.digest, artifact.size,
                        artifact.locator ->> '$.label_set' AS label_set
                    FROM stage_run JOIN artifact ON artifact.stage_run = stage_run.id
                    WHERE artifact.collected_at IS NULL ORDER BY stage_run.id, artifact.id
                    """)
            var results: [KeptResult] = []
            for row in rows {
                let number: Int64 = row["id"]
                if results.last?.stageRun != number { results.append(try Self.keptResult(row)) }
                let last = results.count - 1
                results[last].outputs.insert(row["digest"])
                results[last].types.insert(row["type"])
                results[last].size += row["size"] as Int64
                results[last].labelSet = row["label_set"] ?? results[last].labelSet
            }
            return results
        }
    }

    private static func keptResult(_ row: Row) throws -> KeptResult {
        let path: String = row["path"]
        let text: String? = row["inputs"]
        let ports = try text.map { try StoredJSON.value($0) }?.objectValue ?? [:]
        let inputs = ports.values.flatMap { $0.arrayValue ?? [] }.compactMap(\.stringValue)
        return KeptResult(
            stageRun: row["id"], pipeline: row["pipeline"], stage: row["stage"],
            folder: ArtifactRecord.resultFolder(of: path), size: 0, outputs: [],
            inputs: Set(inputs))
    }

    /// Every run with the results that it made or used, newest first.
    package func resultUses() throws -> [ResultUse] {
        try read { database in
            var uses: [ResultUse] = []
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT run.number, run.id, run.pipeline, stage_run.made_by
                    FROM run LEFT JOIN stage_run ON stage_run.run = run.number
                    WHERE run.pipeline <> '' ORDER BY run.number DESC
                    """)
            while let row = try rows.next() {
                let number: Int64 = row["number"]
                if uses.last?.run != number {
                    uses.append(
                        ResultUse(run: number, runID: row["id"], pipeline: row["pipeline"], results: []))
                }
                if let result: Int64 = row["made_by"] { uses[uses.count - 1].results.insert(result) }
            }
            return uses
        }
    }

    /// The current results: the latest of each stage of each pipeline.
    package func standingResults() throws -> Set<Int64> {
        try read { database in
            Set(
                try Int64.fetchAll(
                    database,
                    sql: """
                        SELECT made_by FROM stage_run WHERE id IN (
                            SELECT max(id) FROM stage_run WHERE verdict IN ('ran', 'cached', 'restored')
                            GROUP BY pipeline, stage) AND made_by IS NOT NULL
                        """))
        }
    }

    /// The live label sets of all pipelines.
    package func promotedLabelSets() throws -> Set<String> {
        try read { Set(try String.fetchAll($0, sql: "SELECT label_set FROM promotion")) }
    }

    /// Results that are the rows of a live label set.
    /// - Parameter withPrevious: whether also of one that was live before.
    package func promotedRows(withPrevious: Bool) throws -> Set<Int64> {
        try read { database in
            Set(
                try Int64.fetchAll(
                    database,
                    sql: """
                        SELECT artifact.stage_run FROM promotion
                        JOIN artifact ON artifact.type = 'labels-v1' AND artifact.collected_at IS NULL
                            AND artifact.locator ->> '$.label_set'
                                IN (promotion.label_set, CASE WHEN ? THEN promotion.previous END)
                        """, arguments: [withPrevious]))
        }
    }

    package func openWork() throws -> [OpenWork] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM checkpoint ORDER BY path").map {
                OpenWork(stage: $0["stage"], fingerprint: $0["fingerprint"], run: $0["run"], path: $0["path"])
            }
        }
    }

    /// Notes, durably and before they are removed, that files of these results are gone. Should the removal be cut
    /// short, the rest has no record any more and is removed by the next collection.
    package func collect(results: [Int64], work: [OpenWork]) throws {
        if results.isEmpty, work.isEmpty { return }
        try write(durably: true) { database in
            for result in results {
                try database.execute(
                    sql: "UPDATE artifact SET collected_at = ? WHERE stage_run = ? AND collected_at IS NULL",
                    arguments: [self.clock.timestamp(), result])
            }
            for piece in work {
                try database.execute(
                    sql: "DELETE FROM checkpoint WHERE stage = ? AND fingerprint = ?",
                    arguments: [piece.stage, piece.fingerprint])
            }
        }
    }
}
