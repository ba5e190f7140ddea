internal import GRDB
internal import VoteModel

/// What came of forgetting comments.
public struct ForgottenFigures: Hashable, Sendable {
    /// Comments whose text and votes are gone.
    public var comments: [Int64] = []
    /// Names that no comment has; should one come with such a name, it will not be taken.
    public var unknown = 0
    /// Names that had been forgotten before.
    public var alreadyForgotten = 0

    package init() {}
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
                    // Until files and free pages are clean too.
                    if !figures.comments.isEmpty { try ForgettingNote.begin(database) }
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
            let erased = try eraser.erase(comment, from: &state.sum)
            state.observations -= erased.observations
            if !erased.wasHidden { state.comments -= 1 }
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
        let file = ImportedFile(
            source: source, name: "forget", digest: "forget-\(commit)", mapping: "forget", run: "")
        try LedgerCommit(position: commit, run: run, file: file, state: state, lastComment: lastComment)
            .insert(database, at: clock.timestamp())
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
    private let source: String
    private let states: CommentStates
    private let writer: HistoryWriter
    private var contributions: Contributions

    init(source: String, commit: Int64, database: Database) throws {
        let states = try CommentStates(commit: commit, database: database)
        let writer = try HistoryWriter(commit: commit, database: database)
        let contributions = try Contributions(of: source, commit: commit, database)
        self.database = database
        self.commit = commit
        self.source = source
        self.states = states
        self.writer = writer
        self.contributions = contributions
    }

    /// - Returns: rows of `vote` that it had, and whether nobody was shown it any more.
    mutating func erase(
        _ comment: Int64, from sum: inout LedgerSum
    ) throws -> (observations: Int, wasHidden: Bool) {
        let observations = try writer.history(of: comment).entries.count
        let wasHidden = try states.row(of: comment).isHidden
        sum -= try contributions.sum(of: comment)
        try giveUpPages(of: comment)
        try blankQuarantine(of: comment)
        for table in [
            "vote", "sighting", "recount", "restated", "presence", "comment_version", "label",
            "sample_member", "split_label",
        ] {
            try database.execute(sql: "DELETE FROM \(table) WHERE comment = ?", arguments: [comment])
        }
        try database.execute(
            sql: """
                UPDATE comment SET text = '', text_hash = 0, parent = NULL, created_at = NULL, author_hash = NULL,
                    removed_at = coalesce(removed_at, unixepoch()), removed_commit = coalesce(removed_commit, ?2)
                WHERE id = ?1
                """, arguments: [comment, commit])
        return (observations, wasHidden)
    }

    /// Rows that could not be taken may hold the comment's text, or name it.
    private func blankQuarantine(of comment: Int64) throws {
        try database.execute(
            sql: """
                UPDATE quarantine SET excerpt = '', reason = 'forgotten' WHERE source = ?2 AND (
                    EXISTS (
                        SELECT 1 FROM comment WHERE id = ?1 AND (
                            numbered AND instr(excerpt, key) > 0
                            OR length(text) > 0 AND (
                                instr(excerpt, substr(text, 1, 16)) > 0 OR instr(reason, substr(text, 1, 16)) > 0)))
                    OR EXISTS (
                        SELECT 1 FROM comment_version AS v WHERE v.comment = ?1 AND length(v.text) > 0
                            AND instr(excerpt, substr(v.text, 1, 16)) > 0))
                """, arguments: [comment, source])
    }

    /// The answers that brought the article's comments hold their texts too.
    private func giveUpPages(of comment: Int64) throws {
        try database.execute(
            sql: """
                UPDATE page SET body = NULL, given_up_at = NULL WHERE id IN (
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

/// A note in the store that comments were forgotten in it and what is left of them elsewhere is still to be removed.
enum ForgettingNote {
    static func begin(_ database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO setting(name, value) VALUES ('forgetting', 'unfinished')")
    }

    static func end(_ database: Database) throws {
        try database.execute(sql: "DELETE FROM setting WHERE name = 'forgetting'")
    }

    static func isThere(_ database: Database) throws -> Bool {
        try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM setting WHERE name = 'forgetting')") ?? false
    }
}

extension RunStore {
    /// Whether comments were forgotten and what is left of them in artifacts and free pages is still there.
    public func isForgettingUnfinished() throws -> Bool {
        try ledger.mappingErrors { try pool.unsafeReentrantRead { try ForgettingNote.isThere($0) } }
    }

    /// Writes the file anew without its free pages, and empties the log: rows that were moved within the file before left
    /// copies of their texts there.
    public func finishForgetting() throws {
        try ledger.mappingErrors {
            try pool.writeWithoutTransaction { database in
                ledger.dropMemory()
                try database.execute(sql: "VACUUM")
                _ = try database.checkpoint(.truncate)
                try database.inTransaction(.immediate) {
                    try ForgettingNote.end(database)
                    return .commit
                }
                _ = try database.checkpoint(.truncate)
            }
        }
    }
}
