internal import GRDB
internal import StageKit
internal import StoreFile

/// The tables of a store, as changes see them.
struct ChangeWriter: StoreWriter {
    let origin: ChangeOrigin
    let clock: StoreClock
    let database: Database

    /// Rows of one statement.
    private static let width = 64

    func timestamp() -> String { clock.timestamp() }

    func statement(_ sql: String) throws -> any StoreStatement { try SQLStatement(sql, database) }

    func inserts(into table: String, columns: Int, or conflict: String) throws -> any StoreInserts {
        try BulkInsert(into: table, columns: columns, width: Self.width, or: conflict, database)
    }
}
