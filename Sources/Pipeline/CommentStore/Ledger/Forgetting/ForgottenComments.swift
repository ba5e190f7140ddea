internal import GRDB

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

    /// Of all sources.
    static func ids(_ database: Database) throws -> Set<Int64> {
        try Set(
            Int64.fetchAll(database, sql: "SELECT comment FROM tombstone WHERE comment IS NOT NULL"))
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
