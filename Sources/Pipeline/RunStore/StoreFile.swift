internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

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
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
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
            guard let resolved = realpath(folder, nil) else { return nil }
            defer { free(resolved) }
            guard let table = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) else {
                return nil
            }
            return MountTable(table).networkType(ofFolder: String(cString: resolved))
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
