private import CLibrary
private import Files
private import GzipFormat
internal import StageKit
private import TextBasics

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

    /// Longest line that is read: beyond it, memory would no longer stay flat.
    private static let longestLine = 1 << 24

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
        var number = 0
        /// The start of a line whose end is in a later piece.
        var rest: [UInt8] = []
        func take(_ line: UnsafeRawBufferPointer) throws {
            number += 1
            if let byte = firstMalformedByte(in: line) {
                throw StageError(
                    "\(name), line \(number): byte \(byte + 1) is not UTF-8",
                    hint: "convert the text to UTF-8 first")
            }
            let start = number == 1 && line.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            let end = line.last == 0x0D ? line.count - 1 : line.count
            try body(UnsafeRawBufferPointer(rebasing: line[start..<max(start, end)]))
        }
        func keep(_ part: UnsafeRawBufferPointer) throws {
            rest.append(contentsOf: part)
            if rest.count > Self.longestLine {
                throw StageError(
                    "\(name), line \(number + 1) has more than \(Self.longestLine >> 20) MiB",
                    hint: "give a text a line, each line ended by LF or CRLF")
            }
        }
        try forEachChunk(whenIdle: whenIdle) { chunk in
            var start = 0
            while let end = Self.lineFeed(in: chunk, from: start) {
                let part = UnsafeRawBufferPointer(rebasing: chunk[start..<end])
                if rest.isEmpty {
                    try take(part)
                } else {
                    try keep(part)
                    try rest.withUnsafeBytes(take)
                    rest.removeAll(keepingCapacity: true)
                }
                start = end + 1
            }
            try keep(UnsafeRawBufferPointer(rebasing: chunk[start...]))
        }
        if !rest.isEmpty { try rest.withUnsafeBytes(take) }
    }

    private static func lineFeed(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, 0x0A, bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    private func unreadable() -> StageError {
        StageError(FileError("cannot read", name))
    }
}
