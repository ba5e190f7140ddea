/// How far two matrices are apart, all `Float32`.
package enum SquaredDistance {
    /// Rows that one thread takes at a time, whatever the number of threads.
    private static let block = 16

    /// Σ (a - b)², and its gradient by `a`.
    ///
    /// - Parameters:
    ///   - a: `[R, C]`, contiguous.
    ///   - b: `[R, C]`, contiguous.
    ///   - scale: factor of the gradient.
    ///   - gradient: receives scale · 2 · (a - b), `[R, C]`, contiguous; may be `a`.
    /// - Throws: ``ShapeError``.
    package static func forwardBackward(
        _ a: Tensor, _ b: Tensor, scale: Double, gradient: Tensor
    ) throws(ShapeError) -> Double {
        let text = "that of 'a' \(a.shape)"
        try expect("squaredDistance", "b", b, a.shape, text)
        try expect("squaredDistance", "gradient", gradient, a.shape, text)
        let (rows, columns) = (a.rows, a.columns)
        let factor = Float(2 * scale)
        let (one, other, result) = (a.floats, b.floats, gradient.floats)
        return Compute.sum(blocks: (rows + block - 1) / block) { number in
            var sum = 0.0
            for place in number * block * columns..<min(rows, (number + 1) * block) * columns {
                let difference = one[place] - other[place]
                sum += Double(difference) * Double(difference)
                result[place] = factor * difference
            }
            return sum
        }
    }
}

extension Compute {
    /// Σ of what `body` gives for each number in 0 ..< blocks, added in their order, shared out among the threads of the
    /// running ``run(threads:_:)``: the same bits for any number of them.
    static func sum(blocks: Int, _ body: (Int) -> Double) -> Double {
        var sums = [Double](repeating: 0, count: blocks)
        sums.withUnsafeMutableBufferPointer { sums in
            nonisolated(unsafe) let sums = sums
            parallel(blocks) { sums[$0] = body($0) }
        }
        return sums.reduce(0, +)
    }
}
