internal import CLibrary
internal import Files
internal import Foundation
internal import StageKit

/// The right to run on a store, held until ``release()`` or the end of the process, however it comes.
///
/// A lock of the kernel's on `<state>.lock`, next to the file that a symbolic link may point to. It belongs to the open
/// file, so two runs inside one process exclude each other as two processes do, and nothing is left behind that
/// must be deleted. On Linux the store's file itself is locked as well, for the case that the other one is deleted
/// under a run; SQLite's own locks are of another kind there and do not mind.
///
/// Source: flock(2).
package final class RunLock: Sendable {
    private let descriptor: Int32
    private let store: StoreHold

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        store = StoreHold(path)
    }

    /// Takes the lock, or waits for it.
    ///
    /// - Parameters:
    ///   - state: the store's file; the lock is made beside it, and the folder if it is missing.
    ///   - waitSeconds: how long to try; 0 gives up after a moment, which is long enough for a reader.
    ///   - isStopRequested: asked while waiting.
    /// - Throws: ``StoreError`` of kind `locked` naming the holder; `StageInterrupted` when asked to stop.
    package static func take(
        state: String, holder: LockHolder, waitSeconds: Double = 0, isStopRequested: () -> Bool = { false }
    ) throws -> RunLock {
        let file = StorePath.real(state)
        try StorePath.checkKind(file)
        try makeFolder(of: file)
        let path = file + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StoreError.system("cannot open", path) }
        let lock = RunLock(descriptor: descriptor, path: file)
        let end = ContinuousClock.now + .seconds(max(waitSeconds, 0.2))
        while try !lock.isTaken(path) {
            if isStopRequested() { throw StageInterrupted() }
            if ContinuousClock.now >= end {
                let other = Self.readHolder(descriptor)
                throw StoreError(
                    .locked(other), "\(state) is in use by \(other?.text ?? "another run")",
                    hint: "wait until it has ended, or let this run wait with --lock-wait 10m")
            }
            usleep(20_000)
        }
        lock.write(holder)
        return lock
    }

    /// Tries to take both locks.
    private func isTaken(_ path: String) throws(StoreError) -> Bool {
        if retrying({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 {
            if store.take() { return true }
            // The holder of the store has lost the file that says so.
            ftruncate(descriptor, 0)
            flock(descriptor, LOCK_UN)
            return false
        }
        guard errno == EWOULDBLOCK else { throw .system("cannot lock", path) }
        return false
    }

    /// Holds the store's file too where it has been made only since the lock was taken.
    package func coverStore() {
        _ = store.take()
    }

    /// Who holds the store now; `nil` if it is free. Never prevents others from taking it.
    package static func holder(state: String) -> LockHolder? {
        let descriptor = open(StorePath.real(state) + ".lock", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if retrying({ flock(descriptor, LOCK_SH | LOCK_NB) }) == 0 { return nil }
        return readHolder(descriptor)
    }

    /// Gives the store back.
    package func release() {
        store.release()
        ftruncate(descriptor, 0)
        flock(descriptor, LOCK_UN)
    }

    deinit {
        close(descriptor)
    }

    private func write(_ holder: LockHolder) {
        // What is written here is for people; the lock itself does not depend on it.
        let text = Array(holder.json.prettyText.utf8)
        ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
    }

    private static func readHolder(_ descriptor: Int32) -> LockHolder? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        return (try? JSONValue(parsing: text)).flatMap { LockHolder($0) }
    }

    private static func makeFolder(of state: String) throws(StoreError) {
        let folder = (state as NSString).deletingLastPathComponent
        do {
            try Disk.makeFolder(folder)
        } catch {
            throw StoreError(
                .permission, error.message,
                hint: "check store.state and the permissions of the folders above it")
        }
        try StorePath.checkFileSystem(ofFolder: folder)
    }
}
