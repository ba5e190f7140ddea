internal import Tensors

/// Embeddings and layers.
struct BERTEncoder {
    let configuration: BERTConfiguration
    let parameters: ParameterSet
    /// Whether the last layer computes first tokens only where no other is asked for; exact, and off in
    /// tests.
    var shortensLastLayer = true
    /// Whether layers keep only their input for the backward pass, which then computes the rest again.
    var recomputes = false
    /// The embeddings and so many first layers are not trained; nil when all is.
    var frozenLayers: Int?

    /// What one layer leaves for the backward pass.
    enum SavedLayer {
        case activations(EncoderLayer.Saved)
        case input(EncoderLayer.Stream)
    }

    struct Saved {
        let embeddingNorm: LayerNorm.Saved
        /// Of the trained layers, the first of them first.
        let layers: [SavedLayer]
        let shortened: Bool
    }

    private func view(_ role: ParameterRole) -> ParameterView { ParameterView(parameters, role) }

    private func layer(_ number: Int) -> EncoderLayer {
        EncoderLayer(number: number, configuration: configuration, parameters: parameters)
    }

    private var norm: LayerNorm {
        LayerNorm(
            gain: view(.embeddingNorm(.gain)).value, shift: view(.embeddingNorm(.shift)).value,
            epsilon: configuration.layerNormEpsilon)
    }

    /// First-token vectors of the last layer, `[rows, H]`, `Float32`.
    ///
    /// - Parameters:
    ///   - keeps: whether the backward pass will follow; without it memory is reused layer by layer.
    ///   - watch: called with the name of each place and its activations.
    func forward(
        _ pass: EncoderLayer.Pass, keeps: Bool, watch: (String, PaddedTensor) -> Void = { _, _ in }
    ) throws -> (firstTokens: PaddedTensor, saved: Saved?) {
        let runtime = pass.runtime
        // What is frozen is not shaken either: its output could be stored once and for all.
        var resting = pass
        resting.dropouts = DropoutPlan(nil, configuration)
        var (stream, embeddingNorm) = try embed(frozenLayers == nil ? pass : resting)
        watch("the output of the embeddings", stream.sums)
        var saved: [SavedLayer] = []
        for number in 0..<configuration.layers {
            let isFrozen = number < frozenLayers ?? 0
            var pass = isFrozen ? resting : pass
            pass.firstTokensOnly = shortensLastLayer && number == configuration.layers - 1
            if !keeps || isFrozen {
                stream = try forwardWithoutKeeping(stream, layer(number), pass)
            } else if recomputes {
                saved.append(.input(stream))
                stream = try forwardBeside(stream, layer(number), pass)
            } else {
                let (output, kept) = try layer(number).forward(stream, pass)
                stream = output
                saved.append(.activations(kept))
            }
            watch("the output of layer \(number)", stream.sums)
        }
        let kept =
            keeps
            ? Saved(embeddingNorm: embeddingNorm, layers: saved, shortened: shortensLastLayer) : nil
        if shortensLastLayer { return (stream.sums, kept) }
        let firstTokens = runtime.padded(pass.batch.rows, configuration.hiddenSize, .float32)
        try Elementwise.gather(stream.sums.used, rows: pass.batch.firstTokens, into: firstTokens.used)
        return (firstTokens, kept)
    }

    /// Adds the gradients of all trained parameters of the encoder.
    /// - Parameter firstTokenGradient: `[rows, H]`; overwritten.
    func backward(_ firstTokenGradient: PaddedTensor, saved: Saved, _ pass: EncoderLayer.Pass) throws {
        let runtime = pass.runtime
        let first = frozenLayers ?? 0
        if first == configuration.layers { return }
        var gradient = firstTokenGradient
        if !saved.shortened {
            gradient = runtime.padded(pass.batch.tokens, configuration.hiddenSize, .float32)
            gradient.all.fillZero()
            try Elementwise.scatterAdd(
                firstTokenGradient.used, rows: pass.batch.firstTokens, into: gradient.used)
        }
        for number in (first..<configuration.layers).reversed() {
            var pass = pass
            pass.firstTokensOnly = saved.shortened && number == configuration.layers - 1
            gradient = try backward(gradient, through: number, saved.layers[number - first], pass)
        }
        if frozenLayers == nil { try backwardOfEmbeddings(gradient, saved.embeddingNorm, pass) }
    }

    /// One layer; takes back all memory it needed but its result's.
    private func backward(
        _ gradient: PaddedTensor, through number: Int, _ saved: SavedLayer, _ pass: EncoderLayer.Pass
    ) throws -> PaddedTensor {
        let runtime = pass.runtime
        // The result lies in the gradient's own memory, except that of the shortened layer.
        let target =
            pass.firstTokensOnly
            ? runtime.padded(pass.batch.tokens, configuration.hiddenSize, .float32) : gradient
        let mark = runtime.arena.mark
        let activations =
            switch saved {
            case .activations(let activations): activations
            case .input(let input): try layer(number).forward(input, pass).saved
            }
        let result = try layer(number).backward(gradient, saved: activations, pass)
        if pass.firstTokensOnly { target.copy(from: result) }
        runtime.arena.release(to: mark)
        return target
    }

    private func embed(_ pass: EncoderLayer.Pass) throws -> (EncoderLayer.Stream, LayerNorm.Saved) {
        let runtime = pass.runtime
        let (tokens, hidden) = (pass.batch.tokens, configuration.hiddenSize)
        let sum = runtime.arena.tensor([tokens, hidden])
        let saved = LayerNorm.Saved(sum: sum, in: runtime.arena)
        let sums = runtime.padded(tokens, hidden, .float32)
        let halves = runtime.precision == .bf16 ? runtime.padded(tokens, hidden, .bfloat16) : nil
        try runtime.measure(\.elementwise) {
            try EmbeddingSum(
                words: view(.words).value, positions: view(.positions).value, segments: view(.segments).value
            ).forward(pass.batch.embedded, into: sum)
            try norm.forward(
                sum, .init(outputDropout: pass.dropouts.hidden(.embeddings, 0), places: pass.batch.places),
                saved: saved, output: sums.used, halves: halves?.used)
        }
        return (EncoderLayer.Stream(sums: sums, operand: halves ?? sums), saved)
    }

    private func backwardOfEmbeddings(
        _ gradient: PaddedTensor, _ saved: LayerNorm.Saved, _ pass: EncoderLayer.Pass
    ) throws {
        let runtime = pass.runtime
        let gain = view(.embeddingNorm(.gain)).takeGradient()
        let shift = view(.embeddingNorm(.shift)).takeGradient()
        precondition(gain.accumulate == shift.accumulate, "gradients of the embeddings are cleared together")
        try runtime.measure(\.elementwise) {
            try norm.backward(
                gradient.used,
                .init(outputDropout: pass.dropouts.hidden(.embeddings, 0), places: pass.batch.places),
                saved: saved, residualGradient: gradient.used, inputGradient: nil,
                gradients: (gain.tensor, shift.tensor, nil), accumulate: gain.accumulate, arena: runtime.arena
            )
            let ids = UnsafeBufferPointer(start: pass.batch.embedded.ids, count: pass.batch.tokens)
            let none = UnsafeBufferPointer<Int32>(start: nil, count: 0)
            try EmbeddingSum(
                words: view(.words).takeRows(ids), positions: view(.positions).takeRows(none),
                segments: view(.segments).takeRows(none)
            ).addGradients(pass.batch.embedded, of: gradient.used)
        }
    }
}

// MARK: Layers that keep less

extension BERTEncoder {
    /// One layer, its output copied to the front of the memory it used, which is then taken back.
    private func forwardWithoutKeeping(
        _ input: EncoderLayer.Stream, _ layer: EncoderLayer, _ pass: EncoderLayer.Pass
    ) throws -> EncoderLayer.Stream {
        try forward(input, layer, pass, into: pass.firstTokensOnly ? stream(pass) : input)
    }

    /// One layer of which nothing is kept but its output; the input stays as it is.
    private func forwardBeside(
        _ input: EncoderLayer.Stream, _ layer: EncoderLayer, _ pass: EncoderLayer.Pass
    ) throws -> EncoderLayer.Stream {
        try forward(input, layer, pass, into: stream(pass))
    }

    /// Room for a layer's output.
    private func stream(_ pass: EncoderLayer.Pass) -> EncoderLayer.Stream {
        let rows = pass.firstTokensOnly ? pass.batch.rows : pass.batch.tokens
        let sums = pass.runtime.padded(rows, configuration.hiddenSize, .float32)
        guard pass.runtime.precision == .bf16 else { return EncoderLayer.Stream(sums: sums, operand: sums) }
        return EncoderLayer.Stream(
            sums: sums, operand: pass.runtime.padded(rows, configuration.hiddenSize, .bfloat16))
    }

    private func forward(
        _ input: EncoderLayer.Stream, _ layer: EncoderLayer, _ pass: EncoderLayer.Pass,
        into target: EncoderLayer.Stream
    ) throws -> EncoderLayer.Stream {
        let mark = pass.runtime.arena.mark
        var pass = pass
        pass.keepsInput = input.sums.all.base != target.sums.all.base
        let (output, _) = try layer.forward(input, pass)
        target.sums.copy(from: output.sums)
        if pass.runtime.precision == .bf16 { target.operand.copy(from: output.operand) }
        pass.runtime.arena.release(to: mark)
        return target
    }
}

extension PaddedTensor {
    fileprivate func copy(from other: PaddedTensor) {
        if all.base == other.all.base { return }
        all.base.copyMemory(from: other.all.base, byteCount: all.shape.count * all.type.bytes)
    }
}
