private import CLibrary
internal import Diagnostics
internal import StageKit

/// Where the command writes. Foundation's file handles are not used for it: they end the program with a crash when a
/// disk is full.
enum StandardStream: Int32 {
    case output = 1
    case error = 2

    /// Writes all bytes.
    /// - Throws: ``StageError`` with the system's reason.
    func write(_ bytes: [UInt8]) throws(StageError) {
        var start = 0
        while start < bytes.count {
            let written = bytes[start...].withUnsafeBytes { systemWrite(rawValue, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw StageError("cannot write to \(name): \(String(cString: strerror(errno)))")
            }
            start += written
        }
    }

    /// Writes what C's own buffer still holds, into which `print` writes.
    /// - Throws: ``StageError`` when it cannot be written, so that a result cut short never ends with status 0.
    static func flushPrinted() throws(StageError) {
        guard fflush(nil) == 0 else {
            throw StageError("cannot write to \(output.name): \(String(cString: strerror(errno)))")
        }
    }

    private var name: String { self == .output ? "standard output" : "standard error" }
}

/// `write`, which inside a type with a method of that name cannot be called by its own.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// Prints a line for people or programs to read, with nothing in it that a terminal would obey. Rows of data, which a
/// file has to get unchanged, go through an ``OutputBuffer``.
func print(_ text: String, terminator: String = "\n") {
    Swift.print(TerminalText.of(text), terminator: terminator)
}

/// Standard output through a buffer. A file or program gets every byte; a terminal is given nothing that it would obey.
struct OutputBuffer {
    private var bytes: [UInt8] = []
    private let isTerminal = isatty(StandardStream.output.rawValue) == 1
    private static let size = 1 << 16

    mutating func write(_ text: String) throws(StageError) {
        bytes.append(contentsOf: isTerminal ? TerminalText.of(text).utf8 : text.utf8)
        if bytes.count > Self.size { try flush() }
    }

    /// Writes numbers of 0 or more with a blank between two, and a line end.
    mutating func writeLine(of numbers: ArraySlice<Int32>) throws(StageError) {
        for (index, number) in numbers.enumerated() {
            if index > 0 { bytes.append(0x20) }
            append(number)
        }
        bytes.append(0x0A)
        if bytes.count > Self.size { try flush() }
    }

    /// Digits straight into the buffer; a string for each number would take longer than making the number did.
    private mutating func append(_ number: Int32) {
        var rest = UInt32(bitPattern: number)
        var digits: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &digits) { text in
            var start = text.count
            repeat {
                start -= 1
                text[start] = UInt8(0x30 + rest % 10)
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: text[start...])
        }
    }

    mutating func flush() throws(StageError) {
        try StandardStream.output.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}
