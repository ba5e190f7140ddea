package import GRDB
internal import StoreFile
internal import TextBasics

/// The indexes that keep the keys of comments unique and quick to find.
///
/// They are left out while a store is filled for the first time, and made in one go afterwards. A key made of article
/// and text is nowhere near the keys of the comments around it, and only its own article can have it: in the order of
/// the articles, which are numbered as they come, what a night brings lies together at the end, and the night changes a
/// few pages of the index instead of nearly all.
enum KeyIndex: String, CaseIterable {
    /// Of comments with a number of their source's own. The key comes first because keys differ early, which halves the
    /// time for sorting them.
    case numbered = "comment_by_key"
    /// Of comments whose key is made of article and text.
    case derived = "comment_in_article"

    var sql: String {
        switch self {
        case .numbered: "CREATE UNIQUE INDEX \(rawValue) ON comment(key, source) WHERE numbered"
        case .derived: "CREATE UNIQUE INDEX \(rawValue) ON comment(article, key) WHERE NOT numbered"
        }
    }

    func covers(_ row: RowBatch.Row) -> Bool { row.hasNumber == (self == .numbered) }

    /// Works on any thread that has the connection to itself.
    func drop(_ database: Database) throws {
        try SQLStatement("DROP INDEX IF EXISTS \(rawValue)", database).run()
    }

    /// Those that a store lacks.
    static func missing(_ database: Database) throws -> [KeyIndex] {
        let there = try String.fetchSet(database, sql: "SELECT name FROM sqlite_master WHERE type = 'index'")
        return allCases.filter { !there.contains($0.rawValue) }
    }
}

/// Tells, in a store from before it was written down, which comments have a number of their source's own.
package enum NumberedComments {
    package static func mark(_ database: Database) throws {
        let update = try SQLStatement("UPDATE comment SET numbered = 1 WHERE id = ?1", database)
        for id in try find(database) {
            update.bind(1, id)
            try update.run()
        }
    }

    /// The comments whose key is not what their article and text make. Of a forgotten one the text is gone, so its key
    /// goes by its looks; imports find it by either.
    private static func find(_ database: Database) throws -> [Int64] {
        let forgotten = try ForgottenComments.ids(database)
        let rows = try SQLStatement(
            """
            SELECT comment.id, comment.key, article.key, comment.text
            FROM comment CROSS JOIN article ON article.id = comment.article
            """, database)
        var found: [Int64] = []
        var articleAndText: [UInt8] = []
        while try rows.step() {
            let id = rows.int64(0)
            if let value = Hexadecimal.word(rows.bytes(1)) {
                if forgotten.contains(id) { continue }
                articleAndText.removeAll(keepingCapacity: true)
                articleAndText.append(contentsOf: rows.bytes(2))
                articleAndText.append(CommentKeyHash.separator)
                articleAndText.append(contentsOf: rows.bytes(3))
                if articleAndText.withUnsafeBytes(CommentKeyHash.hash) == value { continue }
            }
            found.append(id)
        }
        return found
    }
}
