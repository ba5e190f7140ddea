internal import CKernels

/// Filters of several widths slid over the tokens of each row, and the largest answer of each that is above 0.
///
/// A row is as if it had zeros on both sides without end, so an answer is never below the filter's bias, however short the
/// row. The products of tokens and weights come from one matrix product, and are added up here.
///
/// Shapes: R = rows, T = tokens, C = channels, F = filters of a width, S = widths, K = Σ width · F.
package struct TimeConvolution {
    /// Tokens that the filters see, one number for each width.
    package let widths: [Int32]
    /// F.
    package let filters: Int

    package init(widths: [Int], filters: Int) {
        precondition(filters > 0 && !widths.isEmpty && widths.allSatisfy { $0 > 0 }, "there are no filters")
        self.widths = widths.map { Int32($0) }
        self.filters = filters
    }

    /// S·F.
    package var outputs: Int { widths.count * filters }
    /// K.
    package var columns: Int { widths.reduce(0) { $0 + Int($1) } * filters }

    /// Where tokens of rows begin and end.
    package struct Rows {
        package let count: Int
        package let tokens: Int
        /// `[R + 1]`.
        package let offsets: UnsafePointer<Int32>

        package init(count: Int, tokens: Int, offsets: UnsafePointer<Int32>) {
            self.count = count
            self.tokens = tokens
            self.offsets = offsets
        }
    }

    /// out = max(0, largest answer), `[R, S·F]`.
    ///
    /// - Parameters:
    ///   - products: tokens times weights, `[T, K]`; by width, place in the window, filter.
    ///   - bias: `[S·F]`.
    ///   - starts: receives where each largest answer begins, `[R, S·F]`, for ``backward(_:input:weights:starts:gradient:into:)``.
    /// - Throws: ``ShapeError``.
    package func forward(
        _ rows: Rows, products: Tensor, bias: Tensor, starts: UnsafeMutablePointer<Int32>, into out: Tensor
    ) throws(ShapeError) {
        try expect(
            "convolution", "products", products, [rows.tokens, columns], "[T, K] with K = \(columns)")
        try expect("convolution", "bias", bias, [outputs], "[S·F] with S·F = \(outputs)")
        try expect("convolution", "out", out, [rows.count, outputs], "[R, S·F] with S·F = \(outputs)")
        run(rows, channels: 1) { operation in
            operation.products = UnsafePointer(products.floats)
            operation.bias = UnsafePointer(bias.floats)
            operation.out = out.floats
            operation.starts = starts
            ck_convolution_forward(&operation)
        }
    }

    /// Gradients by the token that each largest answer came from, all others having none.
    package struct Gradients {
        /// Of the tokens, `[T, C]`, overwritten; nil if it is not needed.
        package var input: Tensor?
        /// `[K, C]`, added to.
        package var weights: Tensor
        /// `[S·F]`, added to.
        package var bias: Tensor

        package init(input: Tensor?, weights: Tensor, bias: Tensor) {
            self.input = input
            self.weights = weights
            self.bias = bias
        }
    }

    /// Adds up the gradients; rows and filters in order, whatever the number of threads.
    ///
    /// - Parameters:
    ///   - input: `[T, C]`.
    ///   - weights: `[K, C]`.
    ///   - starts: of the forward pass.
    ///   - gradient: of its result, `[R, S·F]`.
    /// - Throws: ``ShapeError``.
    package func backward(
        _ rows: Rows, input: Tensor, weights: Tensor, starts: UnsafeMutablePointer<Int32>, gradient: Tensor,
        into gradients: Gradients
    ) throws(ShapeError) {
        let channels = input.columns
        try expect("convolution", "weights", weights, [columns, channels], "[K, C], as 'input'")
        try expect("convolution", "gradient", gradient, [rows.count, outputs], "[R, S·F]")
        try expect("convolution", "weight gradient", gradients.weights, weights.shape, "that of 'weights'")
        try expect("convolution", "bias gradient", gradients.bias, [outputs], "[S·F]")
        if let result = gradients.input {
            try expect("convolution", "input gradient", result, input.shape, "that of 'input'")
        }
        run(rows, channels: channels) { operation in
            operation.x = UnsafePointer(input.floats)
            operation.weights = UnsafePointer(weights.floats)
            operation.starts = starts
            operation.dout = UnsafePointer(gradient.floats)
            operation.dx = gradients.input?.floats
            operation.dweights = gradients.weights.floats
            operation.dbias = gradients.bias.floats
            ck_convolution_backward(&operation)
        }
    }

    private func run(_ rows: Rows, channels: Int, _ body: (inout ck_convolution) -> Void) {
        widths.withUnsafeBufferPointer { widths in
            var operation = ck_convolution()
            operation.rows = Int64(rows.count)
            operation.channels = Int64(channels)
            operation.filters = Int64(filters)
            operation.widths = Int64(widths.count)
            operation.columns = Int64(columns)
            operation.width = widths.baseAddress
            operation.offsets = rows.offsets
            body(&operation)
        }
    }
}
