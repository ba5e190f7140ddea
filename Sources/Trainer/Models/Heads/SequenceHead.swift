internal import Tensors

/// Pooler (tanh of a linear map of the first token), dropout, linear map to scores.
///
/// Shapes: R = rows, H = hidden, K = classes.
struct SequenceHead: Head {
    let plan: TransformerPlan
    let parameters: ParameterSet

    /// Roles, shapes and order of the head's parameters.
    static func layout(width: Int, scoreCount: Int) -> [ParameterSet.Item] {
        [
            .init(role: .head(.pooler, .weight), shape: [width, width]),
            .init(role: .head(.pooler, .bias), shape: [width]),
            .init(role: .head(.classifier, .weight), shape: [scoreCount, width]),
            .init(role: .head(.classifier, .bias), shape: [scoreCount]),
        ]
    }

    var wanted: Wanted { .firstTokens }
    var scoreCount: Int { view(.classifier, .weight).shape.rows }

    struct Saved {
        /// Before and after dropout, `[R, H]`.
        let pooled: Tensor
        let dropped: Tensor
    }

    private func view(_ map: ParameterRole.Head, _ tensor: ParameterRole.Dense) -> ParameterView {
        ParameterView(parameters, .head(map, tensor))
    }

    func features(_ saved: Saved) -> Tensor { saved.pooled }

    func forward(_ states: Tensor, _ context: StepContext) throws -> (scores: Tensor, saved: Saved) {
        let runtime = context.runtime
        let pooled = runtime.arena.tensor([states.rows, plan.hiddenSize])
        try runtime.multiply(states, by: view(.pooler, .weight).value, transposingRight: true, into: pooled)
        try Elementwise.biasTanh(pooled, bias: view(.pooler, .bias).value, into: pooled)
        var dropped = pooled
        if let dropout = context.dropouts.pooled {
            dropped = runtime.arena.tensor(pooled.shape)
            try dropout.apply(pooled, places: context.batch.firstPlaces, into: dropped)
        }
        let weight = view(.classifier, .weight)
        let scores = runtime.arena.tensor([states.rows, weight.shape.rows])
        try runtime.multiply(
            dropped, by: weight.value, transposingRight: true, bias: view(.classifier, .bias).value,
            into: scores
        )
        return (scores, Saved(pooled: pooled, dropped: dropped))
    }

    func backward(
        _ scoreGradient: Tensor, states: Tensor, saved: Saved, _ context: StepContext
    ) throws -> PaddedTensor {
        let runtime = context.runtime
        try parameterGradients(.classifier, of: scoreGradient, saved.dropped, runtime)
        let gradient = runtime.arena.tensor(saved.pooled.shape)
        try runtime.multiply(scoreGradient, by: view(.classifier, .weight).value, into: gradient)
        if let dropout = context.dropouts.pooled {
            try dropout.apply(gradient, places: context.batch.firstPlaces, into: gradient)
        }
        try Elementwise.tanhBackward(output: saved.pooled, outputGradient: gradient, into: gradient)
        try parameterGradients(.pooler, of: gradient, states, runtime)
        let result = runtime.padded(states.rows, plan.hiddenSize, .float32)
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
