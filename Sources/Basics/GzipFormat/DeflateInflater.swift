private import CZlib

/// Decodes the Content-Encoding `deflate`, given piece by piece: a zlib stream, or the bare one that some
/// servers send for it.
///
/// Source: RFC 9110, section 8.4.1.2; RFC 1950; RFC 1951.
package final class DeflateInflater {
    private static let outputSize = 1 << 16
    private let stream: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutableRawBufferPointer
    private var isStarted = false
    private var isAtEnd = false
    private var first: [UInt8] = []
    private var consumed = 0

    package init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        output = .allocate(byteCount: Self.outputSize, alignment: 16)
    }

    deinit {
        if isStarted { inflateEnd(stream) }
        stream.deallocate()
        output.deallocate()
    }

    /// Takes the next piece of the stream, and calls `body` with what was in it, in pieces of at most 64 KiB. A piece
    /// is valid only during the call. What follows the stream is skipped.
    /// - Throws: ``GzipError``, or what `body` throws; the inflater is of no use then.
    package func inflate(
        _ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        if isStarted { return try drain(input, body) }
        first += input
        guard first.count >= 2 else { return }
        try start()
        let bytes = first
        first = []
        try bytes.withUnsafeBytes { try drain($0, body) }
    }

    /// The two first bytes of a zlib stream name the method 8, and make up a multiple of 31.
    private func start() throws(GzipError) {
        let isZlib = first[0] & 0x0F == 8 && (Int(first[0]) << 8 | Int(first[1])) % 31 == 0
        let window: Int32 = isZlib ? 15 : -15
        guard inflateInit2_(stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw .unavailable }
        isStarted = true
    }

    private func drain(
        _ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard let base = input.baseAddress, !isAtEnd else { return }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(input.count)
        consumed += input.count
        var isFull = true
        while isFull || stream.pointee.avail_in > 0, !isAtEnd {
            stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(output.count)
            let status = CZlib.inflate(stream, Z_NO_FLUSH)
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)"
                throw GzipError.damaged(reason: reason, nearByte: consumed)
            }
            let produced = output.count - Int(stream.pointee.avail_out)
            if produced > 0 { try body(UnsafeRawBufferPointer(rebasing: output[..<produced])) }
            isFull = stream.pointee.avail_out == 0
            isAtEnd = status == Z_STREAM_END
            if status == Z_BUF_ERROR, produced == 0 { return }
        }
    }

    /// Says that the input is at its end.
    /// - Throws: ``GzipError/truncated(afterBytes:)`` where the stream is not.
    package func finish() throws(GzipError) {
        if !isAtEnd { throw .truncated(afterBytes: consumed + first.count) }
    }
}
