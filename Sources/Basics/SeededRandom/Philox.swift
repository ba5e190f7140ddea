/// Philox4x32-10: a function from a 128-bit counter and a 64-bit key to 128 random bits.
///
/// Having no state, it gives the n-th number of a stream without the ones before it.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011),
/// doi:10.1145/2063384.2063405.
public enum Philox {
    public typealias Words = (UInt32, UInt32, UInt32, UInt32)

    /// The four random words of a counter under a key.
    @inlinable
    public static func words(counter: Words, key: (UInt32, UInt32)) -> Words {
        var (c0, c1, c2, c3) = counter
        var (k0, k1) = key
        for _ in 0..<10 {
            let a = UInt64(c0) &* 0xD251_1F53
            let b = UInt64(c2) &* 0xCD9E_8D57
            (c0, c1, c2, c3) = (
                UInt32(truncatingIfNeeded: b >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: b),
                UInt32(truncatingIfNeeded: a >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: a)
            )
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return (c0, c1, c2, c3)
    }

    /// A key for one purpose of one seed: other purposes and other seeds get unrelated keys.
    /// - Parameter stream: what the numbers are for, such as `dropout`; compared byte by byte.
    package static func key(seed: UInt64, stream: String) -> (UInt32, UInt32) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
        for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let mixed = SplitMix64.mix(SplitMix64.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ hash)
        return (UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
    }
}

extension Philox {
    /// Fills memory with normal draws: value number n of a stream is the quantile of word n % 4 of counter n
    /// / 4.
    ///
    /// - Parameters:
    ///   - first: number of the first value in the stream, a multiple of 4.
    ///   - deviation: standard deviation, in the units of the values.
    package static func fillNormals(
        _ memory: UnsafeMutableBufferPointer<Float>, first: Int, key: (UInt32, UInt32), deviation: Double
    ) {
        for start in stride(from: 0, to: memory.count, by: 4) {
            let block = UInt64(first + start) / 4
            let counter = (
                UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), UInt32(1),
                UInt32(0)
            )
            let words = Philox.words(counter: counter, key: key)
            memory[start] = draw(words.0, deviation)
            if start + 1 < memory.count { memory[start + 1] = draw(words.1, deviation) }
            if start + 2 < memory.count { memory[start + 2] = draw(words.2, deviation) }
            if start + 3 < memory.count { memory[start + 3] = draw(words.3, deviation) }
        }
    }

    private static func draw(_ word: UInt32, _ deviation: Double) -> Float {
        Float(deviation * normalQuantile((Double(word) + 0.5) * 0x1p-32))
    }
}

/// The numbers of one named Philox stream in order, with random access to any place.
public struct PhiloxStream: RandomNumberGenerator, Sendable {
    /// Number of 64-bit values taken so far; set it to go to that place.
    public var position: UInt64 = 0
    @usableFromInline let key0: UInt32
    @usableFromInline let key1: UInt32

    package init(seed: UInt64, stream: String) {
        (key0, key1) = Philox.key(seed: seed, stream: stream)
    }

    @inlinable
    public mutating func next() -> UInt64 {
        let block = position >> 1
        let counter = (
            UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), UInt32(0), UInt32(0)
        )
        let words = Philox.words(counter: counter, key: (key0, key1))
        defer { position &+= 1 }
        return position & 1 == 0
            ? UInt64(words.0) | UInt64(words.1) << 32
            : UInt64(words.2) | UInt64(words.3) << 32
    }
}
