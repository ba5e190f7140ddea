internal import GRDB
internal import VoteModel

/// The forgotten comments of a source, which an import skips.
struct ForgottenComments {
    private var ids: Set<Int64> = []
    /// Keys of comments that were not known when they were forgotten.
    private var keys: Set<[UInt8]> = []
    /// Of all of them.
    private let named: NamedFields

    init(of source: String, _ database: Database) throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT comment, key FROM tombstone WHERE source = ?", arguments: [source])
        var names: [String] = []
        while let row = try rows.next() {
            let key: String = row[1]
            names.append(key)
            if let id: Int64 = row[0] {
                ids.insert(id)
            } else {
                keys.insert(Array(key.utf8))
            }
        }
        named = NamedFields(names)
    }

    /// Of all sources.
    static func ids(_ database: Database) throws -> Set<Int64> {
        try Set(
            Int64.fetchAll(database, sql: "SELECT comment FROM tombstone WHERE comment IS NOT NULL"))
    }

    func contains(_ comment: Int64) -> Bool { !ids.isEmpty && ids.contains(comment) }

    func contains(_ key: UnsafeRawBufferPointer) -> Bool { !keys.isEmpty && keys.contains(Array(key)) }

    /// The row as it may be kept: without its content where it names a forgotten comment.
    func sparing(_ row: QuarantinedRow) -> QuarantinedRow {
        guard named.areIn(row) else { return row }
        return QuarantinedRow(line: row.line, reason: ForgottenRows.reason, excerpt: "")
    }
}

/// Rows that could not be taken and name comments that are to be forgotten.
enum ForgottenRows {
    /// What is told of them.
    static let reason = "forgotten"

    /// Empties them.
    /// - Returns: how many there were.
    static func empty(naming keys: [String], of source: String, _ database: Database) throws -> Int {
        let named = NamedFields(keys)
        let rows = try Row.fetchCursor(
            database, sql: "SELECT id, reason, excerpt FROM quarantine WHERE source = ? AND excerpt <> ''",
            arguments: [source])
        var found: [Int64] = []
        while let row = try rows.next() {
            if named.areIn(excerpt: row[2], reason: row[1]) { found.append(row[0]) }
        }
        for id in found {
            try database.execute(
                sql: "UPDATE quarantine SET excerpt = '', reason = ? WHERE id = ?", arguments: [reason, id])
        }
        return found.count
    }
}

/// A flag in the store that comments were forgotten in it and that their remains elsewhere must still be removed.
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
