internal import CLibrary

/// The random numbers of one job, as gensim and word2vec draw them: a linear congruential generator of 48 bits.
package struct WordDraws {
    package var state: UInt64

    package init(state: UInt64) { self.state = state }

    /// The upper 32 bits of the state, which then moves on.
    package mutating func next() -> UInt64 {
        defer { state = (state &* 25_214_903_917 &+ 11) & 0xFFFF_FFFF_FFFF }
        return state >> 16
    }
}

/// Which words are drawn against examples, and which are left out for being frequent.
package struct WordOdds {
    /// Running sums of count^exponent, scaled to 2³¹ - 1.
    package let sums: [UInt32]
    /// The first word whose sum is not below 2¹⁶ times the place: where the search for a draw begins.
    private let guide: [Int32]
    /// Of each word, the largest draw at which it stays; nil if none is left out.
    package let keeps: [UInt32]?

    package init(counts: [Int], settings: WordVectorSettings) {
        let powers = counts.map { pow(Double($0), settings.exponent) }
        let total = powers.reduce(0, +)
        var sum = 0.0
        sums = powers.map { power in
            sum += power
            return UInt32((sum / total * Double(Int32.max)).rounded(.toNearestOrEven))
        }
        var word = 0
        guide = (0..<1 << 15).map { [sums] place in
            while sums[word] < UInt32(place << 16), word + 1 < sums.count { word += 1 }
            return Int32(word)
        }
        keeps = settings.sample > 0 ? Self.keeps(counts, settings.sample) : nil
    }

    private static func keeps(_ counts: [Int], _ sample: Double) -> [UInt32] {
        let limit = sample < 1 ? sample * Double(counts.reduce(0, +)) : sample.rounded(.down)
        return counts.map { count in
            let share = ((Double(count) / limit).squareRoot() + 1) * (limit / Double(count))
            return share < 1 ? UInt32(share * Double(UInt32.max)) : UInt32.max
        }
    }

    /// The word that a draw stands for.
    @inline(__always)
    package func word(
        _ draw: UInt64, _ sums: UnsafeBufferPointer<UInt32>, _ guide: UnsafeBufferPointer<Int32>
    ) -> Int32 {
        let place = UInt32(draw % UInt64(Int32.max))
        var word = guide[Int(place >> 16)]
        while sums[Int(word)] < place { word += 1 }
        return word
    }

    package func withTables<Result>(
        _ body: (UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<Int32>) -> Result
    ) -> Result {
        sums.withUnsafeBufferPointer { sums in guide.withUnsafeBufferPointer { body(sums, $0) } }
    }
}
