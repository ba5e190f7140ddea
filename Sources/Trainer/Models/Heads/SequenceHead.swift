internal import Tensors

/// The state of a row's first token, or of its last where a token sees only those before it, through a linear map and a nonlinearity, dropout, and a linear map to scores; or, in a form
/// without a nonlinearity, through dropout and the last linear map alone. The same of the states of single tokens, where
/// the head is for those.
///
/// Shapes: R = rows, or tokens; H = hidden, K = scores.
struct SequenceHead: Head {
    let plan: TransformerPlan
    let form: SequenceHeadForm
    let parameters: ParameterSet

    /// Roles, shapes and order of the head's parameters.
    static func layout(_ form: SequenceHeadForm, width: Int, scoreCount: Int) -> [ParameterSet.Item] {
        let pooler: [ParameterSet.Item] = [
            .init(role: .head(.pooler, .weight), shape: [width, width]),
            .init(role: .head(.pooler, .bias), shape: [width]),
        ]
        return (form.activation == nil ? [] : pooler) + [
            .init(role: .head(.classifier, .weight), shape: [scoreCount, width])
        ] + (form.hasBias ? [.init(role: .head(.classifier, .bias), shape: [scoreCount])] : [])
    }

    var wanted: Wanted { plan.tokenHead?.use.wanted ?? (plan.isCausal ? .chosenTokens : .firstTokens) }
    var scoreCount: Int { view(.classifier, .weight).shape.rows }

    struct Saved {
        /// What the first linear map reads, `[R, H]`.
        let input: Tensor
        /// Its product without bias where the backward pass needs it, `[R, H]`.
        let linear: Tensor
        /// Before and after dropout, `[R, H]`.
        let pooled: Tensor
        let dropped: Tensor
    }

    private func view(_ map: ParameterRole.Head, _ tensor: ParameterRole.Dense) -> ParameterView {
        ParameterView(parameters, .head(map, tensor))
    }

    private func inputDropout(_ context: StepContext) -> Dropout? {
        form.dropsInput ? context.dropouts.headInput : nil
    }

    func features(_ saved: Saved) -> Tensor { saved.pooled }

    func forward(_ states: Tensor, _ context: StepContext) throws -> (scores: Tensor, saved: Saved) {
        let runtime = context.runtime
        let input = try dropped(states, inputDropout(context), context)
        let (linear, pooled) = try pool(input, runtime)
        let dropped = try dropped(pooled, context.dropouts.pooled, context)
        let scores = try scores(of: dropped, runtime)
        return (scores, Saved(input: input, linear: linear, pooled: pooled, dropped: dropped))
    }

    func scores(of features: Tensor, _ runtime: ModelRuntime) throws -> Tensor {
        let weight = view(.classifier, .weight)
        let scores = runtime.arena.tensor([features.rows, weight.shape.rows])
        try runtime.multiply(
            features, by: weight.value, transposingRight: true,
            bias: form.hasBias ? view(.classifier, .bias).value : nil, into: scores)
        return scores
    }

    /// The first linear map, and the nonlinearity of it.
    private func pool(_ input: Tensor, _ runtime: ModelRuntime) throws -> (linear: Tensor, pooled: Tensor) {
        guard let activation = form.activation else { return (input, input) }
        let linear = runtime.arena.tensor([input.rows, plan.hiddenSize])
        try runtime.multiply(input, by: view(.pooler, .weight).value, transposingRight: true, into: linear)
        return (linear, try activation.forward(linear, bias: view(.pooler, .bias).value, runtime))
    }

    private func dropped(_ tensor: Tensor, _ dropout: Dropout?, _ context: StepContext) throws -> Tensor {
        guard let dropout else { return tensor }
        let result = context.runtime.arena.tensor(tensor.shape)
        try dropout.apply(tensor, places: context.places, into: result)
        return result
    }

    func backward(
        _ scoreGradient: Tensor, states: Tensor, saved: Saved, _ context: StepContext
    ) throws -> PaddedTensor {
        let runtime = context.runtime
        try parameterGradients(.classifier, of: scoreGradient, saved.dropped, runtime)
        guard let activation = form.activation else {
            let result = runtime.padded(states.rows, states.columns, .float32)
            try pooledGradient(scoreGradient, into: result.used, context)
            return result
        }
        let gradient = runtime.arena.tensor(saved.pooled.shape)
        try pooledGradient(scoreGradient, into: gradient, context)
        try activation.backward(
            gradient, linear: saved.linear, bias: view(.pooler, .bias).value, output: saved.pooled, runtime)
        try parameterGradients(.pooler, of: gradient, saved.input, runtime)
        let result = runtime.padded(states.rows, plan.hiddenSize, .float32)
        try runtime.multiply(gradient, by: view(.pooler, .weight).value, into: result.used)
        if let dropout = inputDropout(context) {
            try dropout.apply(result.used, places: context.places, into: result.used)
        }
        return result
    }

    /// The gradient of what the last dropout reads.
    private func pooledGradient(
        _ scoreGradient: Tensor, into gradient: Tensor, _ context: StepContext
    ) throws {
        try context.runtime.multiply(scoreGradient, by: view(.classifier, .weight).value, into: gradient)
        if let dropout = context.dropouts.pooled {
            try dropout.apply(gradient, places: context.places, into: gradient)
        }
    }

    private func parameterGradients(
        _ map: ParameterRole.Head, of output: Tensor, _ input: Tensor, _ runtime: ModelRuntime
    ) throws {
        let weightGradient = view(map, .weight).takeGradient()
        try runtime.multiply(
            output, transposingLeft: true, by: input, accumulate: weightGradient.accumulate,
            into: weightGradient.tensor)
        if map == .classifier, !form.hasBias { return }
        let biasGradient = view(map, .bias).takeGradient()
        try Elementwise.columnSums(
            output, into: biasGradient.tensor, accumulate: biasGradient.accumulate, arena: runtime.arena)
    }
}
