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

    /// - Returns: rows of `vote` that it had, whether it was hidden already, and how many rows that could not be taken were
    ///   emptied because they hold its text.
    mutating func erase(
        _ comment: Int64, from sum: inout LedgerSum
    ) throws -> (observations: Int, wasHidden: Bool, emptiedRows: Int) {
        let observations = try writer.history(of: comment).entries.count
        let wasHidden = try states.row(of: comment).isHidden
        sum -= try contributions.sum(of: comment)
        try giveUpPages(of: comment)
        let emptiedRows = try blankQuarantine(withTextsOf: comment)
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
        return (observations, wasHidden, emptiedRows)
    }

    /// Rows that could not be taken may hold the comment's text, which excerpts show with its white space escaped.
    private func blankQuarantine(withTextsOf comment: Int64) throws -> Int {
        try database.execute(
            sql: """
                WITH said(start) AS (
                    SELECT substr(text, 1, 16) FROM comment WHERE id = ?1
                    UNION SELECT substr(text, 1, 16) FROM comment_version WHERE comment = ?1
                ), shown(start) AS (
                    SELECT start FROM said WHERE length(start) > 0
                    UNION SELECT replace(replace(replace(start, char(9), '\\t'), char(10), '\\n'), char(13), '\\r')
                        FROM said WHERE length(start) > 0
                )
                UPDATE quarantine SET excerpt = '', reason = ?3 WHERE source = ?2 AND excerpt <> '' AND EXISTS (
                    SELECT 1 FROM shown WHERE instr(excerpt, start) > 0 OR instr(reason, start) > 0)
                """, arguments: [comment, source, ForgottenRows.reason])
        return database.changesCount
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
