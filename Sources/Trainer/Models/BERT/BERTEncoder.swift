internal import Tensors

/// Embeddings and layers.
struct BERTEncoder {
    let configuration: BERTConfiguration
    let parameters: ParameterSet
    /// Whether the last layer computes first tokens only where no other is asked for; exact, and off in
    /// tests.
    var shortensLastLayer = true

    struct Saved {
        let embeddingNorm: LayerNorm.Saved
        let layers: [EncoderLayer.Saved]
        let shortened: Bool
    }

    private func view(_ entry: BERTLayout.EmbeddingEntry) -> ParameterView {
        ParameterView(parameters, BERTLayout.number(entry))
    }

    private func layer(_ number: Int) -> EncoderLayer {
        EncoderLayer(number: number, configuration: configuration, parameters: parameters)
    }

    private var norm: LayerNorm {
        LayerNorm(
            gain: view(.normGain).value, shift: view(.normShift).value,
            epsilon: configuration.layerNormEpsilon)
    }

    /// First-token vectors of the last layer, `[rows, H]`, `Float32`.
    ///
    /// - Parameter keeps: whether the backward pass will follow; without it memory is reused layer by layer.
    func forward(_ pass: EncoderLayer.Pass, keeps: Bool) throws -> (firstTokens: PaddedTensor, saved: Saved?)
    {
        let runtime = pass.runtime
        var (stream, embeddingNorm) = try embed(pass)
        var saved: [EncoderLayer.Saved] = []
        for number in 0..<configuration.layers {
            var pass = pass
            pass.firstTokensOnly = shortensLastLayer && number == configuration.layers - 1
            if keeps {
                let (output, kept) = try layer(number).forward(stream, pass)
                stream = output
                saved.append(kept)
            } else {
                stream = try forwardWithoutKeeping(stream, layer(number), pass)
            }
        }
        let kept =
            keeps
            ? Saved(embeddingNorm: embeddingNorm, layers: saved, shortened: shortensLastLayer) : nil
        if shortensLastLayer { return (stream.sums, kept) }
        let firstTokens = runtime.padded(pass.batch.rows, configuration.hiddenSize, .float32)
        try Elementwise.gather(stream.sums.used, rows: pass.batch.firstTokens, into: firstTokens.used)
        return (firstTokens, kept)
    }

    /// Adds the gradients of all parameters of the encoder.
    /// - Parameter firstTokenGradient: `[rows, H]`; overwritten.
    func backward(_ firstTokenGradient: PaddedTensor, saved: Saved, _ pass: EncoderLayer.Pass) throws {
        let runtime = pass.runtime
        var gradient = firstTokenGradient
        if !saved.shortened {
            gradient = runtime.padded(pass.batch.tokens, configuration.hiddenSize, .float32)
            gradient.all.fillZero()
            try Elementwise.scatterAdd(
                firstTokenGradient.used, rows: pass.batch.firstTokens, into: gradient.used)
        }
        for number in (0..<configuration.layers).reversed() {
            var pass = pass
            pass.firstTokensOnly = saved.shortened && number == configuration.layers - 1
            let mark = runtime.arena.mark
            gradient = try layer(number).backward(gradient, saved: saved.layers[number], pass)
            // The gradient's memory was handed out before the mark, except by the shortened layer.
            if !pass.firstTokensOnly { runtime.arena.release(to: mark) }
        }
        try backwardOfEmbeddings(gradient, saved.embeddingNorm, pass)
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
        let gain = view(.normGain).takeGradient()
        let shift = view(.normShift).takeGradient()
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

    /// One layer, its output copied to the front of the memory it used, which is then taken back.
    private func forwardWithoutKeeping(
        _ input: EncoderLayer.Stream, _ layer: EncoderLayer, _ pass: EncoderLayer.Pass
    ) throws -> EncoderLayer.Stream {
        let runtime = pass.runtime
        let rows = pass.firstTokensOnly ? pass.batch.rows : pass.batch.tokens
        func keep(_ type: NumberType) -> PaddedTensor { runtime.padded(rows, configuration.hiddenSize, type) }
        let sums = pass.firstTokensOnly ? keep(.float32) : input.sums
        let halves =
            runtime.precision == .bf16 ? (pass.firstTokensOnly ? keep(.bfloat16) : input.operand) : nil
        let mark = runtime.arena.mark
        let (output, _) = try layer.forward(input, pass)
        sums.copy(from: output.sums)
        halves?.copy(from: output.operand)
        runtime.arena.release(to: mark)
        return EncoderLayer.Stream(sums: sums, operand: halves ?? sums)
    }
}

extension PaddedTensor {
    fileprivate func copy(from other: PaddedTensor) {
        all.base.copyMemory(from: other.all.base, byteCount: all.shape.count * all.type.bytes)
    }
}
