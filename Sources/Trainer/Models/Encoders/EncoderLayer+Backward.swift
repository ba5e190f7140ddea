internal import Tensors

extension EncoderLayer {
    /// Adds the gradients of this layer's parameters; returns that of its input.
    ///
    /// - Parameter outputGradient: `[Q, H]`, `Float32`; overwritten.
    /// - Returns: `[T, H]`, in the same memory when Q = T.
    func backward(_ outputGradient: PaddedTensor, saved: Saved, _ step: StepContext) throws -> PaddedTensor {
        let runtime = step.runtime
        let (hidden, type) = (plan.hiddenSize, runtime.operandType)
        let queries = outputGradient.rows
        let branch = runtime.padded(queries, hidden, type)  // gradient before each half's end

        // Feed-forward half. `stream` is the gradient that flows along the residual sums.
        let stream = outputGradient
        try endOfHalf(
            stream, saved.outputNorm, ParameterRole.Layer.outputNorm, bias: .down(.bias),
            dropout: step.dropouts.feedForwardOutput(number), branch: branch, step)
        let wide = runtime.padded(queries, plan.intermediateSize, type)
        let activated = runtime.padded(queries, plan.intermediateSize, type)
        try runtime.multiply(branch.all, by: view(.down(.weight)).operand(runtime.precision), into: wide.all)
        let upBias = view(.up(.bias))
        try runtime.measure(\.elementwise) {
            let (gradient, accumulate) = upBias.takeGradient()
            try activation.backward(
                saved.up.used, bias: upBias.value, outputGradient: wide.used, into: wide.used,
                output: activated.used, biasGradient: gradient, accumulate: accumulate, arena: runtime.arena)
        }
        try weightGradient(view(.down(.weight)), of: branch, activated, runtime)
        try weightGradient(view(.up(.weight)), of: wide, saved.middle, runtime)
        try runtime.multiply(
            wide.all, by: view(.up(.weight)).operand(runtime.precision), accumulate: true, into: stream.all)

        // Attention half.
        try endOfHalf(
            stream, saved.attentionNorm, ParameterRole.Layer.attentionNorm, bias: .attentionOutput(.bias),
            dropout: step.dropouts.attentionOutput(number), branch: branch, step)
        try weightGradient(view(.attentionOutput(.weight)), of: branch, saved.context, runtime)
        let contextGradient = runtime.padded(queries, hidden, type)
        try runtime.multiply(
            branch.all, by: view(.attentionOutput(.weight)).operand(runtime.precision),
            into: contextGradient.all)
        let attendedGradient = try scattered(contextGradient, like: saved.attended, step)
        let gradients = projectionGradients(like: saved.projections, runtime)
        try runtime.measure(\.attention) {
            try attention(step).backward(
                queries: saved.projections.query, keys: saved.projections.key,
                values: saved.projections.value,
                logSums: saved.logSums, outputGradient: attendedGradient.used, queryGradient: gradients.query,
                keyGradient: gradients.key, valueGradient: gradients.value, arena: runtime.arena)
        }
        try step.observer?.addGradient(of: number, toQueries: gradients.query, keys: gradients.key)
        return try backwardOfProjections(stream, gradients, saved, step)
    }

    /// Backward of norm(dropout(product + bias) + residual): `stream` turns from the gradient of the norm's
    /// output into that of the residual, `branch` receives that of the product.
    private func endOfHalf(
        _ stream: PaddedTensor, _ saved: LayerNorm.Saved, _ role: NormRole, bias: ParameterRole.Layer,
        dropout: Dropout?, branch: PaddedTensor, _ step: StepContext
    ) throws {
        let runtime = step.runtime
        let gainGradient = view(role(.gain)).takeGradient()
        let shiftGradient = view(role(.shift)).takeGradient()
        let biasGradient = view(bias).takeGradient()
        precondition(
            gainGradient.accumulate == shiftGradient.accumulate
                && gainGradient.accumulate == biasGradient.accumulate,
            "gradients of one layer are cleared together")
        try runtime.measure(\.elementwise) {
            try norm(role).backward(
                stream.used, .init(inputDropout: dropout, places: step.places), saved: saved,
                residualGradient: stream.used, inputGradient: branch.used,
                gradients: (gainGradient.tensor, shiftGradient.tensor, biasGradient.tensor),
                accumulate: gainGradient.accumulate, arena: runtime.arena)
        }
    }

    /// Gradient of a weight [out, in]: (gradient of the product's output)ᵀ · (its input), summed over rows.
    private func weightGradient(
        _ weight: ParameterView, of output: PaddedTensor, _ input: PaddedTensor, _ runtime: ModelRuntime
    ) throws {
        let (gradient, accumulate) = weight.takeGradient()
        try runtime.multiply(
            output.all, transposingLeft: true, by: input.all, accumulate: accumulate, streamingStore: true,
            into: gradient)
    }

    /// The gradient of all tokens from that of the step's chosen ones; itself where it wants others.
    private func scattered(
        _ gradient: PaddedTensor, like all: PaddedTensor, _ step: StepContext
    ) throws -> PaddedTensor {
        guard step.wanted == .chosenTokens else { return gradient }
        let rows = step.runtime.padded(all.rows, plan.hiddenSize, gradient.all.type)
        rows.all.fillZero()
        Elementwise.scatter(gradient.used, rows: step.wantedTokens, into: rows.used)
        return rows
    }

    private func projectionGradients(like projections: Projections, _ runtime: ModelRuntime) -> Projections {
        let type = runtime.operandType
        func twin(_ tensor: PaddedTensor) -> PaddedTensor {
            runtime.padded(tensor.rows, tensor.all.columns, type)
        }
        let keysAndValues = twin(projections.keysAndValues)
        return Projections(
            queries: projections.together ? keysAndValues : twin(projections.queries),
            keysAndValues: keysAndValues,
            together: projections.together, hidden: projections.hidden)
    }

    private func backwardOfProjections(
        _ stream: PaddedTensor, _ gradients: Projections, _ saved: Saved, _ step: StepContext
    ) throws -> PaddedTensor {
        let runtime = step.runtime
        func through(
            _ gradient: PaddedTensor, _ weight: ParameterView, _ bias: ParameterView, _ input: PaddedTensor,
            accumulate: Bool, into target: PaddedTensor
        ) throws {
            let (sums, adds) = bias.takeGradient()
            try runtime.measure(\.elementwise) {
                try Elementwise.columnSums(
                    gradient.used, into: Tensor(sums.floats, [gradient.used.columns]), accumulate: adds,
                    arena: runtime.arena)
            }
            try weightGradient(weight, of: gradient, input, runtime)
            try runtime.multiply(
                gradient.all, by: weight.operand(runtime.precision), accumulate: accumulate, into: target.all)
        }
        if gradients.together {
            let stream = try scattered(stream, like: saved.input, step)
            try through(
                gradients.queries, view(.query(.weight), through: .value(.weight)),
                view(.query(.bias), through: .value(.bias)),
                saved.input, accumulate: true, into: stream)
            return stream
        }
        let input = runtime.padded(saved.input.rows, plan.hiddenSize, .float32)
        try through(
            gradients.queries, view(.query(.weight)), view(.query(.bias)), saved.queryInput, accumulate: true,
            into: stream)
        try through(
            gradients.keysAndValues, view(.key(.weight), through: .value(.weight)),
            view(.key(.bias), through: .value(.bias)),
            saved.input, accumulate: false, into: input)
        try Elementwise.scatterAdd(stream.used, rows: step.batch.firstTokens, into: input.used)
        return input
    }
}
