package import GRDB

/// A store's file, open: what is read from it and written into it, with errors that name the file.
package final class StoreDatabase: Sendable {
    /// The SQLite file. Absolute.
    package let path: String
    package let clock: StoreClock
    /// Many connections for a run, a single one that cannot write for those who only look.
    package let pool: any DatabaseWriter
    /// `nil` for those who only look.
    package let checkpointer: WALCheckpointer?

    init(path: String, clock: StoreClock, pool: any DatabaseWriter) {
        self.path = path
        self.clock = clock
        self.pool = pool
        let configuration = pool.configuration
        checkpointer =
            configuration.readonly ? nil : WALCheckpointer(path: path, configuration: configuration)
    }

    /// Page cache of each connection.
    package static let cacheKibibytes = 32_768
    /// As much of the file is at most mapped into memory, where single rows are read; the rest is read page by page, so
    /// that the memory in use stays bounded.
    private static let mappedBytes = 256 << 20

    /// Reads in one transaction: one snapshot, and the log's lock is taken once. A read within another one is part of
    /// its transaction.
    ///
    /// - Parameter isScattered: whether so many single rows are asked for that it is worth it to map the file into
    ///   memory: of a page, only the part with the row is touched then, and nothing is copied.
    package func reading<Value>(
        isScattered: Bool = false, _ body: (Database) throws -> Value
    ) throws -> Value {
        try mappingErrors {
            try pool.unsafeReentrantRead { database in
                if database.isInsideTransaction { return try body(database) }
                if isScattered { try database.execute(sql: "PRAGMA mmap_size = \(Self.mappedBytes)") }
                defer { if isScattered { try? database.execute(sql: "PRAGMA mmap_size = 0") } }
                try database.execute(sql: "BEGIN DEFERRED TRANSACTION")
                defer { try? database.execute(sql: "COMMIT") }
                return try body(database)
            }
        }
    }

    /// Writes in one transaction.
    /// - Parameter durably: whether it has reached the disk when this returns; otherwise it survives the process,
    ///   and the machine after the next durable one.
    package func writing<Value>(durably: Bool = false, _ body: (Database) throws -> Value) throws -> Value {
        try writingWithoutTransaction { database in
            if durably { try database.execute(sql: "PRAGMA synchronous = FULL") }
            defer { if durably { try? database.execute(sql: "PRAGMA synchronous = NORMAL") } }
            var value: Value?
            try database.inTransaction(.immediate) {
                value = try body(database)
                return .commit
            }
            guard let value else { throw StoreError(.other, "\(path): a transaction gave nothing") }
            return value
        }
    }

    /// Lends the writing connection to who begins and ends transactions by himself.
    package func writingWithoutTransaction<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try mappingErrors { try pool.writeWithoutTransaction(body) }
    }

    /// Writes the file anew without its free pages. No transaction is open.
    package func vacuum() throws {
        try writingWithoutTransaction { try $0.execute(sql: "VACUUM") }
    }

    package func mappingErrors<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }

    /// Closes the file; what was committed is moved from the log into it, as far as nobody is reading there.
    package func close() throws {
        do {
            checkpointer?.stop()
            if !pool.configuration.readonly { try emptyLog() }
            try pool.close()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Never waits: what stays in the log, because somebody has a transaction open, is kept there as safely, and is
    /// moved when the next run ends.
    private func emptyLog() throws {
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA busy_timeout = 0")
            do {
                _ = try database.checkpoint(.truncate)
            } catch let error as DatabaseError
                where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode.primaryResultCode)
            {
                // A reader is at work.
            }
        }
    }
}
