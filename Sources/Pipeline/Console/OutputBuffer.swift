private import CLibrary
internal import Diagnostics
package import StageKit

/// Standard output through a buffer. A file or program gets every byte; a terminal is given nothing that it would obey.
package struct OutputBuffer {
    /// Takes what is written, in pieces of any size.
    package typealias Sink = ([UInt8]) throws(StageError) -> Void

    private var bytes: [UInt8] = []
    private let isTerminal: Bool
    private let sink: Sink
    private static let size = 1 << 16

    /// A buffer before standard output.
    package init() {
        self.init(isTerminal: StandardStream.output.isTerminal) { bytes throws(StageError) in
            try StandardStream.output.write(bytes)
        }
    }

    /// - Parameter isTerminal: whether texts are to be shown with nothing in them that a terminal would obey.
    package init(isTerminal: Bool, to sink: @escaping Sink) {
        self.isTerminal = isTerminal
        self.sink = sink
    }

    package mutating func write(_ text: String) throws(StageError) {
        bytes.append(contentsOf: isTerminal ? TerminalText.of(text).utf8 : text.utf8)
        if bytes.count > Self.size { try flush() }
    }

    /// Writes bytes that may be no text.
    package mutating func write(_ raw: [UInt8]) throws(StageError) {
        if isTerminal { return try write(String(decoding: raw, as: UTF8.self)) }
        bytes += raw
        if bytes.count > Self.size { try flush() }
    }

    /// Writes numbers of 0 or more with a blank between two, and a line end.
    package mutating func writeLine(of numbers: ArraySlice<Int32>) throws(StageError) {
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

    package mutating func flush() throws(StageError) {
        try sink(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}
