import Digests

/// Tells a row's tokens from others: the first half of the SHA-256 of how many there are, their ids and their segments.
package struct RowDigest: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package static let byteCount = 16

    /// - Parameter segments: first or second text of a pair, for each token; all zeros for single texts.
    package init(tokens: [Int32], segments: [UInt8]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + 5 * tokens.count)
        withUnsafeBytes(of: UInt64(tokens.count).littleEndian) { bytes += $0 }
        for token in tokens { withUnsafeBytes(of: token.littleEndian) { bytes += $0 } }
        bytes += segments
        let words = bytes.withUnsafeBytes { ContentDigest.words(of: $0) }
        (high, low) = (words[0], words[1])
    }

    /// - Parameter bytes: as many as ``byteCount``.
    package init(bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Self.byteCount, "a row's digest has 16 bytes")
        high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    package var bytes: [UInt8] {
        [high, low].flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }
}

extension TokenRows {
    /// Digests of all rows, in their order.
    package var rowDigests: [RowDigest] {
        (0..<count).map { row in
            let (tokens, segments) = tokens(of: row)
            return RowDigest(tokens: tokens, segments: segments)
        }
    }
}
