/// Decodes the Content-Encoding `deflate`, given piece by piece: a zlib stream, or the bare one that some
/// servers send for it.
///
/// Source: RFC 9110, section 8.4.1.2; RFC 1950; RFC 1951.
package final class DeflateInflater {
    private let stream = InflateStream(outputSize: 1 << 16)
    private var isAtEnd = false
    /// What came before the stream could be started.
    private var first: [UInt8] = []

    package init() {}

    /// Takes the next piece of the stream, and calls `body` with what was in it, in pieces of at most 64 KiB. A piece
    /// is valid only during the call. What follows the stream is skipped.
    /// - Throws: ``GzipError``, or what `body` throws; the inflater is of no use then.
    package func inflate(
        _ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        if stream.isStarted { return try drain(input, body) }
        first += input
        guard first.count >= 2 else { return }
        // The two first bytes of a zlib stream name the method 8, and make up a multiple of 31.
        let isZlib = first[0] & 0x0F == 8 && (Int(first[0]) << 8 | Int(first[1])) % 31 == 0
        try stream.start(window: isZlib ? 15 : -15)
        let bytes = first
        first = []
        try bytes.withUnsafeBytes { try drain($0, body) }
    }

    private func drain(
        _ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        if isAtEnd { return }
        stream.take(input)
        var isFull = true
        while isFull || stream.hasInput, !isAtEnd { (isFull, isAtEnd) = try stream.step(body) }
    }

    /// Says that the input is at its end.
    /// - Throws: ``GzipError/truncated(afterBytes:)`` where the stream is not.
    package func finish() throws(GzipError) {
        if !isAtEnd { throw .truncated(afterBytes: stream.consumed + first.count) }
    }
}
