import Foundation
import Tensors
import Testing

@Suite struct ElementwiseTests {
    @Test(arguments: [(1, 1), (31, 20), (32, 16), (100, 700)])
    func columnSumsAgree(shape: (Int, Int)) throws {
        let (rows, columns) = shape
        let x = normals(rows * columns, seed: 1)
        let wanted = (0..<columns).map { c in (0..<rows).reduce(0.0) { $0 + Double(x[$1 * columns + c]) } }
        try forEachVariant { arena in
            let sums = arena.unwritten([columns])
            let input = arena.tensor(x, [rows, columns])
            try Elementwise.columnSums(input, into: sums, accumulate: false, arena: arena)
            #expect(distance(sums.array(), wanted) < 2e-6)
            try Elementwise.columnSums(input, into: sums, accumulate: true, arena: arena)
            #expect(distance(sums.array(), wanted.map { 2 * $0 }) < 2e-6)
        }
    }

    @Test(arguments: [0, 1, 17, 65_536, 200_001])
    func sumOfSquaresAgrees(count: Int) throws {
        let x = normals(count, seed: 1)
        let wanted = x.reduce(0) { $0 + Double($1) * Double($1) }
        try forEachVariant { _ in
            let found = x.withUnsafeBufferPointer { Elementwise.sumOfSquares($0) }
            #expect(abs(found - wanted) <= 1e-12 * wanted)
        }
    }

    /// Sums in fixed blocks: the number of threads changes no bit.
    @Test func threadsChangeNoBit() throws {
        let x = normals(300_000, seed: 1)
        func results(_ threads: Int) throws -> [Float] {
            try Compute.run(threads: threads) {
                let arena = Arena()
                let sums = arena.unwritten([600])
                try Elementwise.columnSums(
                    arena.tensor(x, [500, 600]), into: sums, accumulate: false, arena: arena)
                return sums.array() + [Float(x.withUnsafeBufferPointer { Elementwise.sumOfSquares($0) })]
            }
        }
        let one = try results(1)
        for threads in [2, 3, 7] {
            let found = try results(threads)
            #expect(found == one)
        }
    }

    @Test func tanhAndItsGradientAgree() throws {
        let (x, bias, direction) = (normals(60, seed: 1), normals(20, seed: 2), normals(60, seed: 3))
        let forward = { (x: [Double]) in x.indices.map { tanh(x[$0] + Double(bias[$0 % 20])) } }
        try forEachVariant { arena in
            let output = arena.unwritten([3, 20])
            try Elementwise.biasTanh(arena.tensor(x, [3, 20]), bias: arena.tensor(bias, [20]), into: output)
            #expect(distance(output.array(), forward(doubles(x))) < 2e-6)
            let gradient = arena.tensor(direction, [3, 20])
            try Elementwise.tanhBackward(output: output, outputGradient: gradient, into: gradient)
            let wanted = numericGradient(at: doubles(x)) { dot(forward($0), direction) }
            #expect(distance(gradient.array(), wanted) < 5e-6)
        }
    }

    @Test func roundingToHalvesGoesToEven() throws {
        let cases: [(Float, UInt16)] = [
            (1, 0x3F80), (-2, 0xC000), (Float(bitPattern: 0x3F80_8000), 0x3F80),  // tie, down to even
            (Float(bitPattern: 0x3F81_8000), 0x3F82), (Float(bitPattern: 0x3F80_8001), 0x3F81),
            (.infinity, 0x7F80), (Float(bitPattern: 0x7F7F_FFFF), 0x7F80), (0, 0), (-0.0, 0x8000),
        ]
        try forEachVariant { arena in
            let halves = arena.tensor([cases.count], type: .bfloat16)
            cases.map(\.0).withUnsafeBufferPointer { Elementwise.round($0, into: halves.halves) }
            for (place, wanted) in cases.enumerated() {
                #expect(halves.halves[place] == wanted.1, "\(wanted.0)")
            }
            [Float(bitPattern: 0x7F80_0001)].withUnsafeBufferPointer {
                Elementwise.round($0, into: halves.halves)
            }
            #expect(halves.array()[0].isNaN)
        }
    }

    @Test func gatherAndScatterAreOpposites() throws {
        try Compute.run(threads: 1) {
            let arena = Arena()
            let table = arena.tensor((0..<12).map(Float.init), [4, 3])
            let rows = arena.copy([Int32(3), 0, 3])
            let picked = arena.unwritten([3, 3])
            try Elementwise.gather(table, rows: rows, into: picked)
            #expect(picked.array() == [9, 10, 11, 0, 1, 2, 9, 10, 11])
            let sums = arena.tensor([Float](repeating: 0, count: 12), [4, 3])
            try Elementwise.scatterAdd(picked, rows: rows, into: sums)
            #expect(sums.array() == [0, 1, 2, 0, 0, 0, 0, 0, 0, 18, 20, 22])
        }
    }

    @Test func embeddingsAddThreeTables() throws {
        let (words, positions, segments) = (
            normals(7 * 20, seed: 1), normals(5 * 20, seed: 2), normals(40, seed: 3)
        )
        let ids: [Int32] = [6, 0, 6, 2]
        let place: [UInt32] = [0, 1, 2, 0]
        let segment: [UInt8] = [0, 1, 1, 0]
        try forEachVariant { arena in
            let tables = EmbeddingSum(
                words: arena.tensor(words, [7, 20]), positions: arena.tensor(positions, [5, 20]),
                segments: arena.tensor(segments, [2, 20]))
            let tokens = EmbeddingSum.Tokens(
                ids: arena.copy(ids), positions: arena.copy(place), segments: arena.copy(segment), count: 4)
            let output = arena.unwritten([4, 20])
            try tables.forward(tokens, into: output)
            let zero = { (rows: Int) in arena.tensor([Float](repeating: 0, count: rows * 20), [rows, 20]) }
            let gradients = EmbeddingSum(words: zero(7), positions: zero(5), segments: zero(2))
            try gradients.addGradients(tokens, of: output)
            var sums = [[Float]](repeating: [Float](repeating: 0, count: 7 * 20), count: 3)
            for t in 0..<4 {
                for c in 0..<20 {
                    let (w, p, s) = (Int(ids[t]) * 20 + c, Int(place[t]) * 20 + c, Int(segment[t]) * 20 + c)
                    let value = words[w] + segments[s] + positions[p]
                    #expect(output.floats[t * 20 + c] == value)
                    sums[0][w] += value
                    sums[1][p] += value
                    sums[2][s] += value
                }
            }
            #expect(gradients.words.array() == sums[0])
            #expect(gradients.positions.array() == Array(sums[1].prefix(100)))
            #expect(gradients.segments?.array() == Array(sums[2].prefix(40)))
        }
    }
}
