public import GRDB
public import GRDBSQLite

/// A light prepared statement, for rows by the hundred thousand.
///
/// Texts and blobs are bound without a copy: their memory must stay as it is until the next ``step()`` or ``run()``
/// has returned and the statement was reset.
public final class SQLStatement {
    @usableFromInline let handle: OpaquePointer
    @usableFromInline let connection: OpaquePointer

    package init(_ sql: String, _ database: Database) throws {
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
    @inlinable @inline(__always)
    public func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

    @inlinable @inline(__always)
    public func bind(_ index: Int32, _ value: Int32) { sqlite3_bind_int(handle, index, value) }

    /// Binds UTF-8 bytes as text, without copying them.
    @inlinable @inline(__always)
    public func bind(_ index: Int32, text: UnsafeRawBufferPointer) {
        // An empty buffer may have no address, which SQLite would take for NULL.
        let start = text.baseAddress ?? UnsafeRawPointer(Self.noBytes)
        sqlite3_bind_text(handle, index, start.assumingMemoryBound(to: CChar.self), Int32(text.count), nil)
    }

    /// Binds a copy of the text.
    package func bind(_ index: Int32, text: String) {
        // Says that the memory is the caller's again at once.
        let isTransient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        var text = text
        text.withUTF8 { bytes in
            let start = UnsafeRawPointer(bytes.baseAddress) ?? UnsafeRawPointer(Self.noBytes)
            let characters = start.assumingMemoryBound(to: CChar.self)
            sqlite3_bind_text(handle, index, characters, Int32(bytes.count), isTransient)
        }
    }

    /// Binds a copy of the bytes as a blob.
    package func bind(_ index: Int32, blob: UnsafeRawBufferPointer) {
        let isTransient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let start = blob.baseAddress ?? UnsafeRawPointer(Self.noBytes)
        sqlite3_bind_blob(handle, index, start, Int32(blob.count), isTransient)
    }

    @inlinable @inline(__always)
    public func bindNull(_ index: Int32) { sqlite3_bind_null(handle, index) }

    /// Steps to the next row; `false` at the end.
    @inlinable @inline(__always)
    public func step() throws -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        throw failure(code)
    }

    /// Runs a statement that gives no rows, and makes it ready for the next bindings.
    @inlinable @inline(__always)
    public func run() throws {
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE else {
            let error = failure(code)
            sqlite3_reset(handle)
            throw error
        }
        sqlite3_reset(handle)
    }

    /// Rows that the connection's last statement inserted, changed or deleted.
    @inlinable public var changes: Int { Int(sqlite3_changes(connection)) }

    /// Id of the row that the connection inserted last.
    @inlinable public var lastInsertedID: Int64 { sqlite3_last_insert_rowid(connection) }

    @inlinable @inline(__always)
    public func reset() { sqlite3_reset(handle) }

    @inlinable @inline(__always)
    public func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    @inlinable @inline(__always)
    public func int32(_ column: Int32) -> Int32 { sqlite3_column_int(handle, column) }

    @inlinable @inline(__always)
    public func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// The bytes of a text or blob; valid until the next step or reset. Empty for NULL.
    @inlinable @inline(__always)
    public func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    @usableFromInline func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)))
    }

    /// Lives as long as the program, so that an empty text has an address.
    @usableFromInline nonisolated(unsafe) static let noBytes = UnsafeMutableRawPointer.allocate(
        byteCount: 1, alignment: 1)
}
