internal import CKernels

/// Gaussian error linear unit of `input + bias`, exact (x·Φ(x)) or by the tanh approximation.
///
/// Shapes: T = tokens, F = channels. `input`, outputs and gradients are `[T, F]` of either number type;
/// `bias` is `[F]`.
///
/// Source: Hendrycks, Gimpel, "Gaussian error linear units" (2016), arXiv:1606.08415.
package enum GELU: Int32, Hashable, Sendable, CaseIterable {
    case exact = 0
    case tanh = 1

    /// output = gelu(input + bias).
    /// - Throws: ``ShapeError``.
    package func forward(_ input: Tensor, bias: Tensor, into output: Tensor) throws(ShapeError) {
        try check(input, bias, output, "output")
        ck_gelu_forward(
            rawValue, input.base, input.type.code, bias.floats, output.base, output.type.code,
            Int64(input.rows),
            Int64(input.columns))
    }

    /// inputGradient = outputGradient · gelu'(input + bias), and its column sums, the gradient of the bias.
    ///
    /// `inputGradient` may be `outputGradient` when both have one number type.
    /// - Parameter output: receives gelu(input + bias) once more, of the input's type; it need not be kept since the
    ///   forward pass.
    /// - Throws: ``ShapeError``.
    package func backward(
        _ input: Tensor, bias: Tensor, outputGradient: Tensor, into inputGradient: Tensor,
        output: Tensor? = nil, biasGradient: Tensor, accumulate: Bool, arena: Arena
    ) throws(ShapeError) {
        try check(input, bias, outputGradient, "outputGradient")
        try check(input, bias, inputGradient, "inputGradient")
        if let output {
            try check(input, bias, output, "output")
            precondition(output.type == input.type, "output of the backward pass has the input's type")
        }
        try expect("gelu", "biasGradient", biasGradient, bias.shape, "that of 'bias' \(bias.shape)")
        let mark = arena.mark
        let scratch = arena.floats(Int(ck_column_scratch(Int64(input.rows), Int64(input.columns))))
        ck_gelu_backward(
            rawValue, input.base, input.type.code, bias.floats, outputGradient.base, outputGradient.type.code,
            inputGradient.base, inputGradient.type.code, output?.base, biasGradient.floats,
            accumulate ? 1 : 0,
            Int64(input.rows),
            Int64(input.columns), scratch)
        arena.release(to: mark)
    }

    private func check(_ input: Tensor, _ bias: Tensor, _ other: Tensor, _ name: String) throws(ShapeError) {
        let text = "[F] with F = \(input.columns), the last dimension of 'input' \(input.shape)"
        try expect("gelu", "bias", bias, [input.columns], text)
        try expect("gelu", name, other, input.shape, "that of 'input' \(input.shape)")
    }
}
