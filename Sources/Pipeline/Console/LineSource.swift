private import CLibrary
private import Files
private import GzipFormat
internal import StageKit

/// Reads a file or standard input, as bytes: piece by piece, or as blocks of lines.
package struct LineSource {
    /// Path of a file; `nil` or `-` for standard input.
    package let path: String?

    private static let chunkSize = 1 << 18

    package init(path: String?) {
        self.path = path
    }

    /// How messages call it.
    package var name: String { filePath ?? "standard input" }

    /// `nil` for standard input.
    package var filePath: String? { path == "-" ? nil : path }

    /// Calls `body` with one piece after the other, taken out of gzip where it is compressed. A piece is valid only during
    /// the call.
    /// - Parameter whenIdle: called before a pipe that has nothing to give just now is waited for.
    /// - Throws: ``/StageKit/StageError`` when the file cannot be read or is damaged.
    package func forEachChunk(
        whenIdle: () throws -> Void = {}, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let descriptor = filePath.map { open($0, O_RDONLY | O_CLOEXEC) } ?? STDIN_FILENO
        guard descriptor >= 0 else { throw unreadable() }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 16)
        defer { buffer.deallocate() }
        var isFirst = true
        var inflater: GzipInflater?
        while true {
            if !Self.hasBytes(descriptor) { try whenIdle() }
            let count = retrying { read(descriptor, buffer.baseAddress, buffer.count) }
            guard count >= 0 else { throw unreadable() }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            do {
                if isFirst, piece.starts(with: [0x1F, 0x8B]) { inflater = try GzipInflater() }
                if count == 0 { return try inflater?.finish() ?? () }
                isFirst = false
                if let inflater { try inflater.inflate(piece, body) } else { try body(piece) }
            } catch let error as GzipError {
                throw StageError("\(name): \(error)", hint: "make the file again, or download it again")
            }
        }
    }

    /// Whether a read would return at once.
    private static func hasBytes(_ descriptor: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) != 0
    }

    /// Calls `body` with up to `count` lines at a time, and with fewer when a pipe has no more to give just now; without
    /// their line ends (LF or CRLF) and without a byte order mark.
    /// - Throws: what ``forEachLine(whenIdle:_:)`` throws.
    package func forEachBlock(of count: Int, _ body: (_ lines: [[UInt8]]) throws -> Void) throws {
        var lines: [[UInt8]] = []
        func flush() throws {
            guard !lines.isEmpty else { return }
            try body(lines)
            lines.removeAll(keepingCapacity: true)
        }
        try forEachLine(whenIdle: flush) { line in
            lines.append(Array(line))
            if lines.count == count { try flush() }
        }
        try flush()
    }

    /// Calls `body` with one line after the other, without its end (LF or CRLF) and without a byte order mark. A line is
    /// valid only during the call. A file of any length takes no more memory than its longest line.
    /// - Throws: ``/StageKit/StageError`` naming the line that is not UTF-8 or too long, and what
    ///   ``forEachChunk(whenIdle:_:)`` throws.
    package func forEachLine(
        whenIdle: () throws -> Void = {}, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var lines = LineSplitter(name: name)
        try forEachChunk(whenIdle: whenIdle) { try lines.add($0, body) }
        try lines.finish(body)
    }

    private func unreadable() -> StageError {
        StageError(FileError("cannot read", name))
    }
}
