import Tensors
import Testing

@Suite struct MatrixProductTests {
    /// The twin: three loops in Double. Rows of `a` and `b` are as stored.
    private func twin(
        _ a: [Float], _ transposeA: Bool, _ b: [Float], _ transposeB: Bool, m: Int, n: Int, k: Int
    ) -> [Double] {
        var c = [Double](repeating: 0, count: m * n)
        for i in 0..<m {
            for j in 0..<n {
                for p in 0..<k {
                    let x = transposeA ? a[p * m + i] : a[i * k + p]
                    let y = transposeB ? b[j * k + p] : b[p * n + j]
                    c[i * n + j] += Double(x) * Double(y)
                }
            }
        }
        return c
    }

    /// Shapes around the borders of tiles (8 rows, 48 columns), of atoms and of vectors.
    private static let shapes = [
        (1, 1, 1), (5, 7, 3), (32, 2, 64), (33, 48, 129), (8, 48, 16), (9, 49, 17), (7, 47, 31), (64, 97, 2),
        (130, 200, 65), (260, 30, 40),
    ]
    private static let libraries: [MatrixProduct.Library] = [.fastest, .oneDNN]

    @Test(arguments: [true, false], [true, false])
    func agreesWithThreeLoops(transposeA: Bool, transposeB: Bool) throws {
        for (m, n, k) in Self.shapes {
            let (a, b, bias) = (normals(m * k, seed: 1), normals(k * n, seed: 2), normals(n, seed: 3))
            let product = twin(a, transposeA, b, transposeB, m: m, n: n, k: k)
            let withBias = product.indices.map { product[$0] + Double(bias[$0 % n]) }
            for (library, threads) in zip(Self.libraries + Self.libraries, [1, 2, 3, 1]) {
                try Compute.run(threads: threads) {
                    let arena = Arena()
                    let engine = try MatrixProduct(library)
                    let left = arena.tensor(a, transposeA ? [k, m] : [m, k])
                    let right = arena.tensor(b, transposeB ? [n, k] : [k, n])
                    let c = arena.unwritten([m, n])
                    try engine.multiply(
                        left, transposingLeft: transposeA, by: right, transposingRight: transposeB,
                        bias: arena.tensor(bias, [n]), streamingStore: threads > 1, into: c)
                    #expect(distance(c.array(), withBias) < 2e-6)
                    try engine.multiply(
                        left, transposingLeft: transposeA, by: right, transposingRight: transposeB,
                        accumulate: true, streamingStore: true, into: c)
                    #expect(distance(c.array(), product.indices.map { withBias[$0] + product[$0] }) < 2e-6)
                }
            }
        }
    }

    @Test(arguments: [true, false], [true, false])
    func halvesAreSummedInFloat(transposeA: Bool, transposeB: Bool) throws {
        guard Compute.abilities.hasFastBFloat16 else { return }
        for (m, n, k) in Self.shapes {
            let (a, b) = (normals(m * k, seed: 1), normals(k * n, seed: 2))
            for (library, threads) in zip(Self.libraries + Self.libraries, [1, 2, 3, 1]) {
                try Compute.run(threads: threads) {
                    let arena = Arena()
                    let left = arena.halves(a, transposeA ? [k, m] : [m, k])
                    let right = arena.halves(b, transposeB ? [n, k] : [k, n])
                    let wanted = twin(left.array(), transposeA, right.array(), transposeB, m: m, n: n, k: k)
                    let engine = try MatrixProduct(library)
                    let c = arena.unwritten([m, n])
                    try engine.multiply(
                        left, transposingLeft: transposeA, by: right, transposingRight: transposeB, into: c)
                    #expect(distance(c.array(), wanted) < 1e-5)
                    // Rounded once more, where the result is to be bfloat16 itself; then twice the sum.
                    let rounded = arena.tensor([m, n], type: .bfloat16)
                    for accumulate in [false, true] {
                        try engine.multiply(
                            left, transposingLeft: transposeA, by: right, transposingRight: transposeB,
                            accumulate: accumulate, into: rounded)
                        let factor = accumulate ? 2.0 : 1
                        #expect(distance(rounded.array(), wanted.map { factor * $0 }) < 4e-3)
                    }
                    // The control: one number of the last row and the last of the sum changed.
                    left.halves[m * k - 1] ^= 0x8000
                    try engine.multiply(
                        left, transposingLeft: transposeA, by: right, transposingRight: transposeB, into: c)
                    #expect(distance(c.array(), wanted) > 1e-4)
                }
            }
        }
    }

    /// Resumed and repeated trainings give the same bytes, and a row's logits are its own, because of this.
    @Test(arguments: [NumberType.float32, .bfloat16])
    func aRowDependsOnItselfAlone(type: NumberType) throws {
        let (m, n, k) = (203, 150, 130)
        let (a, b) = (normals(m * k, seed: 1), normals(n * k, seed: 2))
        func product(rows: Range<Int>, threads: Int) throws -> [Float]? {
            try Compute.run(threads: threads) {
                let engine = try MatrixProduct()
                guard !engine.preparesShapes(of: type) else { return nil }
                let arena = Arena()
                let (left, right) =
                    type == .float32
                    ? (arena.tensor(a, [m, k]), arena.tensor(b, [n, k]))
                    : (arena.halves(a, [m, k]), arena.halves(b, [n, k]))
                let c = arena.unwritten([rows.count, n])
                try engine.multiply(left.rows(rows), by: right, transposingRight: true, into: c)
                return c.array()
            }
        }
        guard let all = try product(rows: 0..<m, threads: 1) else { return }
        for threads in 2...5 { #expect(try product(rows: 0..<m, threads: threads) == all) }
        for row in [0, 7, 8, 100, 202] {
            #expect(try product(rows: row..<row + 1, threads: 2) == Array(all[row * n..<(row + 1) * n]))
        }
        #expect(try product(rows: 1..<2, threads: 2) != Array(all[0..<n]))
    }

    @Test func whatIsNoNumberStaysSo() throws {
        try Compute.run(threads: 1) {
            let arena = Arena()
            let engine = try MatrixProduct()
            guard !engine.preparesShapes(of: .bfloat16) else { return }
            let left = arena.halves([1, .nan, .infinity, 1], [2, 2])
            let c = arena.tensor([2, 2], type: .bfloat16)
            try engine.multiply(left, by: arena.halves([1, 0, 1, 0], [2, 2]), into: c)
            let found = c.array()
            #expect(found[0].isNaN && found[1].isNaN && found[2] == .infinity && found[3].isNaN)
        }
    }

    @Test func rowsMayLieApart() throws {
        let (a, b) = (normals(4 * 10, seed: 1), normals(6 * 3, seed: 2))
        try Compute.run(threads: 1) {
            let arena = Arena()
            let c = arena.tensor([Float](repeating: 7, count: 4 * 8), [4, 8])
            let left = arena.tensor(a, [4, 10]).columns(2..<8)
            try MatrixProduct().multiply(left, by: arena.tensor(b, [6, 3]), into: c.columns(1..<4))
            let picked = (0..<4).flatMap { Array(a[$0 * 10 + 2..<$0 * 10 + 8]) }
            let wanted = twin(picked, false, b, false, m: 4, n: 3, k: 6)
            #expect(distance(c.columns(1..<4).array(), wanted) < 2e-6)
            #expect(c.columns(4..<8).array().allSatisfy { $0 == 7 })
        }
    }

    @Test func shapesAreRememberedUpToTheCapacity() throws {
        try Compute.run(threads: 1) {
            let arena = Arena()
            let engine = try MatrixProduct(.oneDNN, capacity: 3)
            func multiply(_ m: Int) throws {
                let (a, b) = (
                    arena.tensor(normals(m * 4, seed: 1), [m, 4]), arena.tensor(normals(8, seed: 2), [4, 2])
                )
                let c = arena.unwritten([m, 2])
                try engine.multiply(a, by: b, into: c)
                #expect(
                    distance(c.array(), twin(a.array(), false, b.array(), false, m: m, n: 2, k: 4)) < 2e-6)
            }
            for m in [1, 2, 3, 1, 2, 3] { try multiply(m) }
            #expect(engine.prepared == 3)
            for m in 1...40 { try multiply(m) }
            for m in (1...40).reversed() { try multiply(m) }
            #expect(engine.prepared == 3 + 37 + 37)
        }
    }

    @Test func anEmptySumIsZero() throws {
        try Compute.run(threads: 1) {
            let arena = Arena()
            let c = arena.unwritten([2, 2])
            try MatrixProduct().multiply(arena.tensor([2, 0]), by: arena.tensor([0, 2]), into: c)
            #expect(c.array() == [0, 0, 0, 0])
        }
    }

    @Test func aWrongShapeIsExplained() throws {
        let engine = try MatrixProduct()
        let arena = Arena()
        let error = #expect(throws: ShapeError.self) {
            try engine.multiply(arena.tensor([2, 3]), by: arena.tensor([4, 5]), into: arena.tensor([2, 5]))
        }
        #expect(
            error?.description
                == "multiply: 'b' has shape [4, 5]; expected [K, N] with K = 3, from 'a' [2, 3]")
    }
}
