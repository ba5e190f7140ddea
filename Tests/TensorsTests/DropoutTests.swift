import Tensors
import Testing

@Suite struct DropoutTests {
    let dropout = Dropout(key: [11, 12], step: 5, kind: .pooled, layer: 3, rate: 0.1)

    @Test(arguments: [1, 16, 20, 64, 65, 768])
    func masksAreThoseOfTheDefinition(count: Int) throws {
        try forEachVariant { _ in
            for (row, token) in [(UInt32(0), UInt32(0)), (7, 0), (7, 30)] {
                let wanted = (0..<count).map {
                    naiveMask(dropout, row: row, line: Int(token), count: count, element: $0)
                }
                #expect(dropout.mask(row: row, token: token, count: count).map(Double.init) == wanted)
            }
        }
    }

    @Test(arguments: [0.1, 0.5, 0.9])
    func theKeepRateIsWithinFourSigma(rate: Double) {
        var dropout = dropout
        dropout.rate = rate
        var kept = 0
        let (lines, count) = (1000, 1024)
        for row in 0..<lines {
            kept += dropout.mask(row: UInt32(row), token: 1, count: count).count { $0 != 0 }
        }
        let total = Double(lines * count)
        let sigma = (total * rate * (1 - rate)).squareRoot()
        #expect(abs(Double(kept) - total * (1 - rate)) < 4 * sigma)
    }

    @Test func everyPlaceHasItsOwnMask() {
        var others: [Dropout] = []
        for change: (inout Dropout) -> Void in [
            { $0.step = 6 }, { $0.layer = 2 }, { $0.kind = .embeddings }, { $0.key = [11, 13] },
        ] {
            var other = dropout
            change(&other)
            others.append(other)
        }
        let mask = dropout.mask(row: 1, token: 1, count: 256)
        for other in others { #expect(other.mask(row: 1, token: 1, count: 256) != mask) }
        #expect(dropout.mask(row: 2, token: 1, count: 256) != mask)
        #expect(dropout.mask(row: 1, token: 2, count: 256) != mask)
        #expect(dropout.mask(row: 1, token: 1, count: 256) == mask)
    }

    @Test func applyingMultipliesByTheMask() throws {
        let x = normals(3 * 20, seed: 1)
        try forEachVariant { arena in
            let places = TokenPlaces(
                rows: arena.copy([4, 4, 5]), positions: arena.copy([0, 1, 0]), count: 3)
            let output = arena.unwritten([3, 20])
            try dropout.apply(arena.tensor(x, [3, 20]), places: places, into: output)
            let masks = [(4, 0), (4, 1), (5, 0)].flatMap { dropout.mask(row: $0, token: $1, count: 20) }
            #expect(output.array() == zip(x, masks).map { $0 * $1 })
        }
    }
}
