internal import GRDB
internal import StoreFile

/// A comment with all its observations.
package struct StoredComment: Hashable, Sendable {
    /// Its votes at one moment.
    package struct Observation: Hashable, Sendable {
        /// Seconds since 1970, UTC.
        package var moment: Int64
        package var up: Int
        package var down: Int
        package var replies: Int
    }

    package var id: Int64
    package var source: String
    package var key: String
    package var article: String
    package var title: String?
    package var outlet: String?
    package var url: String?
    /// As the source gave it.
    package var text: String
    package var createdAt: String?
    /// Key of the comment that this one answers.
    package var parent: String?
    /// The run that saw it first.
    package var firstRun: String
    /// Seconds since 1970, UTC; `nil` while it is there.
    package var removedAt: Int64?
    /// ISO 8601, UTC, when it was forgotten; then nothing else of it is kept.
    package var forgottenAt: String?
    /// Each time that the counts were seen to differ, oldest first.
    package var observations: [Observation]
    /// Moments at which they were seen again unchanged, oldest first.
    package var sightings: [Int64]
}

extension StoreLedger {
    /// Comments of a name: `source:key`, or the key alone. More than one where several sources have the key.
    package func comments(named name: String) throws -> [StoredComment] {
        try base.reading { database in
            var names = [CommentName(source: nil, key: name)]
            for split in name.indices where name[split] == ":" {
                names.append(
                    CommentName(
                        source: String(name[..<split]), key: String(name[name.index(after: split)...])))
            }
            return try CommentName.find(names, database).flatMap { ids in
                try ids.flatMap { try Self.comments(database, id: $0) }.sorted { $0.source < $1.source }
            }
        }
    }

    /// The comment with an ID, `source:key`; `nil` if there is none, or it was forgotten.
    package func comment(withID id: String) throws -> StoredComment? {
        try comments(named: id).first { "\($0.source):\($0.key)" == id && $0.forgottenAt == nil }
    }

    private static func comments(_ database: Database, id: Int64) throws -> [StoredComment] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT comment.*, article.key AS article_key, article.title, article.outlet, article.url,
                    run.id AS run_id
                FROM comment JOIN article ON article.id = comment.article
                JOIN run ON run.number = comment.first_seen_run WHERE comment.id = ?
                """, arguments: [id])
        return try rows.map { row in
            StoredComment(
                id: id, source: row["source"], key: row["key"], article: row["article_key"],
                title: row["title"], outlet: row["outlet"], url: row["url"], text: row["text"],
                createdAt: row["created_at"], parent: row["parent"], firstRun: row["run_id"],
                removedAt: row["removed_at"],
                forgottenAt: try String.fetchOne(
                    database, sql: "SELECT forgotten_at FROM tombstone WHERE comment = ?", arguments: [id]),
                observations: try observations(of: id, database),
                sightings: try Int64.fetchAll(
                    database, sql: "SELECT observed_at FROM sighting WHERE comment = ? ORDER BY 1",
                    arguments: [id]))
        }
    }

    private static func observations(
        of comment: Int64, _ database: Database
    ) throws -> [StoredComment.Observation] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT observed_at, up, down, replies FROM vote AS v WHERE comment = ?1 AND NOT EXISTS (
                    SELECT 1 FROM vote AS later WHERE later.comment = v.comment
                        AND later.observed_at = v.observed_at AND later.ledger_commit > v.ledger_commit)
                ORDER BY observed_at
                """, arguments: [comment]
        ).map {
            StoredComment.Observation(
                moment: $0["observed_at"], up: $0["up"], down: $0["down"], replies: $0["replies"])
        }
    }
}
