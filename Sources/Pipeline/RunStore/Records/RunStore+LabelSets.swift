internal import GRDB
public import StageKit
internal import VoteModel

/// A label set's rows on the disk.
public struct LabelSetFile: Hashable, Sendable {
    public var id: String
    /// The stage that made it.
    public var stage: String
    /// Number of the stage run that made it.
    public var stageRun: Int64
    /// Absolute.
    public var path: String
    /// What the set was made from; see `DatasetFacts`.
    public var locator: JSONValue
    public var kind: String
    public var figures: JSONValue
    /// SHA-256 of its content, 64 hex digits.
    public var digest: String
}

/// An article as people know it.
public struct ArticleName: Hashable, Sendable {
    /// `source:key`
    public var key: String
    public var title: String?

    package init(key: String, title: String?) {
        self.key = key
        self.title = title
    }
}

extension RunStore {
    /// Where the rows of a label set lie; `nil` where retention has removed them or there is no such set.
    public func labelSetFile(_ id: String, pipeline: String?) throws -> LabelSetFile? {
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
                    locator: try Self.json(row["locator"]), kind: row["kind"],
                    figures: try Self.json(row["figures"]), digest: row["digest"])
            }
        }
    }

    /// The highest comment id that these sources had at a ledger position; 0 where they had none.
    public func lastComment(position: Int64) throws -> Int64 {
        try read { database in
            try Int64.fetchOne(
                database, sql: "SELECT max(last_comment) FROM imported_file WHERE position <= ?",
                arguments: [position]) ?? 0
        }
    }

    /// Comments that their source had removed by a ledger position, in rising order.
    public func removedComments(position: Int64) throws -> [Int64] {
        try read { database in
            try Int64.fetchAll(
                database, sql: "SELECT id FROM comment WHERE removed_commit <= ? ORDER BY id",
                arguments: [position])
        }
    }

    /// Articles by their id in the store.
    public func articleNames(_ ids: [Int64]) throws -> [Int64: ArticleName] {
        try read { database in
            let statement = try database.makeStatement(
                sql: "SELECT source || ':' || key, title FROM article WHERE id = ?")
            var names: [Int64: ArticleName] = [:]
            for id in ids {
                guard let row = try Row.fetchOne(statement, arguments: [id]) else { continue }
                names[id] = ArticleName(key: row[0], title: row[1])
            }
            return names
        }
    }

    /// Comments and their articles as `source:key`, in the order of the ids.
    public func commentNames(_ ids: [Int64]) throws -> [(key: String, article: String)] {
        try read { database in
            let statement = try database.makeStatement(
                sql: """
                    SELECT comment.source || ':' || comment.key, article.source || ':' || article.key
                    FROM comment JOIN article ON article.id = comment.article WHERE comment.id = ?
                    """)
            return try ids.map { id in
                guard let row = try Row.fetchOne(statement, arguments: [id]) else {
                    throw StoreError(
                        .damaged, "\(self.path): a label set names comment \(id), which is not there")
                }
                return (row[0], row[1])
            }
        }
    }

    /// Makes a label set the live one of its pipeline, until a run without parameters of its own makes another.
    public func promote(_ set: LabelSetRecord, pipeline: String, run: String) throws {
        try write(durably: true) { database in
            let number = try RunRows.number(of: run, database, self.clock)
            try self.promote(
                set, at: ChangePlace(run: number, pipeline: pipeline, stage: ""), database)
        }
    }
}
