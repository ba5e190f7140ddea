internal import CLibrary
internal import Foundation
internal import StageKit

/// The few things the engine does with files and folders, each with an error that names the path and the reason.
enum Disk {
    /// What the file system says about a file or folder.
    struct Facts: Equatable {
        /// Bytes.
        var size: Int64
        /// Nanoseconds since 1970.
        var modified: Int64
        var inode: Int64
        var isFolder: Bool
        /// Neither a file nor a folder: a device, a pipe, a socket.
        var isSpecial = false
    }

    /// `nil` where there is nothing.
    static func facts(_ path: String) throws(StageError) -> Facts? {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .disk("cannot look at", path)
        }
        #if canImport(Darwin)
            let time = facts.st_mtimespec
        #else
            let time = facts.st_mtim
        #endif
        return Facts(
            size: Int64(facts.st_size), modified: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec),
            inode: Int64(truncatingIfNeeded: facts.st_ino), isFolder: facts.st_mode & S_IFMT == S_IFDIR,
            isSpecial: facts.st_mode & S_IFMT != S_IFDIR && facts.st_mode & S_IFMT != S_IFREG)
    }

    static func makeFolder(_ path: String) throws(StageError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            if let facts = try facts(path), !facts.isFolder {
                throw StageError("\(path) is a file; a folder is needed there", hint: "move that file away")
            }
            // Foundation's own words do not say why; the system's do.
            mkdir(path, 0o755)
            throw .disk("cannot make the folder", path)
        }
    }

    static func remove(_ path: String) throws(StageError) {
        guard try facts(path) != nil else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw StageError(
                "cannot remove \(path): \(error.localizedDescription)",
                hint: "check the permissions of the folder and run again")
        }
    }

    /// Moves a file or folder to where nothing is, or over a file, in one step.
    /// - Returns: `false` where the two places are on different file systems.
    static func rename(_ from: String, to target: String) throws(StageError) -> Bool {
        let status = CLibrary.rename(from, target)
        if status == 0 { return true }
        if errno == EXDEV { return false }
        throw .disk("cannot move \(from) to", target)
    }

    /// Names in a folder, in byte order; empty where there is no such folder.
    static func names(in folder: String) throws(StageError) -> [String] {
        guard try facts(folder)?.isFolder == true else { return [] }
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw StageError(
                "cannot list the folder \(folder): \(error.localizedDescription)",
                hint: "check the permissions of the folder and run again")
        }
    }

    /// Every file below a folder, as paths relative to it, in byte order of those paths.
    static func files(below folder: String) throws(StageError) -> [String] {
        var files: [String] = []
        for name in try names(in: folder) {
            let facts = try facts(folder + "/" + name)
            if facts?.isFolder == true {
                for inner in try self.files(below: folder + "/" + name) { files.append(name + "/" + inner) }
            } else {
                files.append(name)
            }
        }
        return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Bytes of a file, or of all files below a folder.
    static func size(_ path: String) throws(StageError) -> Int64 {
        guard let facts = try facts(path) else { return 0 }
        if !facts.isFolder { return facts.size }
        var sum: Int64 = 0
        for name in try files(below: path) { sum += try self.facts(path + "/" + name)?.size ?? 0 }
        return sum
    }

    /// Forces a file, or the list of names of a folder, to the disk.
    static func sync(folderOnly path: String) throws(StageError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .disk("cannot open", path) }
        defer { close(descriptor) }
        // Some file systems cannot sync folders; there is nothing more that could be done there.
        if fsync(descriptor) != 0, errno != EINVAL { throw .disk("cannot write", path) }
    }

    /// Does not force the copy to the disk.
    static func copy(_ from: String, to target: String) throws {
        let source = try MappedFile(path: from)
        let writer = try FileWriter(path: target)
        try source.withBytes { try writer.write($0) }
        try writer.finish()
    }
}

extension StageError {
    /// A failed system call on a file, with the reason in `errno`.
    static func disk(_ action: String, _ path: String) -> StageError {
        let code = errno
        let hint: String? =
            switch code {
            case ENOSPC, EDQUOT: "the disk is full; free some space and run again"
            case EACCES, EPERM, EROFS: "check the permissions of the folder and run again"
            default: nil
            }
        return StageError("\(action) \(path): \(String(cString: strerror(code)))", hint: hint)
    }
}
