internal import CKernels

/// A nonlinear function of `input + bias`, and its derivative.
///
/// Shapes: T = tokens, F = channels. `input`, outputs and gradients are `[T, F]` of either number type;
/// `bias` is `[F]`.
///
/// Raw values are those of the kernels. At a kink the derivative is PyTorch's: that of the lower side, of
/// ``hardSwish`` and ``relu6`` that of the flat one.
package enum Activation: Int32, Hashable, Sendable, CaseIterable {
    /// x·Φ(x). Source: Hendrycks, Gimpel, "Gaussian error linear units" (2016), arXiv:1606.08415.
    case gelu = 0
    /// Its approximation by tanh.
    case geluTanh = 1
    /// At most 10.
    case geluClipped = 2
    /// x·σ(1.702 x).
    case quickGELU = 3
    /// x·σ(x), also called swish.
    case silu = 4
    /// x·tanh(log(1 + eˣ)). Source: Misra, "Mish" (2019), arXiv:1908.08681.
    case mish = 5
    /// x·min(max(x + 3, 0), 6) / 6.
    case hardSwish = 6
    case relu = 7
    /// At most 6.
    case relu6 = 8
    case reluSquared = 9
    /// 0.01 x below 0.
    case leakyReLU = 10
    case tanh = 11
    case sigmoid = 12
    case linear = 13

    /// output = f(input + bias).
    /// - Throws: ``ShapeError``.
    package func forward(_ input: Tensor, bias: Tensor, into output: Tensor) throws(ShapeError) {
        try check(input, bias, output, "output")
        ck_activation_forward(
            rawValue, input.base, input.type.code, bias.floats, output.base, output.type.code,
            Int64(input.rows),
            Int64(input.columns))
    }

    /// inputGradient = outputGradient · f'(input + bias), and its column sums, the gradient of the bias.
    ///
    /// `inputGradient` may be `outputGradient` when both have one number type.
    /// - Parameter output: receives f(input + bias) once more, of the input's type; it need not be kept since the
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
        try expect("activation", "biasGradient", biasGradient, bias.shape, "that of 'bias' \(bias.shape)")
        let mark = arena.mark
        let scratch = arena.floats(Int(ck_column_scratch(Int64(input.rows), Int64(input.columns))))
        ck_activation_backward(
            rawValue, input.base, input.type.code, bias.floats, outputGradient.base, outputGradient.type.code,
            inputGradient.base, inputGradient.type.code, output?.base, biasGradient.floats,
            accumulate ? 1 : 0,
            Int64(input.rows),
            Int64(input.columns), scratch)
        arena.release(to: mark)
    }

    private func check(_ input: Tensor, _ bias: Tensor, _ other: Tensor, _ name: String) throws(ShapeError) {
        let text = "[F] with F = \(input.columns), the last dimension of 'input' \(input.shape)"
        try expect("activation", "bias", bias, [input.columns], text)
        try expect("activation", name, other, input.shape, "that of 'input' \(input.shape)")
    }
}
