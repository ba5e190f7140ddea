internal import Files
private import Foundation

/// A file that others read while it grows.
final class GrowingFile {
    private let path: String
    private let handle: FileHandle

    /// - Parameter size: how many of the bytes that are there are kept.
    init(_ path: String, keeping size: Int) throws {
        self.path = path
        if size == 0 { try FileWriter(path: path).finish() }
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw FileError("cannot write \(path): it cannot be opened")
        }
        self.handle = handle
        do {
            try handle.truncate(atOffset: UInt64(size))
            try handle.seekToEnd()
        } catch {
            throw FileError("cannot write \(path): \(error)")
        }
    }

    func append(_ bytes: [UInt8]) throws {
        do {
            try handle.write(contentsOf: bytes)
        } catch {
            throw FileError("cannot write \(path): \(error)")
        }
    }

    deinit { try? handle.close() }
}
