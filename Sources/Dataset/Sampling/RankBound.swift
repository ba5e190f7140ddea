/// Finds the number below which the first N of many ranks are, in one pass and little memory.
///
/// Ranks are spread evenly, being digests: a count for each of 4,096 equal parts of their range comes close.
package struct RankBound: Sendable {
    private static let bits: UInt64 = 12
    private var counts = [Int](repeating: 0, count: 1 << Self.bits)
    /// Ranks counted so far.
    package private(set) var count = 0

    package init() {}

    /// - Parameter prefix: what a rank begins with, ``SampleRank/prefix``.
    package mutating func add(_ prefix: UInt64) {
        counts[Int(prefix >> (64 - Self.bits))] += 1
        count += 1
    }

    /// The first `limit` ranks, in their order, have prefixes up to this one, and few others have.
    package func bound(ofFirst limit: Int) -> UInt64 {
        var seen = 0
        for (part, count) in counts.enumerated() {
            seen += count
            if seen >= limit { return UInt64(part + 1) << (64 - Self.bits) &- 1 }
        }
        return .max
    }
}
