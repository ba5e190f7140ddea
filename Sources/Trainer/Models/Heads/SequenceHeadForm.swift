internal import Tensors

/// What differs between the families' heads for sequences.
struct SequenceHeadForm: Hashable {
    /// The nonlinearity between the two linear maps.
    enum Activation: Hashable {
        case tanh
        /// Exact, whatever the encoder's is.
        case gelu
        case relu
    }

    /// That between the two; nil if the last linear map is the only one.
    let activation: Activation?
    /// Whether there is dropout before the first linear map as well.
    let dropsInput: Bool
    /// Whether the last linear map adds a bias to each score.
    var hasBias = true
}

extension SequenceHeadForm.Activation {
    /// activation(linear + bias), in the memory of `linear` where the backward pass does not need that.
    func forward(_ linear: Tensor, bias: Tensor, _ runtime: ModelRuntime) throws -> Tensor {
        switch self {
        case .tanh:
            try Elementwise.biasTanh(linear, bias: bias, into: linear)
            return linear
        case .relu:
            try Elementwise.biasReLU(linear, bias: bias, into: linear)
            return linear
        case .gelu:
            let output = runtime.arena.tensor(linear.shape)
            try Tensors.Activation.gelu.forward(linear, bias: bias, into: output)
            return output
        }
    }

    /// Turns the gradient of the output into that of the input.
    func backward(
        _ gradient: Tensor, linear: Tensor, bias: Tensor, output: Tensor, _ runtime: ModelRuntime
    ) throws {
        switch self {
        case .tanh:
            try Elementwise.tanhBackward(output: output, outputGradient: gradient, into: gradient)
        case .relu:
            try Elementwise.reluBackward(output: output, outputGradient: gradient, into: gradient)
        case .gelu:
            // The gradient of the bias is summed with those of the other heads.
            let unused = runtime.arena.tensor(bias.shape)
            try Tensors.Activation.gelu.backward(
                linear, bias: bias, outputGradient: gradient, into: gradient, biasGradient: unused,
                accumulate: false, arena: runtime.arena)
        }
    }
}
