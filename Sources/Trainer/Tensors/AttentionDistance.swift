/// How far the attention of two models is apart on the same packed batch: the scores before the softmax, q kᵀ / √D.
///
/// Shapes: T = tokens of all sequences, N = sequences, A = heads, the same of both, D = channels of a head, of each its own.
/// Queries and keys may be columns of one matrix; all are `Float32`.
///
/// Source: Jiao et al., "TinyBERT: Distilling BERT for Natural Language Understanding" (2020), equation 7, arXiv:1909.10351.
package struct AttentionDistance {
    package var heads: Int
    /// Where each sequence begins, `[N + 1]`.
    package var offsets: UnsafePointer<Int32>
    package var sequences: Int

    package init(heads: Int, offsets: UnsafePointer<Int32>, sequences: Int) {
        self.heads = heads
        self.offsets = offsets
        self.sequences = sequences
    }

    /// Queries and keys of one model, `[T, A·D]` each, or their gradients.
    package struct Side {
        package var queries: Tensor
        package var keys: Tensor

        package init(queries: Tensor, keys: Tensor) {
            self.queries = queries
            self.keys = keys
        }
    }

    /// Σ (student's score - teacher's)² over sequences, heads, queries and keys, and its gradient.
    ///
    /// - Parameters:
    ///   - scale: factor of the gradient.
    ///   - gradient: receives that of the student's queries and keys, in their shapes.
    /// - Throws: ``ShapeError``.
    /// - Complexity: O(Σ length² · A · D).
    package func forwardBackward(
        _ student: Side, _ teacher: Side, scale: Double, gradient: Side
    ) throws(ShapeError) -> Double {
        let tokens = Int(offsets[sequences])
        let text = "[T, A·D] with T = \(tokens) tokens and A = \(heads) heads"
        for (name, tensor) in [("student", student.queries), ("teacher", teacher.queries)]
        where tensor.rows != tokens || tensor.columns % heads != 0 {
            throw ShapeError(
                operation: "attentionDistance", argument: name, found: tensor.shape, expected: text)
        }
        try expect("attentionDistance", "student keys", student.keys, student.queries.shape, text)
        try expect("attentionDistance", "teacher keys", teacher.keys, teacher.queries.shape, text)
        try expect("attentionDistance", "query gradient", gradient.queries, student.queries.shape, text)
        try expect("attentionDistance", "key gradient", gradient.keys, student.keys.shape, text)
        return Compute.sum(blocks: sequences) { sequence in
            let range = Int(offsets[sequence])..<Int(offsets[sequence + 1])
            return (0..<heads).reduce(0) {
                $0
                    + Self.distance(
                        Head(student, $1, heads), Head(teacher, $1, heads), range, scale,
                        Head(gradient, $1, heads))
            }
        }
    }

    /// One head of a side.
    private struct Head {
        let width: Int
        let queries: UnsafeMutablePointer<Float>
        let keys: UnsafeMutablePointer<Float>
        let queryStride: Int
        let keyStride: Int
        let scale: Float

        init(_ side: Side, _ number: Int, _ heads: Int) {
            width = side.queries.columns / heads
            queries = side.queries.floats + number * width
            keys = side.keys.floats + number * width
            (queryStride, keyStride) = (side.queries.stride, side.keys.stride)
            scale = 1 / Float(width).squareRoot()
        }

        func query(_ token: Int) -> UnsafeMutablePointer<Float> { queries + token * queryStride }
        func key(_ token: Int) -> UnsafeMutablePointer<Float> { keys + token * keyStride }
    }

    private static func distance(
        _ student: Head, _ teacher: Head, _ tokens: Range<Int>, _ scale: Double, _ gradient: Head
    ) -> Double {
        let width = student.width
        for token in tokens {
            gradient.query(token).update(repeating: 0, count: width)
            gradient.key(token).update(repeating: 0, count: width)
        }
        let factor = Float(2 * scale) * student.scale
        var sum = 0.0
        for asking in tokens {
            let (query, wanted) = (student.query(asking), teacher.query(asking))
            for asked in tokens {
                let key = student.key(asked)
                let difference =
                    dot(query, key, width) * student.scale
                    - dot(wanted, teacher.key(asked), teacher.width) * teacher.scale
                sum += Double(difference) * Double(difference)
                add(key, times: factor * difference, to: gradient.query(asking), width)
                add(query, times: factor * difference, to: gradient.key(asked), width)
            }
        }
        return sum
    }

    /// Eight sums side by side, then their sum, then what is left: one order, whatever the CPU.
    private static func dot(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
    ) -> Float {
        var sums = SIMD8<Float>.zero
        let whole = count / 8 * 8
        let (one, other) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
        for place in stride(from: 0, to: whole, by: 8) {
            sums +=
                one.loadUnaligned(fromByteOffset: place * 4, as: SIMD8<Float>.self)
                * other.loadUnaligned(fromByteOffset: place * 4, as: SIMD8<Float>.self)
        }
        var sum = sums.sum()
        for place in whole..<count { sum += a[place] * b[place] }
        return sum
    }

    private static func add(
        _ a: UnsafePointer<Float>, times factor: Float, to b: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        for place in 0..<count { b[place] += factor * a[place] }
    }
}
