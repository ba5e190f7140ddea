internal import GRDB

/// Overwrites comments, and takes what they said out of the ledger's digest.
struct CommentEraser: ~Copyable {
    private let database: Database
    private let commit: Int64
    private let source: String
    private let states: CommentStates
    private let writer: HistoryWriter
    private var contributions: Contributions
    /// Where else the store has rows of a comment: every column that is declared to refer to one.
    private let rows: [(table: String, column: String)]

    init(source: String, commit: Int64, database: Database) throws {
        let states = try CommentStates(commit: commit, database: database)
        let writer = try HistoryWriter(commit: commit, database: database)
        let contributions = try Contributions(of: source, commit: commit, database)
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT sqlite_master.name, reference."from" FROM sqlite_master
                JOIN pragma_foreign_key_list(sqlite_master.name) AS reference
                WHERE sqlite_master.type = 'table' AND reference."table" = 'comment'
                ORDER BY sqlite_master.rowid
                """
        ).map { row -> (table: String, column: String) in (row[0], row[1]) }
        self.database = database
        self.rows = rows
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
        for row in rows {
            try database.execute(
                sql: "DELETE FROM \(row.table.quotedDatabaseIdentifier) WHERE "
                    + "\(row.column.quotedDatabaseIdentifier) = ?", arguments: [comment])
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
