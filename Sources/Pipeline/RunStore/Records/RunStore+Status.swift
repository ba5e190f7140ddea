internal import GRDB
package import StageKit
internal import StoreFile

/// A run as `runs` and `status` list it.
package struct RunSummary: Hashable, Sendable {
    package var run: RunRecord
    package var outcome: RunOutcome
    package var exitStatus: Int32?
    /// ISO 8601, UTC.
    package var startedAt: String
    package var finishedAt: String?

    package init(
        run: RunRecord, outcome: RunOutcome, exitStatus: Int32?, startedAt: String, finishedAt: String?
    ) {
        self.run = run
        self.outcome = outcome
        self.exitStatus = exitStatus
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

/// How much of the artifacts folder a stage takes.
package struct StageSize: Hashable, Sendable {
    package var stage: String
    /// Bytes.
    package var bytes: Int64
    /// Number of results kept.
    package var results: Int

    package init(stage: String, bytes: Int64, results: Int) {
        self.stage = stage
        self.bytes = bytes
        self.results = results
    }
}

/// A registered label set.
package struct LabelSetSummary: Hashable, Sendable {
    package var id: String
    package var pipeline: String
    package var rule: JSONValue
    package var clean: JSONValue
    package var sources: [String]
    package var ledgerPosition: Int64
    package var asOf: Int64?
    package var counts: [String: Int]
    /// The run that registered it.
    package var run: String
    package var createdAt: String
    package var isPromoted: Bool

    package init(
        id: String, pipeline: String, rule: JSONValue, clean: JSONValue, sources: [String],
        ledgerPosition: Int64, asOf: Int64?, counts: [String: Int], run: String, createdAt: String,
        isPromoted: Bool
    ) {
        self.id = id
        self.pipeline = pipeline
        self.rule = rule
        self.clean = clean
        self.sources = sources
        self.ledgerPosition = ledgerPosition
        self.asOf = asOf
        self.counts = counts
        self.run = run
        self.createdAt = createdAt
        self.isPromoted = isPromoted
    }
}

extension RunStore {
    /// The latest runs, newest first.
    /// - Parameter pipeline: only its runs; `nil` for all.
    package func runs(pipeline: String? = nil, limit: Int = 30) throws -> [RunSummary] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM run WHERE ?1 IS NULL OR pipeline = ?1 ORDER BY number DESC LIMIT ?2",
                arguments: [pipeline, limit]
            ).map { try Self.summary($0) }
        }
    }

    package func run(id: String) throws -> RunSummary? {
        try read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM run WHERE id = ?", arguments: [id]).map {
                try Self.summary($0)
            }
        }
    }

    /// What became of the stages in a run, in the order in which they ended.
    package func stages(ofRun id: String) throws -> [StageState] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT stage_run.*, run.id AS run_id FROM stage_run
                    JOIN run ON run.number = stage_run.run WHERE run.id = ? ORDER BY stage_run.id
                    """, arguments: [id]
            ).map { try Self.state($0) }
        }
    }

    /// What became of each stage of a pipeline, the last time that it was not skipped, in the order in which they first
    /// ended. Stages that the pipeline had before its last run and has no more are left out.
    package func currentStages(pipeline: String) throws -> [StageState] {
        try read { database in
            let states = try Row.fetchAll(
                database,
                sql: """
                    SELECT stage_run.*, run.id AS run_id FROM (
                        SELECT min(id) AS first, max(id) FILTER (WHERE verdict <> 'skipped') AS last
                        FROM stage_run WHERE pipeline = ? GROUP BY stage
                    ) JOIN stage_run ON stage_run.id = last
                    JOIN run ON run.number = stage_run.run ORDER BY first
                    """, arguments: [pipeline]
            ).map { try Self.state($0) }
            let present = try presentStages(pipeline, database)
            return states.filter { present?.contains($0.stage) ?? true }
        }
    }

    /// Bytes of the SQLite file.
    package func storeSize() throws -> Int64 {
        try read { database in
            try Int64.fetchOne(
                database, sql: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") ?? 0
        }
    }

    /// Label sets, newest first.
    package func labelSets(pipeline: String? = nil) throws -> [LabelSetSummary] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT label_set.*, run.id AS run_id, promotion.number IS NOT NULL AS is_promoted
                    FROM label_set JOIN run ON run.number = label_set.run
                    LEFT JOIN promotion
                        ON promotion.label_set = label_set.id AND promotion.pipeline = label_set.pipeline
                    WHERE ?1 IS NULL OR label_set.pipeline = ?1
                    ORDER BY label_set.created_at DESC, label_set.id
                    """, arguments: [pipeline]
            ).map { row in
                let counts = try StoredJSON.value(row["counts"]).objectValue ?? [:]
                return LabelSetSummary(
                    id: row["id"], pipeline: row["pipeline"], rule: try StoredJSON.value(row["rule"]),
                    clean: try StoredJSON.value(row["clean"]),
                    sources: (try StoredJSON.value(row["sources"]).arrayValue ?? []).compactMap(
                        \.stringValue),
                    ledgerPosition: row["ledger_position"], asOf: row["as_of"],
                    counts: counts.compactMapValues(\.intValue), run: row["run_id"],
                    createdAt: row["created_at"],
                    isPromoted: row["is_promoted"])
            }
        }
    }

    /// The pipeline's live label set; `nil` if it has none.
    package func promotedLabelSet(pipeline: String) throws -> String? {
        try read { database in
            try String.fetchOne(
                database, sql: "SELECT label_set FROM promotion WHERE pipeline = ?", arguments: [pipeline])
        }
    }

    /// The set that was the pipeline's live one before the present one; `nil` if there was none.
    package func previousLabelSet(pipeline: String?) throws -> String? {
        try read { database in
            try String.fetchOne(
                database,
                sql: """
                    SELECT previous FROM promotion WHERE ?1 IS NULL OR pipeline = ?1
                    ORDER BY promoted_at DESC LIMIT 1
                    """, arguments: [pipeline])
        }
    }

    /// Whether the live label set was promoted by hand, and no run has promoted its own since.
    package func isPromotedByHand(pipeline: String) throws -> Bool {
        try read { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT run.pipeline = '' FROM promotion JOIN run ON run.number = promotion.run
                    WHERE promotion.pipeline = ?
                    """, arguments: [pipeline]) ?? false
        }
    }

    /// The pipelines that have runs, by name.
    package func pipelines() throws -> [String] {
        try read { database in
            try String.fetchAll(
                database, sql: "SELECT DISTINCT pipeline FROM run WHERE pipeline <> '' ORDER BY 1")
        }
    }

    /// The stages of a pipeline, in the order in which they first ended; without those that it had before its last run and
    /// has no more.
    package func stageNames(pipeline: String) throws -> [String] {
        try read { database in
            let names = try String.fetchAll(
                database,
                sql: "SELECT stage FROM stage_run WHERE pipeline = ? GROUP BY stage ORDER BY min(id)",
                arguments: [pipeline])
            let present = try presentStages(pipeline, database)
            return names.filter { present?.contains($0) ?? true }
        }
    }

    private static func summary(_ row: Row) throws -> RunSummary {
        let text: String = row["outcome"]
        guard let outcome = RunOutcome(rawValue: text) else {
            throw StoreError(.damaged, "the store holds a run with the unknown outcome '\(text)'")
        }
        let pid: Int64 = row["pid"]
        return RunSummary(
            run: RunRecord(
                id: row["id"], pipeline: row["pipeline"], file: row["file"], date: row["date"],
                asOf: row["as_of"],
                overrides: try StoredJSON.value(row["overrides"]), host: row["host"],
                pid: Int32(truncatingIfNeeded: pid)),
            outcome: outcome, exitStatus: row["exit_status"], startedAt: row["started_at"],
            finishedAt: row["finished_at"])
    }
}

extension RunStore {
    /// Whether SQLite finds nothing wrong with the file. Reads all of it.
    package func isIntact() throws -> Bool {
        try read { try String.fetchAll($0, sql: "PRAGMA integrity_check") == ["ok"] }
    }
}
