internal import Tensors

/// Pooler (tanh of a linear map of the first token), dropout, linear map to scores. All in `Float32`: it is
/// small.
///
/// Shapes: R = rows, H = hidden, K = classes.
struct ClassificationHead {
    let configuration: BERTConfiguration
    let parameters: ParameterSet

    struct Saved {
        /// Before and after dropout, `[R, H]`.
        let pooled: Tensor
        let dropped: Tensor
    }

    private func view(_ map: ParameterRole.Head, _ tensor: ParameterRole.Dense) -> ParameterView {
        ParameterView(parameters, .head(map, tensor))
    }

    /// - Parameter input: first-token vectors, `[R, H]`.
    /// - Returns: scores, `[R, K]`.
    func forward(_ input: Tensor, _ pass: EncoderLayer.Pass) throws -> (logits: Tensor, saved: Saved) {
        let runtime = pass.runtime
        let pooled = runtime.arena.tensor([input.rows, configuration.hiddenSize])
        try runtime.multiply(input, by: view(.pooler, .weight).value, transposingRight: true, into: pooled)
        try Elementwise.biasTanh(pooled, bias: view(.pooler, .bias).value, into: pooled)
        var dropped = pooled
        if let dropout = pass.dropouts.pooled {
            dropped = runtime.arena.tensor(pooled.shape)
            try dropout.apply(pooled, places: pass.batch.firstPlaces, into: dropped)
        }
        let weight = view(.classifier, .weight)
        let logits = runtime.arena.tensor([input.rows, weight.shape.rows])
        try runtime.multiply(
            dropped, by: weight.value, transposingRight: true, bias: view(.classifier, .bias).value,
            into: logits
        )
        return (logits, Saved(pooled: pooled, dropped: dropped))
    }

    /// Adds the gradients of the head's parameters; returns that of its input, `[R, H]`.
    func backward(
        _ logitGradient: Tensor, input: Tensor, saved: Saved, _ pass: EncoderLayer.Pass
    ) throws -> PaddedTensor {
        let runtime = pass.runtime
        try parameterGradients(.classifier, of: logitGradient, saved.dropped, runtime)
        let gradient = runtime.arena.tensor(saved.pooled.shape)
        try runtime.multiply(logitGradient, by: view(.classifier, .weight).value, into: gradient)
        if let dropout = pass.dropouts.pooled {
            try dropout.apply(gradient, places: pass.batch.firstPlaces, into: gradient)
        }
        try Elementwise.tanhBackward(output: saved.pooled, outputGradient: gradient, into: gradient)
        try parameterGradients(.pooler, of: gradient, input, runtime)
        let result = runtime.padded(input.rows, configuration.hiddenSize, .float32)
        try runtime.multiply(gradient, by: view(.pooler, .weight).value, into: result.used)
        return result
    }

    private func parameterGradients(
        _ map: ParameterRole.Head, of output: Tensor, _ input: Tensor, _ runtime: ModelRuntime
    ) throws {
        let weightGradient = view(map, .weight).takeGradient()
        let biasGradient = view(map, .bias).takeGradient()
        try runtime.multiply(
            output, transposingLeft: true, by: input, accumulate: weightGradient.accumulate,
            into: weightGradient.tensor)
        try Elementwise.columnSums(
            output, into: biasGradient.tensor, accumulate: biasGradient.accumulate, arena: runtime.arena)
    }
}
