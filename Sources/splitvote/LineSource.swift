internal import StageKit
private import TableFormat

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#else
    private import Darwin
#endif

/// Reads a file or standard input, as bytes: piece by piece, or as blocks of lines.
struct LineSource {
    /// Path of a file; `nil` or `-` for standard input.
    let path: String?

    private static let chunkSize = 1 << 18

    /// How messages call it.
    var name: String { filePath ?? "standard input" }

    /// `nil` for standard input.
    var filePath: String? { path == "-" ? nil : path }

    /// Calls `body` with one piece after the other. A piece is valid only during the call.
    /// - Throws: ``StageError`` when the file cannot be read or is compressed.
    func forEachChunk(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let descriptor = filePath.map { open($0, O_RDONLY | O_CLOEXEC) } ?? STDIN_FILENO
        guard descriptor >= 0 else { throw unreadable() }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 16)
        defer { buffer.deallocate() }
        var isFirst = true
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable() }
            if count == 0 { return }
            if isFirst, count >= 2, buffer[0] == 0x1F, buffer[1] == 0x8B {
                throw StageError(
                    "\(name) is compressed with gzip",
                    hint: "unpack it on the way: gzip -dc FILE | splitvote ... -")
            }
            isFirst = false
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Calls `body` with up to `count` lines at a time, without their line ends (LF or CRLF) and without a byte order
    /// mark.
    /// - Throws: ``StageError`` naming the line that is not UTF-8, and what ``forEachChunk(_:)`` throws.
    func forEachBlock(of count: Int, _ body: (_ lines: [[UInt8]]) throws -> Void) throws {
        var lines: [[UInt8]] = []
        var number = 0
        var rest: [UInt8] = []
        func flush() throws {
            if !lines.isEmpty { try body(lines) }
            lines.removeAll(keepingCapacity: true)
        }
        func take(_ line: ArraySlice<UInt8>) throws {
            number += 1
            if let byte = line.withUnsafeBytes(firstMalformedByte) {
                throw StageError(
                    "\(name), line \(number): byte \(byte + 1) is not UTF-8",
                    hint: "convert the text to UTF-8 first")
            }
            let text = number == 1 && line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line
            lines.append(Array(text.last == 0x0D ? text.dropLast() : text))
            if lines.count == count { try flush() }
        }
        try forEachChunk { chunk in
            // Only the new bytes are searched: a long line that comes in many pieces costs its length once.
            var searched = rest.count
            rest.append(contentsOf: chunk)
            var start = 0
            while let end = rest[searched...].firstIndex(of: 0x0A) {
                try take(rest[start..<end])
                start = end + 1
                searched = start
            }
            rest.removeSubrange(..<start)
        }
        if !rest.isEmpty { try take(rest[...]) }
        try flush()
    }

    private func unreadable() -> StageError {
        StageError(
            "cannot read \(name): \(String(cString: strerror(errno)))",
            hint: "check the path and its permissions")
    }
}
