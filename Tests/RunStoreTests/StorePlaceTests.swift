import CLibrary
import Foundation
import GRDBSQLite
import RunStore
import StoreFile
import Testing

/// Stores in places other than a plain file: reached through links, in a shared folder, or not a file.
struct StorePlaceTests {
    private let holder = LockHolder(run: "r", pid: 1, host: "h", since: "s")

    private func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    // MARK: Links

    @Test func aLinkAndItsFileHaveOneLock() throws {
        let folder = try TemporaryFolder()
        let real = folder.file("state.sqlite")
        try RunStore.open(at: real, artifacts: folder.file("artifacts")).close()
        try link(folder.file("link.sqlite"), to: "state.sqlite")
        try link(folder.file("more.sqlite"), to: folder.file("link.sqlite"))
        let lock = try RunLock.take(state: folder.file("more.sqlite"), holder: holder)
        #expect(
            RunLock.holder(state: real) == holder
                && RunLock.holder(state: folder.file("link.sqlite")) == holder)
        #expect(throws: StoreError.self) { try RunLock.take(state: real, holder: holder) }
        lock.release()
        #expect(!FileManager.default.fileExists(atPath: folder.file("more.sqlite.lock")))
    }

    @Test func aFolderReachedThroughALinkHasOneLock() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("real"), withIntermediateDirectories: true)
        try link(folder.file("linked"), to: "real")
        let lock = try RunLock.take(state: folder.file("linked/new.sqlite"), holder: holder)
        #expect(throws: StoreError.self) {
            try RunLock.take(state: folder.file("real/new.sqlite"), holder: holder)
        }
        lock.release()
    }

    /// A store is made where the link leads to, and the link stays one.
    @Test func aLinkToAStoreThatIsStillToBeMadeIsFollowed() throws {
        let folder = try TemporaryFolder()
        try link(folder.file("link.sqlite"), to: "real/state.sqlite")
        let lock = try RunLock.take(state: folder.file("link.sqlite"), holder: holder)
        #expect(throws: StoreError.self) {
            try RunLock.take(state: folder.file("real/state.sqlite"), holder: holder)
        }
        try RunStore.open(at: folder.file("link.sqlite"), artifacts: folder.file("artifacts")).close()
        lock.release()
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link.sqlite")) != "")
        #expect(try RunStore.openForReading(at: folder.file("real/state.sqlite"), artifacts: nil) != nil)
    }

    #if os(Linux)
        /// A user tidies up and removes the lock file of a running run.
        @Test func removingTheLockFileLetsNoRunIn() throws {
            let folder = try TemporaryFolder()
            let state = folder.file("state.sqlite")
            let lock = try RunLock.take(state: state, holder: holder)
            // The first run of all: the store comes after the lock.
            let store = try RunStore.open(at: state, artifacts: folder.file("artifacts"))
            lock.coverStore()
            unlink(state + ".lock")
            #expect {
                try RunLock.take(state: state, holder: holder)
            } throws: { error in
                (error as? StoreError)?.kind == .locked(nil)
            }
            try store.close()
            lock.release()
            try RunLock.take(state: state, holder: holder).release()
        }
    #endif

    // MARK: Artifacts

    @Test func twoStoresDoNotShareAFolderOfArtifacts() throws {
        let folder = try TemporaryFolder()
        let artifacts = folder.file("artifacts")
        try RunStore.open(at: folder.file("one.sqlite"), artifacts: artifacts).close()
        #expect {
            try RunStore.open(at: folder.file("two.sqlite"), artifacts: artifacts)
        } throws: { error in
            (error as? StoreError)?.kind == .sharedArtifacts
                && "\(error)".contains("\(artifacts) belongs to the store \(folder.file("one.sqlite"))")
        }
        // Nor under another name of the folder.
        try link(folder.file("alias"), to: "artifacts")
        #expect(throws: StoreError.self) {
            try RunStore.open(at: folder.file("two.sqlite"), artifacts: folder.file("alias"))
        }
        try RunStore.open(at: folder.file("one.sqlite"), artifacts: artifacts).close()
    }

    @Test func aFolderIsFreeOnceItsStoreIsGoneOrHasAnother() throws {
        let folder = try TemporaryFolder()
        let artifacts = folder.file("artifacts")
        try RunStore.open(at: folder.file("one.sqlite"), artifacts: artifacts).close()
        try RunStore.open(at: folder.file("one.sqlite"), artifacts: folder.file("elsewhere")).close()
        try RunStore.open(at: folder.file("two.sqlite"), artifacts: artifacts).close()
        try FileManager.default.removeItem(atPath: folder.file("two.sqlite"))
        try RunStore.open(at: folder.file("three.sqlite"), artifacts: artifacts).close()
    }

    @Test func storeAndArtifactsMoveTogether() throws {
        let folder = try TemporaryFolder()
        try RunStore.open(at: folder.file("a/state.sqlite"), artifacts: folder.file("a/artifacts")).close()
        // A copy beside it is another store with other artifacts.
        try FileManager.default.copyItem(atPath: folder.file("a"), toPath: folder.file("b"))
        try RunStore.open(at: folder.file("b/state.sqlite"), artifacts: folder.file("b/artifacts")).close()
        #expect(throws: StoreError.self) {
            try RunStore.open(at: folder.file("b/state.sqlite"), artifacts: folder.file("a/artifacts"))
        }
    }

    // MARK: What is not a file

    @Test(arguments: ["pipe", "folder", "socket", "device"])
    func whatIsNotAFileIsRefusedAtOnce(kind: String) throws {
        let folder = try TemporaryFolder()
        var path = folder.file("state.sqlite")
        switch kind {
        case "pipe": #expect(mkfifo(path, 0o600) == 0)
        case "folder":
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        case "socket":
            #expect(mknod(path, S_IFSOCK | 0o600, 0) == 0)
        default:
            // Through a link, so that a mistake would not destroy a device.
            try link(path, to: "/dev/null")
            path = "/dev/null"
        }
        let state = folder.file("state.sqlite")
        let refusals: [() throws -> Void] = [
            { _ = try RunLock.take(state: state, holder: holder) },
            { _ = try RunStore.open(at: state, artifacts: folder.file("artifacts")) },
            { _ = try RunStore.openForReading(at: state, artifacts: nil) },
            { _ = try RunStore.isOlder(at: state) },
        ]
        for refusal in refusals {
            #expect {
                try refusal()
            } throws: { error in
                (error as? StoreError)?.kind == .notADatabase
                    && "\(error)".contains("is a \(kind), not a file that a store can be kept in")
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["state.sqlite"])
    }

    // MARK: A reader at work

    @Test func aReaderWithAnOpenTransactionBlocksNoRun() throws {
        let folder = try TemporaryFolder()
        let store = try RunStore.open(at: folder.file("state.sqlite"), artifacts: folder.file("artifacts"))
        var reader: OpaquePointer?
        #expect(sqlite3_open(store.path, &reader) == SQLITE_OK)
        defer { sqlite3_close(reader) }
        #expect(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM run", nil, nil, nil) == SQLITE_OK)
        try store.begin(
            RunRecord(
                id: "r1", pipeline: "news", file: "news.yaml", date: "2025-11-21", overrides: .object([:]),
                host: "here", pid: 1))
        let start = ContinuousClock.now
        try store.close()
        #expect(ContinuousClock.now - start < .seconds(5))
        // What was committed is visible to every later reader.
        #expect(sqlite3_exec(reader, "COMMIT", nil, nil, nil) == SQLITE_OK)
        #expect(try PlainSQLite.rows(store.path, "SELECT id FROM run") == ["r1"])
    }
}
