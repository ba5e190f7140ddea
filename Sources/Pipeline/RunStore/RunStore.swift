package import CommentStore
internal import GRDB
package import StageKit
package import StoreFile

/// Everything a pipeline knows: comments and votes, runs and their results, labels and splits; one SQLite file, and a
/// folder of artifacts beside it.
///
/// The file is in write-ahead mode, so that readers never block and are never blocked. Ordinary commits survive the
/// death of the process; the commit that records a stage of some length, or one that publishes, and the one that ends a
/// run are also forced to the disk, and with them all commits before, so that they survive the death of the machine.
package final class RunStore: Sendable {
    /// The SQLite file. Absolute.
    package var path: String { base.path }
    /// The folder of artifacts. Absolute.
    package let artifacts: String
    package let ledger: StoreLedger
    package let crawl: StoreCrawl
    /// What kinds keep in tables of their own.
    package let rows: StoreRows
    package var clock: StoreClock { base.clock }
    let base: StoreDatabase

    private init(_ base: StoreDatabase, artifacts: String) {
        self.base = base
        self.artifacts = artifacts
        ledger = StoreLedger(base)
        crawl = StoreCrawl(ledger: ledger)
        rows = StoreRows(base)
    }

    /// Opens a store, or makes a new one if there is none. The caller holds the ``/StoreFile/RunLock``.
    ///
    /// - Parameter tables: those that stage kinds have for themselves; they are brought up to date too.
    /// - Throws: ``/StoreFile/StoreError`` when the file is not a splitvote store, is newer, or cannot be written. Such a file is
    ///   left as it is.
    package static func open(
        at path: String, artifacts: String, clock: StoreClock = .system, tables: [StoreTables] = []
    ) throws -> RunStore {
        let path = StorePath.real(path)
        do {
            try StoreDatabase.prepare(at: path, .current)
            try ArtifactOwner(artifacts).claim(for: path)
            let base = try StoreDatabase.open(at: path, .current, clock: clock)
            try base.bringUpToDate(tables)
            try ArtifactPlace.keep(artifacts, of: path, base.pool)
            return RunStore(base, artifacts: artifacts)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Opens a store to look at it; `nil` if there is none. Needs no lock and changes nothing.
    ///
    /// - Parameter artifacts: `nil` for the folder that its last run used.
    package static func openForReading(
        at path: String, artifacts: String?, clock: StoreClock = .system
    ) throws -> RunStore? {
        let path = StorePath.real(path)
        do {
            guard let base = try StoreDatabase.openForReading(at: path, .current, clock: clock) else {
                return nil
            }
            return RunStore(base, artifacts: try artifacts ?? ArtifactPlace.find(of: path, base.pool))
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Whether an earlier version of this program made the store, and it may not be up to date yet; `false` if
    /// there is none.
    ///
    /// - Throws: ``/StoreFile/StoreError`` when the file is not a splitvote store, is newer, or cannot be read.
    package static func isOlder(at path: String) throws -> Bool {
        let current = StoreSchema.current.version
        guard case .store(let version) = try StoreHeader.inspect(path, knowing: current) else { return false }
        return version < current
    }

    /// The SQLite library's version.
    /// - Throws: ``/StoreFile/StoreError`` when it is too old for the store's STRICT tables.
    package static func checkSQLite() throws -> String {
        let version = try DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }
        let parts = (version ?? "").split(separator: ".").compactMap { Int($0) }
        guard let version, parts.count >= 2, (parts[0], parts[1]) >= (3, 37) else {
            throw StoreError(
                .other, "SQLite \(version ?? "of no known version") is too old",
                hint: "install SQLite 3.37 or later")
        }
        return version
    }

    /// - Throws: ``/StoreFile/StoreError`` when a store in this folder would not be safe.
    package static func checkPlace(of folder: String) throws {
        try StorePath.checkFileSystem(ofFolder: folder)
    }

    /// Closes the file; what was committed is moved from the log into it, as far as no reader needs it there.
    package func close() throws {
        ledger.forget()
        try base.close()
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try base.reading(body) }

    /// Runs `body` in one transaction.
    /// - Parameter durably: whether it has reached the disk when this returns; otherwise it survives the process,
    ///   and the machine after the next durable one.
    func write<Value>(durably: Bool = false, _ body: (Database) throws -> Value) throws -> Value {
        try base.writing(durably: durably, body)
    }
}
