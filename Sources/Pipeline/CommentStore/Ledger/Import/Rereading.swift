internal import GRDB
internal import StoreFile

/// Rows of the ledger that are taken out because what they were read from is read anew.
struct RowSelection {
    /// A condition on `comment`, `observed_at` and `ledger_commit` of a row.
    let condition: String
    let arguments: StatementArguments

    /// The rows of these commits.
    init(_ commits: Set<Int64>) {
        condition = "ledger_commit IN (\(commits.sorted().map(String.init).joined(separator: ", ")))"
        arguments = []
    }

    /// The rows that a visit's kept answers gave, by the moments of the answers.
    init(visit: Int64) {
        condition = """
            comment IN (SELECT comment.id FROM visit
                CROSS JOIN article ON article.source = visit.source AND article.key = visit.article
                CROSS JOIN comment ON comment.article = article.id
                WHERE visit.id = \(visit))
            AND observed_at IN (SELECT fetched_at FROM fetch JOIN page ON page.id = fetch.page
                WHERE fetch.visit = \(visit) AND page.body IS NOT NULL)
            """
        arguments = []
    }
}

/// What is read anew: comments that lost all their rows, until they are met again.
final class Rereading {
    /// Comments of which no row is left.
    private var emptied: Set<Int64> = []
    /// Articles that were met.
    private var articles: Set<Int64> = []

    /// The comments that have such rows, in rising order.
    func affected(by rows: RowSelection, _ database: Database) throws -> [Int64] {
        try Int64.fetchAll(
            database,
            sql: """
                SELECT comment FROM vote WHERE \(rows.condition)
                UNION SELECT comment FROM sighting WHERE \(rows.condition) ORDER BY comment
                """, arguments: rows.arguments + rows.arguments)
    }

    /// Whether a comment has lost all its rows.
    func isEmptied(_ comment: Int64) -> Bool { emptied.contains(comment) }

    /// Takes rows out.
    func void(_ rows: RowSelection, _ database: Database) throws {
        try database.execute(sql: "CREATE TEMP TABLE IF NOT EXISTS voided(comment INTEGER PRIMARY KEY)")
        try database.execute(sql: "DELETE FROM temp.voided")
        for table in ["vote", "sighting"] {
            try database.execute(
                sql: "INSERT OR IGNORE INTO temp.voided SELECT comment FROM \(table) WHERE \(rows.condition)",
                arguments: rows.arguments)
        }
        try keepMixed(rows, database)
        for table in ["vote", "sighting", "comment_version", "presence"] {
            try database.execute(
                sql: """
                    DELETE FROM \(table) WHERE comment IN (SELECT comment FROM temp.voided) AND \(rows.condition)
                    """, arguments: rows.arguments)
        }
        try emptied.formUnion(
            Int64.fetchAll(
                database,
                sql: """
                    SELECT comment FROM temp.voided
                    WHERE NOT EXISTS (SELECT 1 FROM vote WHERE vote.comment = voided.comment)
                        AND NOT EXISTS (SELECT 1 FROM sighting WHERE sighting.comment = voided.comment)
                    """))
        try forgetStates(database)
    }

    /// Sightings that stay must not lose the counts which they confirmed: these become observations of their own.
    private func keepMixed(_ rows: RowSelection, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO vote(comment, observed_at, ledger_commit, up, down, replies)
                SELECT s.comment, s.observed_at, s.ledger_commit, v.up, v.down, v.replies
                FROM (SELECT * FROM sighting WHERE comment IN (SELECT comment FROM temp.voided)) AS s
                JOIN vote AS v ON v.comment = s.comment
                    AND (v.observed_at, v.ledger_commit) = (
                        SELECT w.observed_at, w.ledger_commit FROM vote AS w
                        WHERE w.comment = s.comment AND w.observed_at <= s.observed_at
                        ORDER BY w.observed_at DESC, w.ledger_commit DESC LIMIT 1)
                WHERE NOT (\(rows.condition.replacingColumns(with: "s")))
                    AND \(rows.condition.replacingColumns(with: "v"))
                """, arguments: rows.arguments + rows.arguments)
    }

    /// Comments without rows were never removed, and have no versions, as far as is known.
    private func forgetStates(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TEMP TABLE IF NOT EXISTS emptied(comment INTEGER PRIMARY KEY);
                DELETE FROM temp.emptied;
                INSERT INTO temp.emptied SELECT comment FROM temp.voided
                WHERE NOT EXISTS (SELECT 1 FROM vote WHERE vote.comment = voided.comment)
                    AND NOT EXISTS (SELECT 1 FROM sighting WHERE sighting.comment = voided.comment);
                DELETE FROM comment_version WHERE comment IN (SELECT comment FROM temp.emptied);
                DELETE FROM presence WHERE comment IN (SELECT comment FROM temp.emptied);
                UPDATE comment SET removed_at = NULL, removed_commit = NULL
                WHERE removed_commit IS NOT NULL AND id IN (SELECT comment FROM temp.emptied);
                """)
    }

    /// Takes notice that a comment is met.
    /// - Returns: whether it had lost all its rows.
    func meet(_ comment: Int64) -> Bool { emptied.remove(comment) != nil }

    /// Whether an article is met for the first time.
    func isFirst(article: Int64) -> Bool { articles.insert(article).inserted }

    /// Hides the comments that were not met again.
    /// - Returns: how many were shown until now.
    func hideUnseen(of source: String, commit: Int64, _ database: Database) throws -> Int {
        let hide = try SQLStatement("UPDATE comment SET hidden = 1 WHERE id = ?1 AND NOT hidden", database)
        let states = try CommentStates(commit: commit, database: database)
        var count = 0
        for comment in emptied.sorted() {
            hide.bind(1, comment)
            try hide.run()
            if hide.changes > 0 { count += 1 }
            try states.noteRestated(comment)
        }
        return count
    }
}

extension String {
    /// A condition on the columns of a row, written for a table of that name.
    fileprivate func replacingColumns(with table: String) -> String {
        var text = self
        if text.hasPrefix("comment ") { text = "\(table)." + text }
        for column in ["observed_at", "ledger_commit"] {
            if let range = text.range(of: column) { text.replaceSubrange(range, with: "\(table).\(column)") }
        }
        return text
    }
}
