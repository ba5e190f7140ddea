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

    @Test(arguments: [true, false], [true, false])
    func agreesWithThreeLoops(transposeA: Bool, transposeB: Bool) throws {
        for (m, n, k) in [(1, 1, 1), (5, 7, 3), (32, 2, 64), (33, 48, 129)] {
            let (a, b, bias) = (normals(m * k, seed: 1), normals(k * n, seed: 2), normals(n, seed: 3))
            let product = twin(a, transposeA, b, transposeB, m: m, n: n, k: k)
            try Compute.run(threads: 2) {
                let arena = Arena()
                let engine = try MatrixProduct()
                let left = arena.tensor(a, transposeA ? [k, m] : [m, k])
                let right = arena.tensor(b, transposeB ? [n, k] : [k, n])
                let c = arena.unwritten([m, n])
                try engine.multiply(
                    left, transposingLeft: transposeA, by: right, transposingRight: transposeB,
                    bias: arena.tensor(bias, [n]), into: c)
                let withBias = product.indices.map { product[$0] + Double(bias[$0 % n]) }
                #expect(distance(c.array(), withBias) < 2e-6)
                try engine.multiply(
                    left, transposingLeft: transposeA, by: right, transposingRight: transposeB,
                    accumulate: true,
                    into: c)
                #expect(distance(c.array(), product.indices.map { withBias[$0] + product[$0] }) < 2e-6)
            }
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

    @Test func halvesAreSummedInFloat() throws {
        guard Compute.abilities.hasFastBFloat16 else { return }
        let (m, n, k) = (16, 32, 64)
        let (a, b) = (normals(m * k, seed: 1), normals(n * k, seed: 2))
        try Compute.run(threads: 2) {
            let arena = Arena()
            let left = arena.tensor([m, k], type: .bfloat16)
            let right = arena.tensor([n, k], type: .bfloat16)
            a.withUnsafeBufferPointer { Elementwise.round($0, into: left.halves) }
            b.withUnsafeBufferPointer { Elementwise.round($0, into: right.halves) }
            let c = arena.unwritten([m, n])
            try MatrixProduct().multiply(left, by: right, transposingRight: true, into: c)
            let wanted = twin(left.array(), false, right.array(), true, m: m, n: n, k: k)
            #expect(distance(c.array(), wanted) < 1e-5)
        }
    }

    @Test func shapesAreRememberedUpToTheCapacity() throws {
        try Compute.run(threads: 1) {
            let arena = Arena()
            let engine = try MatrixProduct(capacity: 3)
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
