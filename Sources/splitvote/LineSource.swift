private import Foundation
internal import StageKit

/// Reads lines of a file or of standard input, as bytes, in blocks.
struct LineSource {
    /// Path of a file; `nil` or `-` for standard input.
    let path: String?

    /// How messages call it.
    var name: String { path.flatMap { $0 == "-" ? nil : $0 } ?? "standard input" }

    /// Calls `body` with up to `count` lines at a time, without their line ends (LF or CRLF), and with the number of
    /// the first of them, counted from 1.
    func forEachBlock(of count: Int, _ body: (_ first: Int, _ lines: [[UInt8]]) throws -> Void) throws {
        let handle: FileHandle
        if let path, path != "-" {
            guard let file = FileHandle(forReadingAtPath: path) else {
                throw StageError("cannot read \(path)", hint: "check the path and its permissions")
            }
            handle = file
        } else {
            handle = .standardInput
        }
        var lines: [[UInt8]] = []
        var first = 1
        var rest: [UInt8] = []
        func take(_ line: ArraySlice<UInt8>) throws {
            lines.append(Array(line.last == 0x0D ? line.dropLast() : line))
            if lines.count == count { try flush() }
        }
        func flush() throws {
            guard !lines.isEmpty else { return }
            try body(first, lines)
            first += lines.count
            lines.removeAll(keepingCapacity: true)
        }
        while let data = try handle.read(upToCount: 1 << 18), !data.isEmpty {
            rest.append(contentsOf: data)
            var start = 0
            while let end = rest[start...].firstIndex(of: 0x0A) {
                try take(rest[start..<end])
                start = end + 1
            }
            rest.removeSubrange(..<start)
        }
        if !rest.isEmpty { try take(rest[...]) }
        try flush()
    }
}

/// Standard output through a buffer.
struct OutputBuffer {
    private var bytes: [UInt8] = []

    mutating func write(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        if bytes.count > 1 << 16 { flush() }
    }

    mutating func write(_ more: some Sequence<UInt8>) {
        bytes.append(contentsOf: more)
        if bytes.count > 1 << 16 { flush() }
    }

    mutating func flush() {
        FileHandle.standardOutput.write(Data(bytes))
        bytes.removeAll(keepingCapacity: true)
    }
}
