internal import Tensors

/// A linear map and a nonlinearity, in the number format of the products.
///
/// Shapes: N = rows, I = channels in, O = channels out.
struct ActivatedMap {
    let weight: ParameterView
    let bias: ParameterView
    let activation: Activation

    struct Saved {
        /// What the map read, `[N, I]`, in the products' number format.
        let input: PaddedTensor
        /// Its product without bias, `[N, O]`, `Float32`.
        let linear: PaddedTensor
    }

    /// - Parameter states: `[N, I]`, `Float32`.
    /// - Returns: `[N, O]`, `Float32`.
    func forward(
        _ states: PaddedTensor, _ runtime: ModelRuntime
    ) throws -> (output: PaddedTensor, saved: Saved) {
        let input = runtime.operand(of: states)
        let linear = runtime.padded(states.rows, weight.shape.rows, .float32)
        try runtime.multiply(
            input.all, by: weight.operand(runtime.precision), transposingRight: true, into: linear.all)
        let output = runtime.padded(states.rows, weight.shape.rows, .float32)
        try runtime.measure(\.elementwise) {
            try activation.forward(linear.used, bias: bias.value, into: output.used)
        }
        return (output, Saved(input: input, linear: linear))
    }

    /// Adds the gradients of both parameters.
    /// - Parameter gradient: of the output, `[N, O]`, `Float32`; overwritten.
    /// - Returns: that of the states, `[N, I]`, `Float32`.
    func backward(
        _ gradient: PaddedTensor, saved: Saved, _ runtime: ModelRuntime
    ) throws -> PaddedTensor {
        let biasGradient = bias.takeGradient()
        try runtime.measure(\.elementwise) {
            try activation.backward(
                saved.linear.used, bias: bias.value, outputGradient: gradient.used, into: gradient.used,
                biasGradient: biasGradient.tensor, accumulate: biasGradient.accumulate, arena: runtime.arena)
        }
        gradient.clearPadding()
        let operand = runtime.operand(of: gradient)
        let weightGradient = weight.takeGradient()
        try runtime.multiply(
            operand.all, transposingLeft: true, by: saved.input.all, accumulate: weightGradient.accumulate,
            into: weightGradient.tensor)
        let result = runtime.padded(gradient.rows, weight.shape.columns, .float32)
        try runtime.multiply(operand.all, by: weight.operand(runtime.precision), into: result.all)
        return result
    }
}
