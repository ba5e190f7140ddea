internal import CKernels

/// The sum of a token's word, position and segment vectors.
///
/// Shapes: V = words, P = positions, S = segments, C = channels, T = tokens. The caller vouches for the
/// ranges of the numbers: they are checked when a batch is taken in.
package struct EmbeddingSum {
    /// Tables, or their gradients: `[V, C]`, `[P, C]`, `[S, C]`; some models have no segments.
    package var words: Tensor
    package var positions: Tensor
    package var segments: Tensor?

    package init(words: Tensor, positions: Tensor, segments: Tensor?) {
        self.words = words
        self.positions = positions
        self.segments = segments
    }

    /// Numbers that name each token's three vectors, `[T]` each.
    package struct Tokens {
        package let ids: UnsafePointer<Int32>
        package let positions: UnsafePointer<UInt32>
        /// `nil` means all 0.
        package let segments: UnsafePointer<UInt8>?
        package let count: Int

        package init(
            ids: UnsafePointer<Int32>, positions: UnsafePointer<UInt32>, segments: UnsafePointer<UInt8>?,
            count: Int
        ) {
            self.ids = ids
            self.positions = positions
            self.segments = segments
            self.count = count
        }
    }

    /// Looks up and adds.
    /// - Parameter output: `[T, C]`.
    /// - Throws: ``ShapeError``.
    package func forward(_ tokens: Tokens, into output: Tensor) throws(ShapeError) {
        try check(tokens, output, "output")
        ck_embedding_forward(
            words.floats, positions.floats, segments?.floats, tokens.ids, tokens.positions, tokens.segments,
            output.floats, Int64(tokens.count), Int64(output.columns))
    }

    /// Adds each token's gradient to its three vectors; this value's tables are the gradients.
    ///
    /// Tokens are added in order, so the result does not depend on threads.
    /// - Parameter outputGradient: `[T, C]`.
    /// - Throws: ``ShapeError``.
    package func addGradients(_ tokens: Tokens, of outputGradient: Tensor) throws(ShapeError) {
        try check(tokens, outputGradient, "outputGradient")
        ck_embedding_backward(
            outputGradient.floats, tokens.ids, tokens.positions, tokens.segments, words.floats,
            positions.floats,
            segments?.floats, Int64(tokens.count), Int64(outputGradient.columns))
    }

    private func check(_ tokens: Tokens, _ output: Tensor, _ name: String) throws(ShapeError) {
        let channels = words.columns
        let text = "[T, C] with T = \(tokens.count) tokens and C = \(channels), from 'words' \(words.shape)"
        try expect("embedding", name, output, [tokens.count, channels], text)
        for (name, table) in [("positions", positions), ("segments", segments)] {
            guard let table, table.columns != channels else { continue }
            throw ShapeError(
                operation: "embedding", argument: name, found: table.shape,
                expected: "\(channels) columns, as 'words' \(words.shape)")
        }
    }
}
