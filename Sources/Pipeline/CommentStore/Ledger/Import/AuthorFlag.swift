package import GRDB

/// A note in the store on whether any of its comments has an author, so that nobody need look through all of them.
///
/// Stores that were made before there was this note do not have it, and say nothing either way until an import brings
/// an author.
package enum AuthorFlag {
    private static let name = "authors"
    private static let none = "none"

    /// For a new store.
    package static func begin(_ database: Database) throws { try write(none, database) }

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
