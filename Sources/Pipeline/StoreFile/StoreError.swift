internal import CLibrary
internal import Files
internal import GRDB
internal import GRDBSQLite

/// A problem with the store's file, its folder or its lock that its user can act on.
package struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// The file is there but is no SQLite file.
        case notADatabase
        /// A SQLite file that another program made.
        case foreign
        /// A store of a later version of this program.
        case newer
        /// A store of an earlier version, opened only for reading.
        case older
        /// The file is where locks and shared memory cannot be relied upon.
        case networkFileSystem
        /// Another run holds the store.
        case locked(LockHolder?)
        case diskFull
        /// The artifacts folder is another store's.
        case sharedArtifacts
        /// The file or its folder may not be read or written.
        case permission
        case damaged
        case other
    }

    package var kind: Kind
    /// What was found and what is allowed.
    package var message: String
    /// What to do next.
    package var hint: String?

    package init(_ kind: Kind, _ message: String, hint: String? = nil) {
        self.kind = kind
        self.message = message
        self.hint = hint
    }

    package var description: String { hint.map { "\(message)\nhint: \($0)" } ?? message }
}

extension StoreError {
    /// Bytes that the store's shared memory and a few pages of its log need.
    private static let leastSpace = 1 << 20

    /// What SQLite said about the file at `path`.
    init(sqlite code: Int32, _ text: String, path: String) {
        switch code & 0xff {
        case SQLITE_FULL:
            self.init(
                .diskFull, "the disk is full: \(path) cannot grow",
                hint: "free some space and run again; everything committed so far is kept")
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN, SQLITE_AUTH:
            self.init(
                .permission, "cannot open or write \(path): \(text)",
                hint: "check that the file and its folder exist and may be written")
        case SQLITE_NOTADB:
            self.init(.notADatabase, "\(path) is not a SQLite file", hint: Self.otherPlace)
        case SQLITE_CORRUPT:
            self.init(
                .damaged, "\(path) is damaged: \(text)",
                hint: "restore it from a copy, or move it away and run again to rebuild it")
        case SQLITE_BUSY, SQLITE_LOCKED:
            self.init(
                .other, "\(path) stayed busy for too long: \(text)",
                hint: "another program holds a transaction open on it; close that program and run again")
        // SQLite says no more than "I/O error" where its shared memory or log did not fit.
        case SQLITE_IOERR
        where Disk.free(at: AbsolutePath.folder(of: path)).map { $0 < Self.leastSpace } ?? false:
            self.init(
                .diskFull, "the disk is full: \(path) cannot be written (\(text))",
                hint: "free some space and run again; everything committed so far is kept")
        case SQLITE_IOERR:
            self.init(
                .other, "the disk failed while reading or writing \(path): \(text)",
                hint: "check the disk, then run again; everything committed so far is kept")
        default:
            self.init(.other, "\(path): \(text)")
        }
    }

    package init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            self.init(
                sqlite: error.resultCode.rawValue,
                error.message ?? "SQLite error \(error.resultCode.rawValue)",
                path: path)
        default: self.init(.other, "\(path): \(error)")
        }
    }

    package static let otherPlace =
        "name another file under store.state, or move this one away; it was not touched"
}

extension StoreError {
    /// A failed system call on a file, with the reason in `errno`.
    package static func system(_ action: String, _ path: String) -> StoreError {
        let error = FileError(action, path)
        let kind: Kind =
            switch error.cause {
            case .diskFull: .diskFull
            case .permission, .missing: .permission
            case .other: .other
            }
        return StoreError(kind, error.message, hint: error.hint)
    }
}
