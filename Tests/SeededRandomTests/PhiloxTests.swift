import SeededRandom
import Testing

@Suite struct PhiloxTests {
    /// Known answers published with Random123 (kat_vectors, philox4x32 with 10 rounds).
    @Test func knownAnswers() {
        let cases: [(Philox.Words, (UInt32, UInt32), Philox.Words)] = [
            ((0, 0, 0, 0), (0, 0), (0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)),
            (
                (.max, .max, .max, .max), (.max, .max), (0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
            ),
            (
                (0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), (0xA409_3822, 0x299F_31D0),
                (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
            ),
        ]
        for (counter, key, expected) in cases {
            #expect(Philox.words(counter: counter, key: key) == expected)
        }
    }

    @Test func aStreamCanBeEnteredAnywhere() {
        var stream = PhiloxStream(seed: 3, stream: "order")
        let values = (0..<20).map { _ in stream.next() }
        for place in [0, 1, 7, 19] {
            var other = PhiloxStream(seed: 3, stream: "order")
            other.position = UInt64(place)
            #expect(other.next() == values[place])
        }
    }

    @Test func streamsAndSeedsDiffer() {
        var firsts: Set<UInt64> = []
        for seed in 0..<50 as Range<UInt64> {
            for name in ["order", "dropout", "init a", "init b"] {
                var stream = PhiloxStream(seed: seed, stream: name)
                firsts.insert(stream.next())
            }
        }
        #expect(firsts.count == 200)
    }
}

@Suite struct PhiloxNormalsTests {
    @Test func partsOfAFillAreTheFill() {
        let key = Philox.key(seed: 5, stream: "init")
        func fill(_ first: Int, _ count: Int) -> [Float] {
            var values = [Float](repeating: 0, count: count)
            values.withUnsafeMutableBufferPointer {
                Philox.fillNormals($0, first: first, key: key, deviation: 2)
            }
            return values
        }
        let whole = fill(0, 4003)
        #expect(fill(0, 1000) + fill(1000, 3003) == whole)
        let variance = whole.reduce(0) { $0 + Double($1) * Double($1) } / 4003
        #expect(abs(variance / 4 - 1) < 0.09)  // four sigma
    }
}
