private import CZlib

/// Decodes a gzip stream of one or more members, given piece by piece.
///
/// Zeroes after the last member are padding, as gzip(1) has it; anything else there must be another member.
///
/// Source: RFC 1952.
package final class GzipInflater {
    private static let outputSize = 1 << 18
    private let stream: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutableRawBufferPointer
    private var isBetweenMembers = false
    private var consumed = 0

    package init() throws(GzipError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        output = .allocate(byteCount: Self.outputSize, alignment: 16)
        let gzipWindow: Int32 = 15 + 16
        guard inflateInit2_(stream, gzipWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw .unavailable }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// Takes the next piece of the stream, and calls `body` with what was in it, in pieces of at most 256 KiB. A piece is
    /// valid only during the call.
    /// - Throws: ``GzipError/damaged(reason:nearByte:)``, or what `body` throws; the inflater is of no use then.
    package func inflate(
        _ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard let base = input.baseAddress else { return }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(input.count)
        consumed += input.count
        while stream.pointee.avail_in > 0 {
            if isBetweenMembers {
                if stream.pointee.next_in.pointee == 0 {
                    stream.pointee.next_in += 1
                    stream.pointee.avail_in -= 1
                    continue
                }
                inflateReset(stream)
                isBetweenMembers = false
            }
            try drain(body)
        }
    }

    private func drain(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var isFull = true
        while isFull, !isBetweenMembers {
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
            isBetweenMembers = status == Z_STREAM_END
        }
    }

    /// Says that the input is at its end.
    /// - Throws: ``GzipError/truncated(afterBytes:)`` where the stream is not.
    package func finish() throws(GzipError) {
        guard isBetweenMembers else { throw .truncated(afterBytes: consumed) }
    }
}
