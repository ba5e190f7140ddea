internal import Foundation
internal import GRDB
internal import VoteModel

/// Everything a pipeline knows: comments and votes, runs and their results, labels and splits; one SQLite file, and a
/// folder of artifacts beside it.
///
/// The file is in write-ahead mode, so that readers never wait and never are waited for. Ordinary commits survive the
/// death of the process; the commit that records a stage of some length, or one that publishes, and the one that ends a
/// run are also forced to the disk, and with them all commits before, so that they survive the death of the machine.
public final class RunStore: Sendable {
    /// The SQLite file. Absolute.
    public let path: String
    /// The folder of artifacts. Absolute.
    public let artifacts: String
    public let ledger: StoreLedger
    public let crawl: StoreCrawl
    public let clock: StoreClock
    /// Many connections for a run, a single one that cannot write for those who only look.
    let pool: any DatabaseWriter

    private init(path: String, artifacts: String, clock: StoreClock, pool: any DatabaseWriter) {
        self.path = path
        self.artifacts = artifacts
        self.clock = clock
        self.pool = pool
        ledger = StoreLedger(pool: pool, path: path, clock: clock)
        crawl = StoreCrawl(ledger: ledger)
    }

    /// Opens a store, or makes a new one where there is none. The caller holds the ``RunLock``.
    ///
    /// - Throws: ``StoreError`` when the file is no store of ours, a newer one, or cannot be written. Such a file is
    ///   left as it is.
    public static func open(
        at path: String, artifacts: String, clock: StoreClock = .system
    ) throws -> RunStore {
        let path = StoreFile.real(path)
        let folder = (path as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try StoreFile.checkFileSystem(ofFolder: folder)
        do {
            switch try StoreFile.inspect(path) {
            case .absent, .empty: try make(at: path)
            case .store: break
            }
            guard access(path, W_OK) == 0 else { throw StoreError.system("cannot write", path) }
            try ArtifactOwner(artifacts).claim(for: path)
            let pool = try DatabasePool(path: path, configuration: configuration)
            try checkVersion(pool, path)
            try StoreSchema.migrator.migrate(pool)
            try ArtifactPlace.keep(artifacts, of: path, pool)
            return RunStore(path: path, artifacts: artifacts, clock: clock, pool: pool)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Opens a store to look at it; `nil` where there is none. Needs no lock and changes nothing.
    ///
    /// - Parameter artifacts: `nil` for the folder that its last run used.
    public static func openForReading(
        at path: String, artifacts: String?, clock: StoreClock = .system
    ) throws -> RunStore? {
        let path = StoreFile.real(path)
        do {
            guard case .store = try StoreFile.inspect(path) else { return nil }
            let (pool, version) = try readingConnection(to: path)
            guard version == StoreSchema.version else {
                throw StoreError(
                    .older,
                    "\(path) is a store of version \(version); this program reads \(StoreSchema.version)",
                    hint: "the next run brings it up to date")
            }
            let folder = try artifacts ?? ArtifactPlace.find(of: path, pool)
            return RunStore(path: path, artifacts: folder, clock: clock, pool: pool)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// A connection that cannot write, and the store's version.
    ///
    /// SQLite wants to make its shared memory beside the file for it. Where it may not, and no log is there that would
    /// have to be read as well, the file is read as one that nobody changes.
    private static func readingConnection(to path: String) throws -> (pool: DatabaseQueue, version: Int) {
        var configuration = Self.configuration
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            return (queue, try checkVersion(queue, path))
        } catch let error as DatabaseError
            where [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode.primaryResultCode)
        {
            guard access(path, R_OK) == 0 else { throw error }
            if StoreFile.hasLog(path) {
                throw StoreError(
                    .permission,
                    "\(path) cannot be read without write permission: its latest changes are in \(path)-wal",
                    hint:
                        "let somebody who may write there run 'splitvote status --state \(path)', or copy both "
                        + "files to a folder of your own and name that copy with --state")
            }
            let queue = try DatabaseQueue(path: StoreFile.immutableName(path), configuration: configuration)
            return (queue, try checkVersion(queue, path))
        }
    }

    /// Whether an earlier version of this program made the store, and it may not be up to date yet; `false` where
    /// there is none.
    ///
    /// - Throws: ``StoreError`` when the file is no store of ours, a newer one, or cannot be read.
    public static func isOlder(at path: String) throws -> Bool {
        guard case .store(let version) = try StoreFile.inspect(path) else { return false }
        return version < StoreSchema.version
    }

    /// The SQLite library's version.
    /// - Throws: ``StoreError`` when it is too old for the store's STRICT tables.
    public static func checkSQLite() throws -> String {
        let version = try DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }
        let parts = (version ?? "").split(separator: ".").compactMap { Int($0) }
        guard let version, parts.count >= 2, (parts[0], parts[1]) >= (3, 37) else {
            throw StoreError(
                .other, "SQLite \(version ?? "of no known version") is too old",
                hint: "install SQLite 3.37 or later")
        }
        return version
    }

    /// - Throws: ``StoreError`` when a store in this folder would not be safe.
    public static func checkPlace(of folder: String) throws {
        try StoreFile.checkFileSystem(ofFolder: folder)
    }

    /// Closes the file; what was committed is moved from the log into it, as far as nobody is reading there.
    public func close() throws {
        do {
            ledger.forget()
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

    /// Makes the new file in one transaction, before it gets a write-ahead log: it is a whole store or it is empty.
    ///
    /// It grows under another name, whole and on the disk before it gets its own, so that a kill at any instant leaves
    /// no store or a whole one. Logs of a store that was taken away are swept: they would be taken for the new one's.
    private static func make(at path: String) throws {
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
            try database.execute(sql: "PRAGMA application_id = \(StoreSchema.applicationID)")
            return .commit
        }
        try StoreSchema.migrator.migrate(queue)
        try queue.write { try AuthorNote.begin($0) }
        // Switched here, so that under its own name the file never has a rollback journal, which a kill could leave and
        // only a writer could take back.
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        try queue.close()
        guard rename(draft, path) == 0 else { throw StoreError.system("cannot create", path) }
        StoreFile.syncFolder(of: path)
    }

    @discardableResult
    private static func checkVersion(_ pool: any DatabaseReader, _ path: String) throws -> Int {
        // The header may be older than what lies in the log.
        let version = try pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        try StoreFile.check(version: version, path)
        return version
    }

    /// Of new stores, in bytes. A quarter of SQLite's default number of pages to look up, to log and to move.
    private static let pageSize = 16_384
    /// Page cache of each connection.
    static let cacheKibibytes = 32_768
    /// As much of the file is at most mapped into memory, where single rows are read; the rest is read page by page, so
    /// that the memory in use stays bounded.
    static let mappedBytes = 256 << 20

    /// Waits a little for somebody else's lock, which is mostly held for some milliseconds; SQLite's own waits become
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
