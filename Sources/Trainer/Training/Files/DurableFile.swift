import CLibrary

/// Files that are either wholly there or not there at all, whenever the machine stops.
public enum DurableFile {
    /// Writes a file beside its place, syncs it and renames it into place.
    ///
    /// - Parameters:
    ///   - path: the final place; a file there is replaced.
    ///   - body: receives a function that writes the next bytes.
    /// - Throws: ``TrainingError/file(path:problem:)``, or what `body` throws; the place then holds what it held.
    public static func write(
        _ path: String, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        let partial = path + ".partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw TrainingError.lastSystemError(partial, "cannot be created") }
        do {
            defer { close(descriptor) }
            try body { try writeAll($0, to: descriptor, path: partial) }
            guard fsync(descriptor) == 0 else {
                throw TrainingError.lastSystemError(partial, "cannot be synced")
            }
        } catch {
            unlink(partial)
            throw error
        }
        guard rename(partial, path) == 0 else {
            let error = TrainingError.lastSystemError(path, "cannot be renamed into place")
            unlink(partial)
            throw error
        }
        try syncFolder(of: path)
    }

    /// Writes bytes that are in memory already.
    public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
        let bytes = Array(bytes)
        try write(path) { sink in try bytes.withUnsafeBytes(sink) }
    }

    /// Makes the entry of a file or folder in its folder last.
    static func syncFolder(of path: String) throws(TrainingError) {
        let parent = parentFolder(of: path)
        let descriptor = open(parent, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .lastSystemError(parent, "cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .lastSystemError(parent, "cannot be synced") }
    }

    static func parentFolder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func writeAll(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
    ) throws(TrainingError) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            // One call moves less than 2^31 bytes on every system.
            let written = CLibrary.write(descriptor, start, min(rest.count, 1 << 30))
            if written < 0 {
                if errno == EINTR { continue }
                throw .lastSystemError(path, "cannot be written")
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }
}
