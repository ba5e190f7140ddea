internal import GRDB
public import VoteModel

extension StoreLedger {
    public func articles(_ ids: [Int64], _ body: (ArticleRow) throws -> Void) throws {
        try mappingErrors {
            try pool.unsafeReentrantRead { database in
                // One transaction, so that the log's lock is taken once.
                let isOutermost = !database.isInsideTransaction
                if isOutermost { try database.execute(sql: "BEGIN DEFERRED TRANSACTION") }
                defer { if isOutermost { try? database.execute(sql: "COMMIT") } }
                let article = try Statement("SELECT source, key FROM article WHERE id = ?1", database)
                for id in ids {
                    article.bind(1, id)
                    defer { article.reset() }
                    guard try article.step() else { continue }
                    try body(ArticleRow(source: article.bytes(0), key: article.bytes(1)))
                }
            }
        }
    }

    public func lacksAuthors() throws -> Bool {
        try mappingErrors { try pool.unsafeReentrantRead { try AuthorNote.saysNone($0) } }
    }
}

/// A note in the store on whether any of its comments has an author, so that nobody need look through all of them.
///
/// Stores that were made before there was this note do not have it, and say nothing either way until an import brings
/// an author.
enum AuthorNote {
    private static let name = "authors"
    private static let none = "none"

    /// For a new store.
    static func begin(_ database: Database) throws { try write(none, database) }

    /// Within the transaction that brings an author.
    static func noteSome(_ database: Database) throws {
        if try saysNone(database) { try write("some", database) }
    }

    static func saysNone(_ database: Database) throws -> Bool {
        try String.fetchOne(database, sql: "SELECT value FROM setting WHERE name = ?", arguments: [name])
            == none
    }

    private static func write(_ value: String, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO setting(name, value) VALUES (?, ?)", arguments: [name, value])
    }
}
