internal import CLibrary

/// A file's bytes, mapped into memory, read-only, until the last reference goes.
///
/// Unchecked: the mapping never changes after `init`.
package final class MappedFile: @unchecked Sendable {
    /// Path it was opened by.
    package let path: String
    /// All bytes, valid only as long as the file is: readers keep a reference to it.
    package let bytes: UnsafeRawBufferPointer

    /// Maps a whole file.
    /// - Throws: ``FileError`` if it is missing, unreadable or not a regular file.
    package init(path: String) throws(FileError) {
        let file = try OpenFile(reading: path)
        bytes = try file.map(file.size())
        self.path = path
    }

    deinit {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }

    /// Calls `body` with all bytes, which it must not keep.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(bytes) }
    }

    /// All bytes as an array.
    package func copied() -> [UInt8] { withBytes { Array($0) } }

    /// Passes a part of the file through piece by piece, without keeping it in memory.
    ///
    /// - Parameters:
    ///   - part: some of ``bytes``.
    ///   - body: called with each piece and its place in `part`.
    package func read(
        _ part: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, Int) throws -> Void
    ) rethrows {
        let step = 16 << 20
        for offset in stride(from: 0, to: part.count, by: step) {
            let piece = UnsafeRawBufferPointer(rebasing: part[offset..<min(offset + step, part.count)])
            try body(piece, offset)
            release(piece)
        }
        withExtendedLifetime(self) {}
    }

    /// Gives the memory of some of ``bytes`` back to the system, which reads it again when it is needed.
    package func release(_ part: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, let start = part.baseAddress else { return }
        let page = Int(getpagesize())
        let first = (start - base) / page * page
        let end = min(bytes.count, (start - base + part.count + page - 1) / page * page)
        madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_DONTNEED)
    }
}
