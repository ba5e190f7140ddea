internal import CLibrary

/// Files that are either wholly there or not there at all, whenever the machine stops.
package enum DurableFile {
    /// Writes a file beside its place, syncs it and renames it into place.
    ///
    /// - Parameters:
    ///   - path: the final place; a file there is replaced.
    ///   - body: receives a function that writes the next bytes.
    /// - Throws: ``FileError``, or what `body` throws; the place then holds what it held.
    package static func write(
        _ path: String, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        let partial = path + ".partial"
        let file = try OpenFile(creating: partial)
        do {
            try body { try file.write($0) }
            try file.sync()
            try file.close()
            guard rename(partial, path) == 0 else { throw FileError("cannot write", path) }
        } catch {
            unlink(partial)
            throw error
        }
        try Disk.sync(folderOnly: AbsolutePath.folder(of: path))
    }

    /// Writes bytes that are in memory already.
    package static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
        let bytes = Array(bytes)
        try write(path) { sink in try bytes.withUnsafeBytes(sink) }
    }
}

/// Folders that appear with all their files or not at all.
package enum DurableFolder {
    /// Fills a folder beside its place, then renames it into place.
    ///
    /// - Parameters:
    ///   - path: the final place; a folder there is replaced.
    ///   - body: fills the folder whose path it is given, with files that are durable already.
    /// - Throws: ``FileError``, or what `body` throws; the place then holds what it held.
    package static func write(_ path: String, _ body: (_ partial: String) throws -> Void) throws {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let partial = path + ".partial"
        try? Disk.remove(partial)
        try Disk.makeFolder(partial)
        do {
            try body(partial)
            try Disk.sync(folderOnly: partial)
            try putInPlace(partial, path)
            try Disk.sync(folderOnly: AbsolutePath.folder(of: path))
        } catch {
            try? Disk.remove(partial)
            throw error
        }
    }

    /// Renames the new folder into place, the old one aside before it. A kill between the two renames leaves
    /// both beside the place, and the next write starts over.
    private static func putInPlace(_ partial: String, _ path: String) throws(FileError) {
        let previous = path + ".previous"
        try? Disk.remove(previous)
        let replaces = rename(path, previous) == 0
        guard replaces || errno == ENOENT else { throw FileError("cannot move aside", path) }
        guard rename(partial, path) == 0 else {
            let error = FileError("cannot write", path)
            if replaces { _ = rename(previous, path) }
            throw error
        }
        if replaces { try? Disk.remove(previous) }
    }
}
