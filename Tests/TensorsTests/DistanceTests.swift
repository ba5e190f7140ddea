import Foundation
import Tensors
import Testing

/// Distances of states and attention scores from a teacher's, beside slow twins and finite differences.
@Suite struct DistanceTests {
    @Test(arguments: [(1, 1), (16, 8), (17, 20), (100, 64)])
    func squaredDistanceAndItsGradientAgree(shape: (Int, Int)) throws {
        let count = shape.0 * shape.1
        let (a, b) = (normals(count, seed: 1), normals(count, seed: 2))
        let wanted = zip(a, b).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
        try forEachVariant { arena in
            let one = arena.tensor(a, [shape.0, shape.1])
            let other = arena.tensor(b, [shape.0, shape.1])
            let found = try SquaredDistance.forwardBackward(one, other, scale: 0.5, gradient: one)
            #expect(abs(found - wanted) <= 1e-6 * wanted)
            let gradient = zip(a, b).map { Double($0) - Double($1) }
            #expect(distance(one.array(), gradient) < 1e-6)
        }
    }

    /// Rows of one token, of a few and of many; heads of another width than the teacher's, whose queries and keys are apart.
    private struct Problem {
        let offsets: [Int32] = [0, 1, 6, 23]
        let heads = 2
        let width = 9
        let teacherWidth = 4
        var tokens: Int { Int(offsets[3]) }
        let queries = normals(23 * 18, seed: 1)
        let keys = normals(23 * 18, seed: 2)
        let teacher = normals(23 * 16, seed: 3)

        /// The slow twin, in doubles.
        func distance(_ queries: [Double], _ keys: [Double]) -> Double {
            var sum = 0.0
            for row in 0..<3 {
                let range = Int(offsets[row])..<Int(offsets[row + 1])
                for head in 0..<heads {
                    for one in range {
                        for other in range {
                            let own = (0..<width).reduce(0.0) {
                                $0 + queries[one * 18 + head * 9 + $1] * keys[other * 18 + head * 9 + $1]
                            }
                            let wanted = (0..<teacherWidth).reduce(0.0) {
                                $0 + Double(teacher[one * 16 + head * 4 + $1])
                                    * Double(teacher[other * 16 + 8 + head * 4 + $1])
                            }
                            sum += pow(own / 3 - wanted / 2, 2)
                        }
                    }
                }
            }
            return sum
        }

        func run(_ arena: Arena, scale: Double) throws -> (Double, queries: [Float], keys: [Float]) {
            let places = UnsafePointer(arena.copy(offsets))
            let both = arena.tensor(teacher, [tokens, 16])
            let gradient = AttentionDistance.Side(
                queries: arena.unwritten([tokens, 18]), keys: arena.unwritten([tokens, 18]))
            let found = try AttentionDistance(heads: heads, offsets: places, sequences: 3).forwardBackward(
                .init(queries: arena.tensor(queries, [tokens, 18]), keys: arena.tensor(keys, [tokens, 18])),
                .init(queries: both.columns(0..<8), keys: both.columns(8..<16)), scale: scale,
                gradient: gradient)
            return (found, gradient.queries.array(), gradient.keys.array())
        }
    }

    @Test func attentionDistanceAndItsGradientAgree() throws {
        let problem = Problem()
        let (queries, keys) = (doubles(problem.queries), doubles(problem.keys))
        let wanted = problem.distance(queries, keys)
        let byQueries = numericGradient(at: queries) { problem.distance($0, keys) }
        let byKeys = numericGradient(at: keys) { problem.distance(queries, $0) }
        try forEachVariant { arena in
            let found = try problem.run(arena, scale: 1)
            #expect(abs(found.0 - wanted) <= 1e-6 * wanted)
            #expect(distance(found.queries, byQueries) < 5e-6)
            #expect(distance(found.keys, byKeys) < 5e-6)
        }
    }

    @Test func threadsChangeNoBit() throws {
        let problem = Problem()
        let (a, b) = (normals(90 * 64, seed: 4), normals(90 * 64, seed: 5))
        func results(_ threads: Int) throws -> [Double] {
            try Compute.run(threads: threads) {
                let arena = Arena()
                let found = try problem.run(arena, scale: 0.3)
                let one = arena.tensor(a, [90, 64])
                let sum = try SquaredDistance.forwardBackward(
                    one, arena.tensor(b, [90, 64]), scale: 2, gradient: one)
                return [found.0, sum] + (found.queries + found.keys + one.array()).map(Double.init)
            }
        }
        let one = try results(1)
        for threads in [2, 3, 7] { #expect(try results(threads) == one) }
    }

    @Test func matricesOfBothTypesAreAddedToAndWidened() throws {
        try Compute.run(threads: 2) {
            let arena = Arena()
            let values = normals(6 * 5, seed: 1)
            let halves = arena.tensor([6, 10], type: .bfloat16)
            for place in 0..<60 { halves.halves[place] = UInt16(values[place % 30].bitPattern >> 16) }
            let part = halves.columns(3..<8)
            let wide = arena.tensor([6, 5])
            try Elementwise.widen(part, into: wide)
            #expect(wide.array() == part.array())
            let added = arena.tensor(normals(30, seed: 2), [6, 5])
            let sums = zip(part.array(), added.array()).map { $0 + $1 }
            try Elementwise.addRows(added, into: part)
            let rounded = arena.tensor([30], type: .bfloat16)
            sums.withUnsafeBufferPointer { Elementwise.round($0, into: rounded.halves) }
            #expect(part.array() == (0..<30).map { Float(bitPattern: UInt32(rounded.halves[$0]) << 16) })
            // What lies beside the columns stays.
            #expect(halves.halves[0] == UInt16(values[0].bitPattern >> 16))
            try Elementwise.addRows(added, into: wide)
            #expect(wide.array() == sums)
        }
    }

    @Test func otherShapesAreRefused() throws {
        try Compute.run(threads: 1) {
            let arena = Arena()
            let (small, large) = (arena.tensor([2, 4]), arena.tensor([3, 4]))
            #expect(throws: ShapeError.self) {
                try SquaredDistance.forwardBackward(small, large, scale: 1, gradient: small)
            }
            let offsets = UnsafePointer(arena.copy([Int32(0), 2]))
            #expect(throws: ShapeError.self) {
                try AttentionDistance(heads: 3, offsets: offsets, sequences: 1).forwardBackward(
                    .init(queries: small, keys: small), .init(queries: small, keys: small), scale: 1,
                    gradient: .init(queries: small, keys: small))
            }
            #expect(throws: ShapeError.self) { try Elementwise.widen(small, into: large) }
        }
    }
}
