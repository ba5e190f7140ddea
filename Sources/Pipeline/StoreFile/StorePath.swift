internal import CLibrary
internal import Files
internal import Foundation
internal import TextBasics

/// Where a store's file is, and whether it may be there.
package enum StorePath {
    /// Looks at what is there without opening it: opening a pipe would wait for a writer, and a device
    /// would be replaced by the first store created in its place.
    ///
    /// - Throws: ``StoreError`` when it exists and is not a regular file.
    package static func checkKind(_ path: String) throws(StoreError) {
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

    /// The file that a path leads to, through symbolic links, also if it is not there yet. A store's lock
    /// must be on that file, whichever path led to it.
    package static func real(_ path: String) -> String {
        if let resolved = Disk.realPath(path) { return resolved }
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

    /// Whether changes are in the write-ahead log that the file itself does not have.
    package static func hasLog(_ path: String) -> Bool {
        ((try? Disk.facts(path + "-wal"))??.size ?? 0) > 0
    }

    /// The URI by which SQLite reads the file without locks and without shared memory.
    ///
    /// Source: SQLite, "Uniform Resource Identifiers", the parameter `immutable`.
    package static func immutableName(_ path: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._~".utf8)
        let encoded = path.utf8.map { byte in
            if plain.contains(byte) { return String(Unicode.Scalar(byte)) }
            return "%" + Hexadecimal.text(byte, width: 2)
        }
        return "file:\(encoded.joined())?immutable=1"
    }

    private static func isCircle(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) != 0 && errno == ELOOP
    }

    /// - Throws: ``StoreError`` when the folder is on a file system that is known not to keep locks and shared
    ///   memory the way SQLite's write-ahead log needs them.
    package static func checkFileSystem(ofFolder folder: String) throws(StoreError) {
        guard let name = networkFileSystem(folder) else { return }
        throw StoreError(
            .networkFileSystem,
            "\(folder) is on a network file system (\(name)), where a store would be damaged",
            hint: "put store.state on a local disk; artifacts and outputs may stay where they are")
    }

    /// Makes a file's new name durable, where the file system can.
    package static func syncFolder(of path: String) {
        try? Disk.sync(folderOnly: AbsolutePath.folder(of: path))
    }

    #if os(Linux)
        private static func networkFileSystem(_ folder: String) -> String? {
            guard let resolved = Disk.realPath(folder) else { return nil }
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
