internal import SeededRandom

/// Cuts bytes where their content says, so that a file with something put into it is cut as it was before and after the
/// place.
///
/// A rolling sum over the last 64 bytes decides. Source: Xia et al., "FastCDC" (USENIX ATC 2016), section 3.
package struct ContentChunks {
    package static let shortest = 512
    package static let longest = 16_384
    /// A chunk ends where these bits of the sum are all 0: on average 2,048 bytes past the shortest.
    private static let mask: UInt64 = 0x7FF << 53

    /// A random number for each byte: SplitMix64, seeded with 0.
    private static let gear: [UInt64] = {
        var random = SplitMix64(seed: 0)
        return (0..<256).map { _ in random.next() }
    }()

    /// Calls `body` with each chunk, in order.
    package static func forEach(
        in bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        try gear.withUnsafeBufferPointer { gear in
            var start = 0
            while start < bytes.count {
                let end = min(start + longest, bytes.count)
                var place = min(start + shortest, bytes.count)
                var sum: UInt64 = 0
                while place < end {
                    sum = (sum &<< 1) &+ gear[Int(bytes[place])]
                    place += 1
                    if sum & mask == 0 { break }
                }
                try body(UnsafeRawBufferPointer(rebasing: bytes[start..<place]))
                start = place
            }
        }
    }
}
