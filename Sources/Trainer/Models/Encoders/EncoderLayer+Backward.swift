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
        let dropout = step.dropouts.feedForwardOutput(number)
        if plan.normalizesFirst {
            try endOfSum(stream, bias: .down(.bias), dropout: dropout, branch: branch, step)
        } else {
            try endOfHalf(
                stream, saved.outputNorm, ParameterRole.Layer.outputNorm, bias: .down(.bias),
                dropout: dropout, branch: branch, stream: stream, step)
        }
        let wide = runtime.padded(queries, plan.intermediateSize, type)
        let activated = runtime.padded(queries, plan.intermediateSize, type)
        try mapBack(branch, by: view(.down(.weight)), into: wide, runtime)
        let upBias = view(.up(.bias))
        try runtime.measure(\.elementwise) {
            let (gradient, accumulate) = upBias.takeGradient()
            try activation.backward(
                saved.up.used, bias: upBias.value, outputGradient: wide.used, into: wide.used,
                output: activated.used, biasGradient: gradient, accumulate: accumulate, arena: runtime.arena)
        }
        try weightGradient(view(.down(.weight)), of: branch, activated, runtime)
        try weightGradient(view(.up(.weight)), of: wide, saved.middle, runtime)
        // Normalized sums are read by the products alone, sums in place of which they are by the next sum as well.
        let middle = plan.normalizesFirst ? runtime.padded(queries, hidden, .float32) : stream
        try mapBack(
            wide, by: view(.up(.weight)), accumulate: !plan.normalizesFirst, into: middle, runtime)

        // Attention half.
        try endOfHalf(
            middle, saved.middleNorm, middleRole, bias: .attentionOutput(.bias),
            dropout: step.dropouts.attentionOutput(number), branch: branch, stream: stream, step)
        try weightGradient(view(.attentionOutput(.weight)), of: branch, saved.context, runtime)
        let contextGradient = runtime.padded(queries, hidden, type)
        try mapBack(branch, by: view(.attentionOutput(.weight)), into: contextGradient, runtime)
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

    /// Backward of norm(dropout(product + bias) + residual): `stream` becomes the gradient of the residual, `branch` receives
    /// that of the product.
    ///
    /// - Parameters:
    ///   - gradient: of the norm's output; the memory of `stream` where nothing else reads the sum.
    ///   - stream: that of the sum from where else it is read.
    private func endOfHalf(
        _ gradient: PaddedTensor, _ saved: LayerNorm.Saved, _ role: NormRole, bias: ParameterRole.Layer,
        dropout: Dropout?, branch: PaddedTensor, stream: PaddedTensor, _ step: StepContext
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
                gradient.used, .init(inputDropout: dropout, places: step.places), saved: saved,
                streamGradient: plan.normalizesFirst ? stream.used : nil,
                residualGradient: stream.used, inputGradient: branch.used,
                gradients: (gainGradient.tensor, shiftGradient.tensor, biasGradient.tensor),
                accumulate: gainGradient.accumulate, arena: runtime.arena)
        }
    }

    /// Backward of dropout(product + bias) + residual: the gradient of the residual is `stream` itself, `branch` receives
    /// that of the product.
    private func endOfSum(
        _ stream: PaddedTensor, bias: ParameterRole.Layer, dropout: Dropout?, branch: PaddedTensor,
        _ step: StepContext
    ) throws {
        let runtime = step.runtime
        let (sums, accumulate) = view(bias).takeGradient()
        try runtime.measure(\.elementwise) {
            let isNarrow = branch.all.type == .bfloat16
            let floats = isNarrow ? runtime.arena.tensor(stream.used.shape) : branch.used
            if let dropout {
                try dropout.apply(stream.used, places: step.places, into: floats)
            } else {
                floats.base.copyMemory(from: stream.used.base, byteCount: 4 * floats.shape.count)
            }
            try Elementwise.columnSums(floats, into: sums, accumulate: accumulate, arena: runtime.arena)
            if isNarrow {
                Elementwise.round(
                    UnsafeBufferPointer(start: UnsafePointer(floats.floats), count: floats.shape.count),
                    into: branch.used.halves)
            }
        }
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

    /// Backward of the normalization that a layer begins with: `stream` gains what it makes of the gradient of its output.
    private func beginOfHalf(
        _ gradient: PaddedTensor, _ saved: LayerNorm.Saved, stream: PaddedTensor, _ runtime: ModelRuntime
    ) throws {
        let role = ParameterRole.Layer.attentionNorm
        let (gain, accumulate) = view(role(.gain)).takeGradient()
        let (shift, _) = view(role(.shift)).takeGradient()
        try runtime.measure(\.elementwise) {
            try norm(role).backward(
                gradient.used, saved: saved, streamGradient: stream.used, residualGradient: stream.used,
                inputGradient: nil, gradients: (gain, shift, nil), accumulate: accumulate,
                arena: runtime.arena)
        }
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
            try mapBack(gradient, by: weight, accumulate: accumulate, into: target, runtime)
        }
        if gradients.together {
            let stream = try scattered(stream, like: saved.input, step)
            guard let inputNorm = saved.inputNorm else {
                try through(
                    gradients.queries, projection(.weight), projection(.bias), saved.input, accumulate: true,
                    into: stream)
                return stream
            }
            let normalized = runtime.padded(saved.input.rows, plan.hiddenSize, .float32)
            try through(
                gradients.queries, projection(.weight), projection(.bias), saved.input, accumulate: false,
                into: normalized)
            try beginOfHalf(normalized, inputNorm, stream: stream, runtime)
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
