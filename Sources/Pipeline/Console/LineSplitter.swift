private import CLibrary
internal import StageKit
private import TextBasics

/// Cuts what is read, piece by piece, into lines that end with LF or CRLF.
struct LineSplitter {
    /// How messages call the source.
    private let name: String
    /// Lines that ended so far.
    private var number = 0
    /// The start of a line whose end is in a later piece.
    private var rest: [UInt8] = []

    /// Longest line that is read: beyond it, memory would no longer stay flat.
    private static let longestLine = 1 << 24

    init(name: String) {
        self.name = name
    }

    /// Calls `body` with each line that ends in a piece.
    mutating func add(_ piece: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void) throws
    {
        var start = 0
        if !rest.isEmpty, let end = Self.lineFeed(in: piece, from: 0) {
            try keep(UnsafeRawBufferPointer(rebasing: piece[..<end]))
            try finish(body)
            start = end + 1
        }
        // All lines are looked at together, and each by itself only where one of them has to be named.
        let lines = UnsafeRawBufferPointer(rebasing: piece[start..<max(start, Self.linesEnd(in: piece))])
        let isWellFormed = firstMalformedByte(in: lines) == nil
        while let end = Self.lineFeed(in: piece, from: start) {
            try tell(UnsafeRawBufferPointer(rebasing: piece[start..<end]), isWellFormed: isWellFormed, body)
            start = end + 1
        }
        try keep(UnsafeRawBufferPointer(rebasing: piece[start...]))
    }

    /// Calls `body` with the line that has not ended yet, if there is one.
    mutating func finish(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard !rest.isEmpty else { return }
        let line = rest
        rest.removeAll(keepingCapacity: true)
        try line.withUnsafeBytes { try tell($0, isWellFormed: false, body) }
    }

    private mutating func tell(
        _ line: UnsafeRawBufferPointer, isWellFormed: Bool, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        number += 1
        if !isWellFormed, let byte = firstMalformedByte(in: line) {
            throw StageError(
                "\(name), line \(number): byte \(byte + 1) is not UTF-8",
                hint: "convert the text to UTF-8 first")
        }
        let start = number == 1 && line.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let end = line.last == 0x0D ? line.count - 1 : line.count
        try body(UnsafeRawBufferPointer(rebasing: line[start..<max(start, end)]))
    }

    private mutating func keep(_ part: UnsafeRawBufferPointer) throws {
        rest.append(contentsOf: part)
        if rest.count > Self.longestLine {
            throw StageError(
                "\(name), line \(number + 1) has more than \(Self.longestLine >> 20) MiB",
                hint: "give a text a line, each line ended by LF or CRLF")
        }
    }

    private static func lineFeed(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, 0x0A, bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// One past the last line feed; 0 where there is none.
    private static func linesEnd(in bytes: UnsafeRawBufferPointer) -> Int {
        (bytes.lastIndex(of: 0x0A) ?? -1) + 1
    }
}
