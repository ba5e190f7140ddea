import IngestStages
import Testing

struct ReadAheadTests {
    private struct Broken: Error, Equatable { var at: Int }

    private func produce(_ sizes: [Int], breaking: Int? = nil) -> ReadAhead {
        ReadAhead { body in
            for (number, size) in sizes.enumerated() {
                if number == breaking { throw Broken(at: number) }
                try [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size).withUnsafeBytes(body)
            }
        }
    }

    @Test(arguments: [[], [0], [1], [5, 0, 300_000, 7], Array(repeating: 100, count: 1_000)])
    func piecesComeInOrderAndWhole(sizes: [Int]) throws {
        var found: [Int] = []
        try produce(sizes).forEachPiece { piece in
            #expect(piece.allSatisfy { $0 == UInt8(truncatingIfNeeded: found.count) })
            found.append(piece.count)
        }
        #expect(found == sizes)
    }

    @Test(arguments: [0, 1, 20])
    func anErrorOfTheProducerComesAfterItsPieces(at: Int) {
        var count = 0
        #expect(throws: Broken(at: at)) {
            try produce(Array(repeating: 9, count: 40), breaking: at).forEachPiece { _ in count += 1 }
        }
        #expect(count == at)
    }

    @Test(arguments: [0, 1, 30])
    func anErrorOfTheUserEndsTheProducer(at: Int) {
        var count = 0
        #expect(throws: Broken(at: at)) {
            try produce(Array(repeating: 9, count: 1_000_000)).forEachPiece { _ in
                if count == at { throw Broken(at: at) }
                count += 1
            }
        }
        #expect(count == at)
    }

    @Test func theProducerIsLetGoOfWithTheLastPiece() throws {
        final class Held: Sendable {}
        for _ in 0..<200 {
            var held: Held? = Held()
            weak let watched = held
            let ahead = ReadAhead { [held] body in
                _ = held
                try [1, 2, 3].withUnsafeBytes(body)
            }
            held = nil
            try ahead.forEachPiece { _ in }
            #expect(watched == nil)
            withExtendedLifetime(ahead) {}
        }
    }
}
