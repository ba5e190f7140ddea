/// A small, fast generator whose whole state is one number: repeatable on every machine and Swift release.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014),
/// doi:10.1145/2660193.2660195; constants of variant 13 (Stafford).
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
    /// The next number is a mix of this plus the golden gamma.
    public var state: UInt64

    @inlinable
    public init(seed: UInt64) { state = seed }

    @inlinable
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return SplitMix64.mix(state)
    }

    /// The output function: a bijection that spreads each input bit over the whole word.
    @inlinable @inline(__always)
    public static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
