internal import GRDB
internal import GRDBSQLite

/// A prepared statement without ceremony, for the rows that come by the hundred thousand.
///
/// Texts and blobs are bound without a copy: their memory must stay as it is until the next ``step()`` or ``run()``
/// has returned and the statement was reset.
final class Statement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    init(_ sql: String, _ database: Database) throws {
        guard let connection = database.sqliteConnection else {
            throw StoreError(.other, "the store is closed")
        }
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)),
                sql: sql)
        }
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds an integer. Parameters count from 1.
    @inline(__always)
    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

    @inline(__always)
    func bind(_ index: Int32, _ value: Int32) { sqlite3_bind_int(handle, index, value) }

    /// Binds UTF-8 bytes as text, without copying them.
    @inline(__always)
    func bind(_ index: Int32, text: UnsafeRawBufferPointer) {
        // An empty buffer may have no address, which SQLite would take for NULL.
        let start = text.baseAddress ?? UnsafeRawPointer(Self.noBytes)
        sqlite3_bind_text(handle, index, start.assumingMemoryBound(to: CChar.self), Int32(text.count), nil)
    }

    @inline(__always)
    func bindNull(_ index: Int32) { sqlite3_bind_null(handle, index) }

    /// Steps to the next row; `false` at the end.
    @inline(__always)
    func step() throws -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        throw failure(code)
    }

    /// Runs a statement that gives no rows, and makes it ready for the next bindings.
    @inline(__always)
    func run() throws {
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE else {
            let error = failure(code)
            sqlite3_reset(handle)
            throw error
        }
        sqlite3_reset(handle)
    }

    /// Rows that the connection's last statement inserted, changed or deleted.
    var changes: Int { Int(sqlite3_changes(connection)) }

    /// Id of the row that the connection inserted last.
    var lastInsertedID: Int64 { sqlite3_last_insert_rowid(connection) }

    @inline(__always)
    func reset() { sqlite3_reset(handle) }

    @inline(__always)
    func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    @inline(__always)
    func int32(_ column: Int32) -> Int32 { sqlite3_column_int(handle, column) }

    @inline(__always)
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// The bytes of a text or blob; valid until the next step or reset. Empty for NULL.
    @inline(__always)
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)))
    }

    /// Lives as long as the program, so that an empty text has an address.
    nonisolated(unsafe) private static let noBytes = UnsafeMutableRawPointer.allocate(
        byteCount: 1, alignment: 1)
}

/// A text whose bytes stay at one place as long as the value lives.
final class StableText {
    let bytes: UnsafeRawBufferPointer
    private let memory: UnsafeMutableRawBufferPointer

    init(_ text: String) {
        let count = text.utf8.count
        memory = .allocate(byteCount: max(1, count), alignment: 1)
        memory.copyBytes(from: text.utf8)
        bytes = UnsafeRawBufferPointer(rebasing: memory[..<count])
    }

    deinit { memory.deallocate() }
}
