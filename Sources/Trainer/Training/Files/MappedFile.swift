import CLibrary

/// A file mapped into memory, read-only; unmapped when the last reference goes.
public final class MappedFile: ShardBytes {
    /// All bytes, valid only as long as the file is: whoever reads them keeps a reference to it.
    let bytes: UnsafeRawBufferPointer
    /// Path it was opened by.
    public let path: String

    var name: String? { path }

    /// Maps a whole file.
    ///
    /// - Throws: ``TrainingError/file(path:problem:)`` when it is missing, unreadable or no regular file.
    public init(_ path: String) throws(TrainingError) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .lastSystemError(path, "cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .lastSystemError(path, "cannot be examined") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .file(path: path, problem: "is no regular file")
        }
        let size = Int(status.st_size)
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw .lastSystemError(path, "cannot be mapped into memory")
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    /// Calls `body` with all bytes, which it must not keep.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(bytes) }
    }

    /// All bytes as an array of their own.
    public func copied() -> [UInt8] { withBytes { Array($0) } }

    /// Passes a part of the file through piece by piece, without keeping it in memory.
    ///
    /// - Parameters:
    ///   - part: some of ``bytes``.
    ///   - body: called with each piece and its place in `part`.
    func read(_ part: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, Int) throws -> Void) rethrows {
        let step = 16 << 20
        for offset in stride(from: 0, to: part.count, by: step) {
            let piece = UnsafeRawBufferPointer(rebasing: part[offset..<min(offset + step, part.count)])
            try body(piece, offset)
            release(piece)
        }
        withExtendedLifetime(self) {}
    }

    /// Gives the memory behind some of ``bytes`` back to the system, which reads it again when it is needed.
    func release(_ part: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, let start = part.baseAddress else { return }
        let page = Int(getpagesize())
        let first = (start - base) / page * page
        let end = min(bytes.count, (start - base + part.count + page - 1) / page * page)
        madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_DONTNEED)
    }

    deinit {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }
}

extension TrainingError {
    /// The error that the last system call left behind.
    static func lastSystemError(_ path: String, _ what: String) -> TrainingError {
        .file(path: path, problem: "\(what): \(String(cString: strerror(errno)))")
    }
}
