internal import CKernels

/// Scaled dot-product attention within each sequence of a packed batch, of all its tokens or of those so far: no padding.
///
/// Shapes: T = tokens of all sequences, N = sequences, Q = queries (T, or N when only first tokens ask), A =
/// heads, D = channels of a head. Queries, keys and values may be columns of one matrix.
///
/// Source: Vaswani et al., "Attention is all you need" (2017), equation 1, arXiv:1706.03762.
package struct Attention {
    package var heads: Int
    /// Where each sequence begins, `[N + 1]`.
    package var offsets: UnsafePointer<Int32>
    package var sequences: Int
    /// One query for each sequence, its first token; the others' output is not computed.
    package var firstTokensOnly: Bool
    /// Whether a token attends to itself and those before it only; not with ``firstTokensOnly``.
    package var isCausal: Bool
    /// Dropout of the softmax; `firstRow` numbers the first sequence in its counters.
    package var dropout: Dropout?
    package var firstRow: UInt32

    package init(
        heads: Int, offsets: UnsafePointer<Int32>, sequences: Int, firstTokensOnly: Bool = false,
        isCausal: Bool = false, dropout: Dropout? = nil, firstRow: UInt32 = 0
    ) {
        self.heads = heads
        self.offsets = offsets
        self.sequences = sequences
        precondition(!(isCausal && firstTokensOnly), "a first token would attend to itself alone")
        self.firstTokensOnly = firstTokensOnly
        self.isCausal = isCausal
        self.dropout = dropout
        self.firstRow = firstRow
    }

    /// output = dropout(softmax(q kᵀ / √D)) v for each sequence and head.
    ///
    /// - Parameters:
    ///   - queries: `[Q, A·D]`, of either number type; all sums are taken in `Float32`.
    ///   - keys: `[T, A·D]`, of the same type.
    ///   - values: `[T, A·D]`, as far apart as `keys`.
    ///   - output: `[Q, A·D]`, contiguous, of either number type.
    ///   - logSums: `[A, Q]`, kept for the backward pass: the logarithm of each query's sum of exponentials.
    /// - Throws: ``ShapeError``.
    package func forward(
        queries: Tensor, keys: Tensor, values: Tensor, output: Tensor, logSums: Tensor, arena: Arena
    ) throws(ShapeError) {
        try check(queries, keys, values, logSums)
        try expect("attention", "output", output, queries.shape, "that of 'queries' \(queries.shape)")
        let mark = arena.mark
        withOperation(queries, keys, values, logSums) { operation in
            operation.out = output.base
            operation.out_type = output.type.code
            ck_attention_forward(&operation, scratch(&operation, arena))
        }
        arena.release(to: mark)
    }

    /// Gradients of queries, keys and values; the softmax is computed again rather than kept.
    ///
    /// - Parameters:
    ///   - outputGradient: `[Q, A·D]`, contiguous, of the number type of the queries.
    ///   - queryGradient: `[Q, A·D]`, of either number type; overwritten.
    ///   - keyGradient: `[T, A·D]`, of the same type; overwritten.
    ///   - valueGradient: `[T, A·D]`, of the same type, as far apart as `keyGradient`; overwritten.
    /// - Throws: ``ShapeError``.
    package func backward(
        queries: Tensor, keys: Tensor, values: Tensor, logSums: Tensor, outputGradient: Tensor,
        queryGradient: Tensor,
        keyGradient: Tensor, valueGradient: Tensor, arena: Arena
    ) throws(ShapeError) {
        try check(queries, keys, values, logSums)
        let like = "that of 'queries' \(queries.shape)"
        try expect("attention.backward", "outputGradient", outputGradient, queries.shape, like)
        try expect("attention.backward", "queryGradient", queryGradient, queries.shape, like)
        try expect(
            "attention.backward", "keyGradient", keyGradient, keys.shape, "that of 'keys' \(keys.shape)")
        try expect(
            "attention.backward", "valueGradient", valueGradient, keys.shape, "that of 'keys' \(keys.shape)")
        precondition(keyGradient.stride == valueGradient.stride && keyGradient.type == queryGradient.type)
        precondition(outputGradient.type == queries.type, "gradients come in the type of what they belong to")
        let mark = arena.mark
        withOperation(queries, keys, values, logSums) { operation in
            operation.dout = UnsafeRawPointer(outputGradient.base)
            operation.dq = queryGradient.base
            operation.dk = keyGradient.base
            operation.dv = valueGradient.base
            operation.d_type = queryGradient.type.code
            operation.lddq = Int64(queryGradient.stride)
            operation.lddkv = Int64(keyGradient.stride)
            ck_attention_backward(&operation, scratch(&operation, arena))
        }
        arena.release(to: mark)
    }

    private func check(_ queries: Tensor, _ keys: Tensor, _ values: Tensor, _ logSums: Tensor)
        throws(ShapeError)
    {
        let tokens = Int(offsets[sequences])
        let asking = firstTokensOnly ? sequences : tokens
        let width = queries.columns
        if width % heads != 0 {
            throw ShapeError(
                operation: "attention", argument: "queries", found: queries.shape,
                expected: "[Q, A·D], its last dimension a multiple of \(heads) heads")
        }
        try expect("attention", "queries", queries, [asking, width], "[Q, A·D] with Q = \(asking) queries")
        let text = "[T, A·D] with T = \(tokens) tokens and A·D = \(width), from 'queries' \(queries.shape)"
        try expect("attention", "keys", keys, [tokens, width], text)
        try expect("attention", "values", values, [tokens, width], text)
        let sums: Shape = [heads, asking]
        try expect(
            "attention", "logSums", logSums, sums, "[A, Q] with A = \(heads) heads and Q = \(asking) queries")
        precondition(keys.stride == values.stride, "keys and values lie equally far apart")
        precondition(queries.type == keys.type && keys.type == values.type, "one number type")
    }

    private func scratch(_ operation: inout ck_attention, _ arena: Arena) -> UnsafeMutablePointer<Float> {
        arena.floats(Int(ck_attention_scratch(&operation, Int32(Compute.threads))))
    }

    private func withOperation(
        _ queries: Tensor, _ keys: Tensor, _ values: Tensor, _ logSums: Tensor,
        _ body: (inout ck_attention) -> Void
    ) {
        withDropout(dropout) { dropout in
            var operation = ck_attention()
            operation.sequences = Int64(sequences)
            operation.heads = Int64(heads)
            operation.width = Int64(queries.columns / heads)
            operation.offsets = offsets
            operation.first_only = firstTokensOnly ? 1 : 0
            operation.causal = isCausal ? 1 : 0
            operation.scale = 1 / Float(queries.columns / heads).squareRoot()
            operation.first_row = firstRow
            operation.dropout = dropout
            operation.q = UnsafeRawPointer(queries.base)
            operation.k = UnsafeRawPointer(keys.base)
            operation.v = UnsafeRawPointer(values.base)
            operation.in_type = queries.type.code
            operation.ldq = Int64(queries.stride)
            operation.ldkv = Int64(keys.stride)
            operation.lse = logSums.floats
            body(&operation)
        }
    }
}
