internal import CLibrary
internal import Synchronization

/// A kernel lock on the store's own file.
///
/// On systems other than Linux such locks and those of SQLite exclude each other; there it does nothing.
final class StoreHold: Sendable {
    private let path: String
    private let descriptor = Mutex<Int32?>(nil)

    init(_ path: String) {
        self.path = path
    }

    /// Whether the file is held, or does not exist.
    func take() -> Bool {
        #if os(Linux)
            descriptor.withLock { held in
                // Never opened twice: to close it would take away the locks of SQLite's connections in this process.
                if let now = held, Self.isSame(now, path) { return true }
                let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
                guard file >= 0 else { return true }
                guard retrying({ flock(file, LOCK_EX | LOCK_NB) }) == 0 else {
                    let isHeldElsewhere = errno == EWOULDBLOCK
                    close(file)
                    return !isHeldElsewhere
                }
                if let old = held { close(old) }
                held = file
                return true
            }
        #else
            true
        #endif
    }

    func release() {
        descriptor.withLock { held in
            if let held { flock(held, LOCK_UN) }
        }
    }

    deinit {
        descriptor.withLock { held in
            if let held { close(held) }
        }
    }

    private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
        var (left, right) = (stat(), stat())
        return fstat(descriptor, &left) == 0 && stat(path, &right) == 0 && left.st_ino == right.st_ino
            && left.st_dev == right.st_dev
    }
}
