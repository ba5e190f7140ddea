internal import Tensors

/// Embeddings and transformer layers.
struct TransformerEncoder: TokenEncoder {
    let plan: TransformerPlan
    let parameters: ParameterSet
    var shortensLastLayer = true
    var recomputes = false
    var frozenLayers: Int?

    var width: Int { plan.hiddenSize }
    var depth: Int { plan.layers }

    /// What one layer leaves for the backward context.
    enum SavedLayer {
        case activations(EncoderLayer.Saved)
        case input(EncoderLayer.Stream)
    }

    struct Saved {
        let embeddings: SavedEmbeddings
        /// Of the trained layers, the first of them first.
        let layers: [SavedLayer]
        /// Of the normalization after the last layer; nil if there is none.
        let finalNorm: LayerNorm.Saved?
    }

    func view(_ role: ParameterRole) -> ParameterView { ParameterView(parameters, role) }

    private func layer(_ number: Int) -> EncoderLayer {
        EncoderLayer(number: number, plan: plan, parameters: parameters)
    }

    /// What layer `number` computes of what is wanted of the last.
    private func wanted(_ number: Int, _ context: StepContext) -> Wanted {
        shortensLastLayer && number == depth - 1 ? context.wanted : .allTokens
    }

    func forward(
        _ context: StepContext, keeps: Bool, watch: (String, PaddedTensor) -> Void
    ) throws -> (states: PaddedTensor, saved: Saved?) {
        // Frozen layers run without dropout: their output could be stored once and for all.
        var resting = context
        resting.dropouts = DropoutPlan(nil, plan)
        var (stream, embeddings) = try embed(frozenLayers == nil ? context : resting)
        watch("the output of the embeddings", stream.sums)
        try context.observer?.read(stream.sums, after: 0)
        var saved: [SavedLayer] = []
        var finalNorm: LayerNorm.Saved?
        for number in 0..<depth {
            let isFrozen = number < frozenLayers ?? 0
            var inLayer = isFrozen ? resting : context
            inLayer.wanted = wanted(number, context)
            if !keeps || isFrozen {
                stream = try forwardWithoutKeeping(stream, layer(number), inLayer)
            } else if recomputes {
                saved.append(.input(stream))
                stream = try forwardBeside(stream, layer(number), inLayer)
            } else {
                let (output, kept) = try layer(number).forward(stream, inLayer)
                stream = output
                saved.append(.activations(kept))
            }
            if number == depth - 1 { (stream, finalNorm) = try finished(stream, context.runtime) }
            watch("the output of layer \(number)", stream.sums)
            try context.observer?.read(stream.sums, after: number + 1)
        }
        let kept = keeps ? Saved(embeddings: embeddings, layers: saved, finalNorm: finalNorm) : nil
        return (try wantedStates(of: stream.sums, context), kept)
    }

    /// The states of the last layer, normalized where the family does so.
    ///
    /// A part of the layers has no such normalization.
    private func finished(
        _ stream: EncoderLayer.Stream, _ runtime: ModelRuntime
    ) throws -> (EncoderLayer.Stream, LayerNorm.Saved?) {
        guard let norm = finalNorm else { return (stream, nil) }
        let saved = LayerNorm.Saved(sum: stream.sums.used, in: runtime.arena)
        let states = runtime.padded(stream.sums.rows, width, .float32)
        try runtime.measure(\.elementwise) {
            try norm.forward(stream.sums.used, saved: saved, output: states.used)
        }
        return (EncoderLayer.Stream(sums: states, operand: states), saved)
    }

    private func finalRole(_ affine: ParameterRole.Affine) -> ParameterRole {
        .layer(depth - 1, .finalNorm(affine))
    }

    private var finalNorm: LayerNorm? {
        guard parameters.entry(for: finalRole(.gain)) != nil else { return nil }
        return LayerNorm(
            gain: view(finalRole(.gain)).value, shift: view(finalRole(.shift)).value,
            epsilon: plan.layerNormEpsilon)
    }

    /// Turns the gradient of the normalized states into that of the last layer's output.
    private func backwardOfFinish(
        _ gradient: PaddedTensor, _ saved: LayerNorm.Saved, _ runtime: ModelRuntime
    ) throws {
        let (gain, accumulate) = view(finalRole(.gain)).takeGradient()
        let (shift, _) = view(finalRole(.shift)).takeGradient()
        try runtime.measure(\.elementwise) {
            try finalNorm?.backward(
                gradient.used, saved: saved, residualGradient: gradient.used, inputGradient: nil,
                gradients: (gain, shift, nil), accumulate: accumulate, arena: runtime.arena)
        }
    }

    /// Takes the wanted states out of those of a last layer that computed all.
    private func wantedStates(of all: PaddedTensor, _ context: StepContext) throws -> PaddedTensor {
        if shortensLastLayer || context.wanted == .allTokens { return all }
        let states = context.runtime.padded(context.wantedCount, width, .float32)
        try Elementwise.gather(all.used, rows: context.wantedTokens, into: states.used)
        return states
    }

    func backward(_ stateGradient: PaddedTensor, saved: Saved, _ context: StepContext) throws {
        let first = frozenLayers ?? 0
        if first == depth { return }
        var gradient = stateGradient
        if !shortensLastLayer, context.wanted != .allTokens {
            gradient = context.runtime.padded(context.batch.tokens, width, .float32)
            gradient.all.fillZero()
            try Elementwise.scatterAdd(
                stateGradient.used, rows: context.wantedTokens, into: gradient.used)
        }
        try context.observer?.addGradient(after: depth, to: gradient)
        if let norm = saved.finalNorm { try backwardOfFinish(gradient, norm, context.runtime) }
        for number in (first..<depth).reversed() {
            var inLayer = context
            inLayer.wanted = wanted(number, context)
            gradient = try backward(gradient, through: number, saved.layers[number - first], inLayer)
            try context.observer?.addGradient(after: number, to: gradient)
        }
        if frozenLayers == nil { try backwardOfEmbeddings(gradient, saved.embeddings, context) }
    }

    /// One layer; takes back all memory it needed but its result's.
    private func backward(
        _ gradient: PaddedTensor, through number: Int, _ saved: SavedLayer, _ context: StepContext
    ) throws -> PaddedTensor {
        let runtime = context.runtime
        // The result is in the gradient's own memory, except that of the shortened layer.
        let target =
            context.wanted != .allTokens
            ? runtime.padded(context.batch.tokens, plan.hiddenSize, .float32) : gradient
        let mark = runtime.arena.mark
        let activations =
            switch saved {
            case .activations(let activations): activations
            case .input(let input): try layer(number).forward(input, context).saved
            }
        let result = try layer(number).backward(gradient, saved: activations, context)
        if context.wanted != .allTokens { target.copy(from: result) }
        runtime.arena.release(to: mark)
        return target
    }
}

// MARK: Layers that keep less

extension TransformerEncoder {
    /// One layer, its output copied to the front of the memory it used, which is then taken back.
    private func forwardWithoutKeeping(
        _ input: EncoderLayer.Stream, _ layer: EncoderLayer, _ context: StepContext
    ) throws -> EncoderLayer.Stream {
        try forward(input, layer, context, into: context.wanted != .allTokens ? stream(context) : input)
    }

    /// One layer of which nothing is kept but its output; the input stays as it is.
    private func forwardBeside(
        _ input: EncoderLayer.Stream, _ layer: EncoderLayer, _ context: StepContext
    ) throws -> EncoderLayer.Stream {
        try forward(input, layer, context, into: stream(context))
    }

    /// Room for a layer's output.
    private func stream(_ context: StepContext) -> EncoderLayer.Stream {
        let rows = context.wantedCount
        let sums = context.runtime.padded(rows, plan.hiddenSize, .float32)
        guard context.runtime.precision == .bf16, !plan.normalizesFirst else {
            return EncoderLayer.Stream(sums: sums, operand: sums)
        }
        return EncoderLayer.Stream(
            sums: sums, operand: context.runtime.padded(rows, plan.hiddenSize, .bfloat16))
    }

    private func forward(
        _ input: EncoderLayer.Stream, _ layer: EncoderLayer, _ context: StepContext,
        into target: EncoderLayer.Stream
    ) throws -> EncoderLayer.Stream {
        let mark = context.runtime.arena.mark
        var context = context
        context.keepsInput = input.sums.all.base != target.sums.all.base
        let (output, _) = try layer.forward(input, context)
        target.sums.copy(from: output.sums)
        if target.operand.all.base != target.sums.all.base { target.operand.copy(from: output.operand) }
        context.runtime.arena.release(to: mark)
        return target
    }
}

extension PaddedTensor {
    fileprivate func copy(from other: PaddedTensor) {
        if all.base == other.all.base { return }
        all.base.copyMemory(from: other.all.base, byteCount: all.shape.count * all.type.bytes)
    }
}
