internal import GRDB
public import StageKit
internal import StoreFile

/// A run as `runs` and `status` list it.
public struct RunSummary: Hashable, Sendable {
    public var run: RunRecord
    public var outcome: RunOutcome
    public var exitStatus: Int32?
    /// ISO 8601, UTC.
    public var startedAt: String
    public var finishedAt: String?

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
public struct StageSize: Hashable, Sendable {
    public var stage: String
    /// Bytes.
    public var bytes: Int64
    /// Number of results kept.
    public var results: Int

    public init(stage: String, bytes: Int64, results: Int) {
        self.stage = stage
        self.bytes = bytes
        self.results = results
    }
}

/// A registered label set.
public struct LabelSetSummary: Hashable, Sendable {
    public var id: String
    public var pipeline: String
    public var rule: JSONValue
    public var clean: JSONValue
    public var sources: [String]
    public var ledgerPosition: Int64
    public var asOf: Int64?
    public var counts: [String: Int]
    /// The run that registered it.
    public var run: String
    public var createdAt: String
    public var isPromoted: Bool

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
    public func runs(pipeline: String? = nil, limit: Int = 30) throws -> [RunSummary] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM run WHERE ?1 IS NULL OR pipeline = ?1 ORDER BY number DESC LIMIT ?2",
                arguments: [pipeline, limit]
            ).map { try Self.summary($0) }
        }
    }

    public func run(id: String) throws -> RunSummary? {
        try read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM run WHERE id = ?", arguments: [id]).map {
                try Self.summary($0)
            }
        }
    }

    /// What became of the stages in a run, in the order in which they ended.
    public func stages(ofRun id: String) throws -> [StageState] {
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
    public func currentStages(pipeline: String) throws -> [StageState] {
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
    public func storeSize() throws -> Int64 {
        try read { database in
            try Int64.fetchOne(
                database, sql: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") ?? 0
        }
    }

    /// Label sets, newest first.
    public func labelSets(pipeline: String? = nil) throws -> [LabelSetSummary] {
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
    public func promotedLabelSet(pipeline: String) throws -> String? {
        try read { database in
            try String.fetchOne(
                database, sql: "SELECT label_set FROM promotion WHERE pipeline = ?", arguments: [pipeline])
        }
    }

    /// The set that was the pipeline's live one before the present one; `nil` if there was none.
    public func previousLabelSet(pipeline: String?) throws -> String? {
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
    public func isPromotedByHand(pipeline: String) throws -> Bool {
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
    public func pipelines() throws -> [String] {
        try read { database in
            try String.fetchAll(
                database, sql: "SELECT DISTINCT pipeline FROM run WHERE pipeline <> '' ORDER BY 1")
        }
    }

    /// The stages of a pipeline, in the order in which they first ended; without those that it had before its last run and
    /// has no more.
    public func stageNames(pipeline: String) throws -> [String] {
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
    public func isIntact() throws -> Bool {
        try read { try String.fetchAll($0, sql: "PRAGMA integrity_check") == ["ok"] }
    }
}
