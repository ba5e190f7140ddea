/// Decodes a gzip stream of one or more members, given piece by piece.
///
/// Zeroes after the last member are padding, as gzip(1) has it; anything else there must be another member.
///
/// Source: RFC 1952.
package final class GzipInflater {
    private let stream = InflateStream(outputSize: 1 << 18)
    private var isBetweenMembers = false

    package init() throws(GzipError) {
        let gzipWindow: Int32 = 15 + 16
        try stream.start(window: gzipWindow)
    }

    /// Takes the next piece of the stream, and calls `body` with what was in it, in pieces of at most 256 KiB. A piece is
    /// valid only during the call.
    /// - Throws: ``GzipError/damaged(reason:nearByte:)``, or what `body` throws; the inflater is of no use then.
    package func inflate(
        _ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        stream.take(input)
        while stream.hasInput {
            if isBetweenMembers {
                if stream.skipZero() { continue }
                stream.restart()
                isBetweenMembers = false
            }
            var isFull = true
            while isFull, !isBetweenMembers { (isFull, isBetweenMembers) = try stream.step(body) }
        }
    }

    /// Says that the input is at its end.
    /// - Throws: ``GzipError/truncated(afterBytes:)`` where the stream is not.
    package func finish() throws(GzipError) {
        guard isBetweenMembers else { throw .truncated(afterBytes: stream.consumed) }
    }
}
