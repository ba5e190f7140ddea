internal import CLibrary
internal import Foundation

/// What a file says about itself before SQLite is let near it, so that a file that is not ours stays untouched.
enum StoreFile {
    enum Finding: Equatable {
        case absent
        /// Nothing in it: a store may be made there.
        case empty
        case store(version: Int)
    }

    /// - Throws: ``StoreError`` naming the file when it is not a store, or when it cannot be read.
    static func inspect(_ path: String) throws(StoreError) -> Finding {
        try checkKind(path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return .absent }
            throw .system("cannot read", path)
        }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &header, header.count)
        if count < 0 { throw .system("cannot read", path) }
        if count == 0 { return .empty }
        guard count == header.count, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw StoreError(.notADatabase, "\(path) is not a SQLite file", hint: StoreError.otherPlace)
        }
        let application = number(header, at: 68)
        guard application == Int(StoreSchema.applicationID) else {
            throw StoreError(
                .foreign, "\(path) is a SQLite file of another program (application id \(application))",
                hint: StoreError.otherPlace)
        }
        let version = number(header, at: 60)
        try check(version: version, path)
        return .store(version: version)
    }

    /// Looks at what is there without opening it: to open a pipe would wait for somebody to write into it, and a device
    /// would be replaced by the first store that is made in its place.
    ///
    /// - Throws: ``StoreError`` when it is there and is no regular file.
    static func checkKind(_ path: String) throws(StoreError) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return }
        let kind: String
        switch facts.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: kind = "a folder"
        case S_IFIFO: kind = "a pipe"
        case S_IFSOCK: kind = "a socket"
        default: kind = "a device"
        }
        throw StoreError(
            .notADatabase, "\(path) is \(kind), not a file that a store can be kept in",
            hint: "name a file under store.state, such as state/news.sqlite; nothing was touched")
    }

    /// The file that a path leads to, through symbolic links, also where it is not there yet. Whoever locks a store has
    /// to lock that, whichever way it was reached.
    static func real(_ path: String) -> String {
        if let resolved = resolved(path) { return resolved }
        // A link to a file that is still to be made is followed by hand.
        if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
            let folder = (path as NSString).deletingLastPathComponent
            let next = target.hasPrefix("/") ? target : folder + "/" + target
            // Links in a circle lead nowhere, and have failed to resolve for that.
            if !isCircle(path) { return real(next) }
            return path
        }
        let name = (path as NSString).lastPathComponent
        let folder = (path as NSString).deletingLastPathComponent
        return folder == path || folder.isEmpty
            ? path : (real(folder) as NSString).appendingPathComponent(name)
    }

    /// Whether changes lie in the write-ahead log that the file itself does not have.
    static func hasLog(_ path: String) -> Bool {
        var facts = stat()
        return stat(path + "-wal", &facts) == 0 && facts.st_size > 0
    }

    /// The file as SQLite is told to read it without locks and without shared memory.
    ///
    /// Source: SQLite, "Uniform Resource Identifiers", the parameter `immutable`.
    static func immutableName(_ path: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._~".utf8)
        let encoded = path.utf8.map { byte in
            if plain.contains(byte) { return String(Unicode.Scalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (byte < 16 ? "0" : "") + digits
        }
        return "file:\(encoded.joined())?immutable=1"
    }

    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func isCircle(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) != 0 && errno == ELOOP
    }

    static func check(version: Int, _ path: String) throws(StoreError) {
        guard version <= StoreSchema.version else {
            throw StoreError(
                .newer,
                "\(path) is a store of version \(version); this program knows versions up to \(StoreSchema.version)",
                hint:
                    "use the newer splitvote that wrote it, or name another file under store.state; it was not touched"
            )
        }
    }

    /// - Throws: ``StoreError`` when the folder lies on a file system that is known not to keep locks and shared
    ///   memory the way SQLite's write-ahead log needs them.
    static func checkFileSystem(ofFolder folder: String) throws(StoreError) {
        guard let name = networkFileSystem(folder) else { return }
        throw StoreError(
            .networkFileSystem,
            "\(folder) is on a network file system (\(name)), where a store would be damaged",
            hint: "put store.state on a local disk; artifacts and outputs may stay where they are")
    }

    /// Makes a file's new name durable, where the file system can.
    static func syncFolder(of path: String) {
        let descriptor = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        fsync(descriptor)
    }

    private static func number(_ header: [UInt8], at offset: Int) -> Int {
        header[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    #if os(Linux)
        private static func networkFileSystem(_ folder: String) -> String? {
            guard let resolved = resolved(folder) else { return nil }
            guard let table = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) else {
                return nil
            }
            return MountTable(table).networkType(ofFolder: resolved)
        }
    #else
        private static func networkFileSystem(_ folder: String) -> String? {
            var facts = statfs()
            guard statfs(folder, &facts) == 0, facts.f_flags & UInt32(MNT_LOCAL) == 0 else { return nil }
            return withUnsafeBytes(of: facts.f_fstypename) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
        }
    #endif
}

extension StoreError {
    /// A failed system call on a file, with the reason in `errno`.
    static func system(_ action: String, _ path: String) -> StoreError {
        let code = errno
        let message = "\(action) \(path): \(String(cString: strerror(code)))"
        switch code {
        case ENOSPC, EDQUOT:
            return StoreError(.diskFull, message, hint: "the disk is full; free some space and run again")
        case EACCES, EPERM, EROFS:
            return StoreError(
                .permission, message, hint: "check that the file and its folder may be written, and run again"
            )
        case ENOENT, ENOTDIR: return StoreError(.permission, message, hint: "check the path")
        default: return StoreError(.other, message)
        }
    }
}
