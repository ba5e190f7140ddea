internal import CKernels

/// Layer normalization of `dropout(input + bias) + residual`, the way a transformer layer ends each half.
///
/// Shapes: T = tokens, C = channels. All `Float32`, row-major, contiguous.
///
/// Source: Ba, Kiros, Hinton, "Layer Normalization" (2016), equations 3 and 4, arXiv:1607.06450.
package struct LayerNorm {
    /// Scale and shift of each channel, `[C]`.
    package var gain: Tensor
    package var shift: Tensor
    /// Added to the variance, in squared activation units; not negative.
    package var epsilon: Double

    package init(gain: Tensor, shift: Tensor, epsilon: Double) {
        self.gain = gain
        self.shift = shift
        self.epsilon = epsilon
    }

    /// What the forward pass keeps for the backward pass.
    package struct Saved {
        /// What was normalized, `[T, C]`.
        package let sum: Tensor
        /// Mean and inverse deviation of each token, `[T]`.
        package let mean: Tensor
        package let inverseDeviation: Tensor

        package init(sum: Tensor, in arena: Arena) {
            self.sum = sum
            mean = arena.tensor([sum.rows])
            inverseDeviation = arena.tensor([sum.rows])
        }
    }

    /// Operations fused with the normalization, each optional.
    package struct FusedInputs {
        /// Added to the input before dropout, `[C]`.
        package var bias: Tensor?
        /// Added after dropout, `[T, C]`.
        package var residual: Tensor?
        /// Dropout of input + bias.
        package var inputDropout: Dropout?
        /// Dropout of the output.
        package var outputDropout: Dropout?
        /// Needed for dropout: where each token is.
        package var places: TokenPlaces?

        package init(
            bias: Tensor? = nil, residual: Tensor? = nil, inputDropout: Dropout? = nil,
            outputDropout: Dropout? = nil,
            places: TokenPlaces? = nil
        ) {
            self.bias = bias
            self.residual = residual
            self.inputDropout = inputDropout
            self.outputDropout = outputDropout
            self.places = places
        }
    }

    /// Normalizes each token's channels to zero mean and unit variance, then scales and shifts them.
    ///
    /// - Parameters:
    ///   - input: `[T, C]`; may be the memory of `saved.sum`.
    ///   - saved: receives what the backward pass needs.
    ///   - output: `[T, C]`, `Float32`, or `nil`.
    ///   - halves: the same as bfloat16, or `nil`.
    /// - Throws: ``ShapeError``.
    /// - Complexity: O(T·C).
    package func forward(
        _ input: Tensor, _ around: FusedInputs = FusedInputs(), saved: Saved, output: Tensor?,
        halves: Tensor? = nil
    ) throws(ShapeError) {
        try checkParameters(input.shape)
        try checkFusedInputs(around, input.shape)
        try expect("layerNorm", "sum", saved.sum, input.shape, "that of 'input' \(input.shape)")
        if let output {
            try expect("layerNorm", "output", output, input.shape, "that of 'input' \(input.shape)")
        }
        if let halves {
            try expect("layerNorm", "halves", halves, input.shape, "that of 'input' \(input.shape)")
        }
        withOperation(around, saved) { operation in
            operation.x = UnsafePointer(input.floats)
            operation.y = output?.floats
            operation.y16 = halves?.halves
            ck_layernorm_forward(&operation)
        }
    }

    /// Turns the gradient of the output into those of the residual, the input and the parameters.
    ///
    /// - Parameters:
    ///   - outputGradient: `[T, C]`.
    ///   - streamGradient: of `saved.sum` where more than the normalization reads it, `[T, C]`; added to what is found.
    ///   - residualGradient: receives the gradient of the residual, `[T, C]`; may be one of the former.
    ///   - inputGradient: receives the gradient of the input, `[T, C]`, of either number type.
    ///   - gradients: of gain, shift and bias, `[C]` each.
    ///   - accumulate: whether `gradients` are added to or overwritten.
    /// - Throws: ``ShapeError``.
    /// - Complexity: O(T·C); sums over tokens are taken in blocks of 32, block by block.
    package func backward(
        _ outputGradient: Tensor, _ around: FusedInputs = FusedInputs(), saved: Saved,
        streamGradient: Tensor? = nil, residualGradient: Tensor,
        inputGradient: Tensor?, gradients: (gain: Tensor, shift: Tensor, bias: Tensor?), accumulate: Bool,
        arena: Arena
    ) throws(ShapeError) {
        let shape = outputGradient.shape
        let channels: Shape = [shape.columns]
        let same = "that of 'outputGradient' \(shape)"
        try checkParameters(shape)
        try checkFusedInputs(around, shape)
        try expect("layerNorm.backward", "residualGradient", residualGradient, shape, same)
        if let inputGradient { try expect("layerNorm.backward", "inputGradient", inputGradient, shape, same) }
        if let streamGradient {
            try expect("layerNorm.backward", "streamGradient", streamGradient, shape, same)
        }
        for (name, tensor) in [
            ("gain", gradients.gain), ("shift", gradients.shift), ("bias", gradients.bias),
        ] {
            if let tensor {
                try expect("layerNorm.backward", "gradient of \(name)", tensor, channels, "\(channels)")
            }
        }
        let mark = arena.mark
        let scratch = arena.floats(Int(ck_layernorm_scratch(Int64(shape.rows), Int64(shape.columns))))
        withOperation(around, saved) { operation in
            operation.dy = UnsafePointer(outputGradient.floats)
            operation.dstream = streamGradient.map { UnsafePointer($0.floats) }
            operation.dsum = residualGradient.floats
            operation.dx = inputGradient?.base
            operation.dx_type = inputGradient?.type.code ?? 0
            operation.dgain = gradients.gain.floats
            operation.dshift = gradients.shift.floats
            operation.dbias = gradients.bias?.floats
            operation.accumulate = accumulate ? 1 : 0
            ck_layernorm_backward(&operation, scratch)
        }
        arena.release(to: mark)
    }

    private func checkParameters(_ input: Shape) throws(ShapeError) {
        let expected: Shape = [input.columns]
        let text = "[C] with C = \(input.columns), the last dimension of 'input' \(input)"
        try expect("layerNorm", "gain", gain, expected, text)
        try expect("layerNorm", "shift", shift, expected, text)
    }

    private func checkFusedInputs(_ around: FusedInputs, _ input: Shape) throws(ShapeError) {
        if let bias = around.bias {
            let text = "[C] with C = \(input.columns), the last dimension of 'input' \(input)"
            try expect("layerNorm", "bias", bias, [input.columns], text)
        }
        if let residual = around.residual {
            try expect("layerNorm", "residual", residual, input, "that of 'input' \(input)")
        }
        if around.inputDropout != nil || around.outputDropout != nil {
            let text = "one place for each row of 'input' \(input)"
            try expectCount("layerNorm", "places", around.places?.count ?? 0, input.rows, text)
        }
    }

    private func withOperation(_ around: FusedInputs, _ saved: Saved, _ body: (inout ck_layernorm) -> Void) {
        withDropout(around.inputDropout) { inside in
            withDropout(around.outputDropout) { outside in
                var operation = ck_layernorm()
                operation.tokens = Int64(saved.sum.rows)
                operation.n = Int64(saved.sum.columns)
                operation.epsilon = Float(epsilon)
                operation.gain = UnsafePointer(gain.floats)
                operation.shift = UnsafePointer(shift.floats)
                operation.row = around.places?.rows
                operation.pos = around.places?.positions
                operation.drop_in = inside
                operation.drop_out = outside
                operation.bias = around.bias.map { UnsafePointer($0.floats) }
                operation.residual = around.residual.map { UnsafePointer($0.floats) }
                operation.sum = saved.sum.floats
                operation.mean = saved.mean.floats
                operation.rstd = saved.inverseDeviation.floats
                body(&operation)
            }
        }
    }
}
