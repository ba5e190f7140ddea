internal import GRDB
public import VoteModel

/// What came of forgetting comments.
public struct ForgottenFigures: Hashable, Sendable {
    /// Comments whose text and votes are gone.
    public var comments: [Int64] = []
    /// Names that no comment has; should one come with such a name, it will not be taken.
    public var unknown = 0
    /// Names that had been forgotten before.
    public var alreadyForgotten = 0
}

extension StoreLedger {
    /// Takes comments out of the store for good: their texts and votes are overwritten, and no source brings them back.
    ///
    /// - Parameter names: source and key of each.
    public func forget(_ names: [(source: String, key: String)], run: String) throws -> ForgottenFigures {
        try mappingErrors {
            try pool.writeWithoutTransaction { database in
                dropMemory()
                // What is deleted is overwritten in the file.
                try database.execute(sql: "PRAGMA secure_delete = ON")
                defer { try? database.execute(sql: "PRAGMA secure_delete = OFF") }
                var figures = ForgottenFigures()
                try database.inTransaction(.immediate) {
                    let number = try RunRows.number(of: run, database, clock)
                    for source in Set(names.map(\.source)).sorted() {
                        let keys = Set(names.filter { $0.source == source }.map(\.key)).sorted()
                        try forget(keys, of: source, run: number, &figures, database)
                    }
                    return .commit
                }
                return figures
            }
        }
    }

    private func forget(
        _ keys: [String], of source: String, run: Int64, _ figures: inout ForgottenFigures,
        _ database: Database
    ) throws {
        let position =
            try Int64.fetchOne(database, sql: "SELECT max(position) FROM imported_file") ?? 0
        let commit = position + 1
        var state = try LedgerState.latest(of: source, upTo: .max, database)?.state ?? LedgerState()
        var eraser = try CommentEraser(source: source, commit: commit, database: database)
        var hasErased = false
        let comments = try CommentName.find(keys.map { CommentName(source: source, key: $0) }, database)
        for (key, found) in zip(keys, comments) {
            let known = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM tombstone WHERE source = ? AND key = ?)",
                arguments: [source, key])
            if known == true {
                figures.alreadyForgotten += 1
                continue
            }
            let comment = found.first
            try database.execute(
                sql: """
                    INSERT INTO tombstone(source, key, comment, ledger_commit, run, forgotten_at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """, arguments: [source, key, comment, commit, run, clock.timestamp()])
            guard let comment else {
                figures.unknown += 1
                continue
            }
            state.observations -= try eraser.erase(comment, from: &state.sum)
            state.comments -= 1
            figures.comments.append(comment)
            hasErased = true
        }
        if hasErased { try record(source, state, run: run, commit: commit, database) }
    }

    /// A ledger commit that brings nothing and takes something away.
    private func record(
        _ source: String, _ state: LedgerState, run: Int64, commit: Int64, _ database: Database
    ) throws {
        let lastComment =
            try Int64.fetchOne(
                database, sql: "SELECT last_comment FROM imported_file ORDER BY position DESC LIMIT 1") ?? 0
        try database.execute(
            sql: """
                INSERT INTO imported_file(position, source, name, digest, mapping, run, imported_at, rows, empty_text,
                    quarantined, new_comments, repeats, observations, last_comment, source_comments,
                    source_articles, source_observations, last_observed, ledger_sum)
                VALUES (?, ?, 'forget', ?, 'forget', ?, ?, 0, 0, 0, 0, 0, 0, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                commit, source, "forget-\(commit)", run, clock.timestamp(), lastComment, state.comments,
                state.articles, state.observations, state.lastObserved, state.sum.data,
            ])
    }

    static func forgottenComments(_ database: Database) throws -> Set<Int64> {
        try Set(
            Int64.fetchAll(database, sql: "SELECT comment FROM tombstone WHERE comment IS NOT NULL"))
    }

    func hasForgotten(from first: Int64, to last: Int64, _ database: Database) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM tombstone
                    WHERE comment IS NOT NULL AND ledger_commit > ? AND ledger_commit <= ?)
                """, arguments: [first, last]) ?? false
    }
}

/// Overwrites comments, and takes what they said out of the ledger's digest.
private struct CommentEraser: ~Copyable {
    private let database: Database
    private let commit: Int64
    private let writer: HistoryWriter
    private var encoder: ObservationEncoder

    init(source: String, commit: Int64, database: Database) throws {
        self.database = database
        self.commit = commit
        writer = try HistoryWriter(commit: commit, database: database)
        encoder = ObservationEncoder(source: source)
    }

    /// - Returns: rows of `vote` that it had.
    mutating func erase(_ comment: Int64, from sum: inout LedgerSum) throws -> Int {
        let history = try writer.history(of: comment)
        let wasRemoved =
            try Bool.fetchOne(
                database, sql: "SELECT removed_at IS NOT NULL FROM comment WHERE id = ?", arguments: [comment]
            )
            ?? false
        var taken = LedgerSum()
        try writer.withKey(of: comment) { key in
            for observation in history.effective { taken += encoder.sum(key: key, observation) }
            if wasRemoved { taken += encoder.sum(key: key, .removal) }
        }
        sum -= taken
        try giveUpPages(of: comment)
        for table in ["vote", "sighting", "recount", "label", "sample_member", "split_label"] {
            try database.execute(sql: "DELETE FROM \(table) WHERE comment = ?", arguments: [comment])
        }
        try database.execute(
            sql: """
                UPDATE comment SET text = '', text_hash = 0, parent = NULL, created_at = NULL, author_hash = NULL,
                    removed_at = coalesce(removed_at, unixepoch()), removed_commit = coalesce(removed_commit, ?2)
                WHERE id = ?1
                """, arguments: [comment, commit])
        return history.entries.count
    }

    /// The answers that brought the article's comments hold their texts too.
    private func giveUpPages(of comment: Int64) throws {
        try database.execute(
            sql: """
                UPDATE page SET body = NULL WHERE id IN (
                    SELECT fetch.page FROM comment
                    JOIN article ON article.id = comment.article
                    JOIN visit ON visit.source = article.source AND visit.article = article.key
                    JOIN fetch ON fetch.visit = visit.id
                    WHERE comment.id = ?
                )
                """, arguments: [comment])
    }
}

/// The forgotten comments of a source, for an import to pass over.
struct ForgottenComments {
    private var ids: Set<Int64> = []
    /// Keys of comments that were not known when they were forgotten.
    private var keys: Set<[UInt8]> = []

    init(of source: String, _ database: Database) throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT comment, key FROM tombstone WHERE source = ?", arguments: [source])
        while let row = try rows.next() {
            if let id: Int64 = row[0] {
                ids.insert(id)
            } else {
                let key: String = row[1]
                keys.insert(Array(key.utf8))
            }
        }
    }

    func contains(_ comment: Int64) -> Bool { !ids.isEmpty && ids.contains(comment) }

    func contains(_ key: UnsafeRawBufferPointer) -> Bool { !keys.isEmpty && keys.contains(Array(key)) }
}
