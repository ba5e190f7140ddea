internal import CLibrary
internal import Foundation
internal import GRDB
package import StageKit

extension StoreDatabase {
    /// Checks that a store may be at a place, and makes a new one if there is none. The caller holds the ``RunLock``.
    ///
    /// - Throws: ``StoreError`` when the file is not a splitvote store, is newer, or cannot be written. Such a file is
    ///   left as it is.
    package static func prepare(at path: String, _ schema: StoreSchema) throws {
        let folder = (path as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try StorePath.checkFileSystem(ofFolder: folder)
        switch try StoreHeader.inspect(path, knowing: schema.version) {
        case .absent, .empty: try make(at: path, schema)
        case .store: break
        }
        guard access(path, W_OK) == 0 else { throw StoreError.system("cannot write", path) }
    }

    /// Opens a store that is there and brings it up to date.
    package static func open(
        at path: String, _ schema: StoreSchema, clock: StoreClock
    ) throws -> StoreDatabase {
        let pool = try DatabasePool(path: path, configuration: configuration)
        try checkVersion(pool, schema, path)
        try schema.migrator.migrate(pool)
        return StoreDatabase(path: path, clock: clock, pool: pool)
    }

    /// Takes tables of kinds through the steps that this store has not been through.
    package func bringUpToDate(_ tables: [StoreTables]) throws {
        if tables.isEmpty { return }
        var migrator = DatabaseMigrator()
        var owners: Set<String> = []
        for tables in tables where owners.insert(tables.owner).inserted {
            for (index, sql) in tables.steps.enumerated() {
                migrator.registerMigration("\(tables.owner) \(index + 1)", foreignKeyChecks: .immediate) {
                    try $0.execute(sql: sql)
                }
            }
        }
        try mappingErrors { try migrator.migrate(pool) }
    }

    /// Opens a store to look at it; `nil` if there is none. Needs no lock and changes nothing.
    package static func openForReading(
        at path: String, _ schema: StoreSchema, clock: StoreClock
    ) throws -> StoreDatabase? {
        guard case .store = try StoreHeader.inspect(path, knowing: schema.version) else { return nil }
        let (pool, version) = try readingConnection(to: path, schema)
        guard version == schema.version else {
            throw StoreError(
                .older, "\(path) is a store of version \(version); this program reads \(schema.version)",
                hint: "the next run brings it up to date")
        }
        return StoreDatabase(path: path, clock: clock, pool: pool)
    }

    /// A connection that cannot write, and the store's version.
    ///
    /// SQLite wants to make its shared memory beside the file for it. Where it may not, and no log exists that would
    /// have to be read as well, the file is read as immutable.
    private static func readingConnection(
        to path: String, _ schema: StoreSchema
    ) throws -> (pool: DatabaseQueue, version: Int) {
        var configuration = Self.configuration
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            return (queue, try checkVersion(queue, schema, path))
        } catch let error as DatabaseError
            where [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode.primaryResultCode)
        {
            guard access(path, R_OK) == 0 else { throw error }
            if StorePath.hasLog(path) {
                throw StoreError(
                    .permission,
                    "\(path) cannot be read without write permission: its latest changes are in \(path)-wal",
                    hint:
                        "have a user with write access run 'splitvote status --state \(path)', or copy both "
                        + "files to a folder of your own and name that copy with --state")
            }
            let queue = try DatabaseQueue(path: StorePath.immutableName(path), configuration: configuration)
            return (queue, try checkVersion(queue, schema, path))
        }
    }

    /// Makes the new file in one transaction, before it gets a write-ahead log: it is a whole store or it is empty.
    ///
    /// It grows under another name, whole and on the disk before it gets its own, so that a kill at any instant leaves
    /// no store or a whole one. Deletes stale -wal and -shm files, which SQLite would otherwise attach to the new store.
    private static func make(at path: String, _ schema: StoreSchema) throws {
        let draft = path + ".new"
        for name in [draft, path] {
            for ending in ["-journal", "-wal", "-shm"] { unlink(name + ending) }
        }
        unlink(draft)
        var configuration = Self.configuration
        configuration.journalMode = .default
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA page_size = \(pageSize); PRAGMA synchronous = FULL")
        }
        let queue = try DatabaseQueue(path: draft, configuration: configuration)
        try queue.inTransaction(.exclusive) { database in
            try database.execute(sql: "PRAGMA application_id = \(StoreHeader.applicationID)")
            return .commit
        }
        try schema.migrator.migrate(queue)
        try queue.write { try schema.begin($0) }
        // Switched here, so that under its own name the file never has a rollback journal, which a kill could leave and
        // only a writer could take back.
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        try queue.close()
        guard rename(draft, path) == 0 else { throw StoreError.system("cannot create", path) }
        StorePath.syncFolder(of: path)
    }

    @discardableResult
    private static func checkVersion(
        _ pool: any DatabaseReader, _ schema: StoreSchema, _ path: String
    ) throws -> Int {
        // The header may be older than the content of the log.
        let version = try pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        try StoreHeader.check(version: version, knowing: schema.version, path)
        return version
    }

    /// Of new stores, in bytes. A quarter of SQLite's default number of pages to look up, to log and to move.
    private static let pageSize = 16_384

    /// Waits briefly for another process's lock, which is mostly held for some milliseconds; SQLite's own waits become
    /// longer than that.
    /// - Returns: `false` after half a minute.
    @Sendable private static func waitForLock(_ waits: Int) -> Bool {
        usleep(waits < 200 ? 500 : 20_000)  // microseconds
        return waits < 1_700
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "splitvote.store"
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .callback(waitForLock)
        configuration.maximumReaderCount = 8
        configuration.persistentReadOnlyConnections = true
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA cache_size = -\(cacheKibibytes);
                    PRAGMA temp_store = FILE;
                    PRAGMA wal_autocheckpoint = \(32 << 20 / pageSize);
                    PRAGMA secure_delete = OFF;
                    """)
            if database.configuration.readonly { return }
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        return configuration
    }
}
