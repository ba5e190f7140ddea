internal import CLibrary
internal import Foundation

/// What the file system says about a file or folder.
package struct FileStatus: Equatable, Sendable {
    /// Bytes.
    package var size: Int64
    /// Nanoseconds since 1970.
    package var modified: Int64
    package var inode: Int64
    /// How many names a file has.
    package var links: Int
    package var isFolder: Bool
    /// Neither a file nor a folder: a device, a pipe, a socket.
    package var isSpecial = false
}

/// Operations on files and folders, each with an error that names the path and the reason.
package enum Disk {
    /// `nil` if there is nothing. Symbolic links are followed.
    package static func facts(_ path: String) throws(FileError) -> FileStatus? {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileError("cannot look at", path)
        }
        #if canImport(Darwin)
            let time = facts.st_mtimespec
        #else
            let time = facts.st_mtim
        #endif
        let kind = facts.st_mode & S_IFMT
        return FileStatus(
            size: Int64(facts.st_size), modified: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec),
            inode: Int64(truncatingIfNeeded: facts.st_ino), links: Int(facts.st_nlink),
            isFolder: kind == S_IFDIR,
            isSpecial: kind != S_IFDIR && kind != S_IFREG)
    }

    /// Makes a folder and those above it; nothing happens where it is there.
    package static func makeFolder(_ path: String) throws(FileError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            if let facts = try facts(path), !facts.isFolder {
                throw FileError("\(path) is a file; a folder is needed there", hint: "move that file away")
            }
            // Foundation's own words do not say why; the system's do.
            mkdir(path, 0o755)
            throw FileError("cannot make the folder", path)
        }
    }

    /// Removes a file, or a folder with all that is in it; nothing happens where there is nothing.
    package static func remove(_ path: String) throws(FileError) {
        guard try facts(path) != nil else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw FileError(
                "cannot remove \(path): \(error.localizedDescription)",
                hint: "check the permissions of the folder and run again")
        }
    }

    /// Moves a file or folder to where nothing is, or over a file, in one step.
    /// - Returns: `false` if the two places are on different file systems.
    package static func rename(_ from: String, to target: String) throws(FileError) -> Bool {
        let status = CLibrary.rename(from, target)
        if status == 0 { return true }
        if errno == EXDEV { return false }
        throw FileError("cannot move \(from) to", target)
    }

    /// Names in a folder, in byte order; empty if there is no such folder.
    package static func names(in folder: String) throws(FileError) -> [String] {
        guard try facts(folder)?.isFolder == true else { return [] }
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            // Foundation's own words do not say why; the system's do.
            if let listing = opendir(folder) { closedir(listing) }
            throw FileError("cannot list the folder", folder)
        }
    }

    /// Every file below a folder, as paths relative to it, in byte order of those paths.
    package static func files(below folder: String) throws(FileError) -> [String] {
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

    /// Bytes of a file, or of all files below a folder; 0 if there is nothing.
    package static func size(_ path: String) throws(FileError) -> Int64 { try size(together: [path]) }

    /// Bytes of files and of all files below folders; one that has several of these names counts once.
    package static func size(together paths: [String]) throws(FileError) -> Int64 {
        var shared: Set<Int64> = []
        var sum: Int64 = 0
        for path in paths {
            try forEachFile(at: path) { facts in
                if facts.links == 1 || shared.insert(facts.inode).inserted { sum += facts.size }
            }
        }
        return sum
    }

    /// Bytes of files that have one name only, and of all such files below folders.
    package static func sizeOfUnshared(_ paths: [String]) throws(FileError) -> Int64 {
        var sum: Int64 = 0
        for path in paths {
            try forEachFile(at: path) { facts in
                if facts.links == 1 { sum += facts.size }
            }
        }
        return sum
    }

    private static func forEachFile(
        at path: String, _ body: (FileStatus) -> Void
    ) throws(FileError) {
        guard let facts = try facts(path) else { return }
        if !facts.isFolder { return body(facts) }
        for name in try names(in: path) { try forEachFile(at: path + "/" + name, body) }
    }

    /// Gives a file a second name. What was written once and is never written to again can be part of several results so.
    ///
    /// - Returns: `false` if the file system does not do that, or one file cannot have more names; the file is then to
    ///   be copied or written again.
    package static func share(_ path: String, as target: String) -> Bool { link(path, target) == 0 }

    /// Whether there is a folder.
    package static func isFolder(_ path: String) -> Bool { (try? facts(path))??.isFolder == true }

    /// An absolute path without symbolic links; `nil` if nothing is there, or it cannot be reached.
    package static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { CLibrary.free(real) }
        return String(cString: real)
    }

    /// Does not force the copy to the disk.
    package static func copy(_ from: String, to target: String) throws(FileError) {
        let source = try MappedFile(path: from)
        let writer = try FileWriter(path: target)
        defer { withExtendedLifetime(source) {} }
        try writer.write(source.bytes)
        try writer.finish()
    }

    /// Bytes that may still be written to the file system of a folder, or of the nearest one above it that is there;
    /// `nil` if the system does not say.
    package static func free(at folder: String) -> Int? {
        var place = folder
        while !FileManager.default.fileExists(atPath: place) {
            let parent = AbsolutePath.folder(of: place)
            if parent == place { return nil }
            place = parent
        }
        var facts = statvfs()
        guard statvfs(place, &facts) == 0 else { return nil }
        let bytes = UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        return Int(clamping: bytes.partialValue)
    }
}
