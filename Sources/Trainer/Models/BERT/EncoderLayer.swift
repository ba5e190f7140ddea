internal import Tensors

/// One layer: self-attention and feed-forward, each ending in dropout, residual sum and normalisation.
///
/// Shapes: T = tokens, Q = queries (T, or the rows of the batch when only first tokens are asked for), H =
/// hidden, F = feed-forward channels.
struct EncoderLayer {
    let number: Int
    let configuration: BERTConfiguration
    let parameters: ParameterSet

    func view(_ entry: BERTLayout.LayerEntry) -> ParameterView {
        ParameterView(parameters, BERTLayout.number(entry, layer: number))
    }

    func view(_ first: BERTLayout.LayerEntry, through last: BERTLayout.LayerEntry) -> ParameterView {
        let start = BERTLayout.number(first, layer: number)
        return ParameterView(parameters, start..<BERTLayout.number(last, layer: number) + 1)
    }

    /// Activations of a batch between layers: for sums in `Float32`, for products in their own number format.
    struct Stream {
        let sums: PaddedTensor
        let operand: PaddedTensor
    }

    /// What the backward pass needs.
    struct Saved {
        let input: PaddedTensor
        let queryInput: PaddedTensor
        let projections: Projections
        let logSums: Tensor
        let context: PaddedTensor
        let attentionNorm: LayerNorm.Saved
        let middle: PaddedTensor
        let up: PaddedTensor
        let activated: PaddedTensor
        let outputNorm: LayerNorm.Saved
    }

    /// Queries `[Q, H]`, keys and values `[T, H]`: columns of one matrix, or of two when few queries are
    /// asked for.
    struct Projections {
        let queries: PaddedTensor
        let keysAndValues: PaddedTensor
        let together: Bool
        let hidden: Int

        var query: Tensor { queries.used.columns(0..<hidden) }
        var key: Tensor { keysAndValues.used.columns(together ? hidden..<2 * hidden : 0..<hidden) }
        var value: Tensor {
            keysAndValues.used.columns(together ? 2 * hidden..<3 * hidden : hidden..<2 * hidden)
        }
    }

    /// Everything about a step that layers share.
    struct Pass {
        let runtime: ModelRuntime
        let batch: PackedBatch
        var dropouts: DropoutPlan
        /// Whether this layer's output is needed for first tokens only.
        var firstTokensOnly = false

        var places: TokenPlaces { firstTokensOnly ? batch.firstPlaces : batch.places }
    }

    func attention(_ pass: Pass) -> Attention {
        Attention(
            heads: configuration.heads, offsets: pass.batch.offsets, sequences: pass.batch.rows,
            firstTokensOnly: pass.firstTokensOnly, dropout: pass.dropouts.attention(number),
            firstRow: pass.batch.firstRow)
    }

    func norm(_ gain: BERTLayout.LayerEntry, _ shift: BERTLayout.LayerEntry) -> LayerNorm {
        LayerNorm(gain: view(gain).value, shift: view(shift).value, epsilon: configuration.layerNormEpsilon)
    }

    var gelu: GELU { configuration.activation == .gelu ? .exact : .tanh }

    /// - Parameter input: `[T, H]`.
    /// - Returns: `[Q, H]`, and what the backward pass needs.
    func forward(_ input: Stream, _ pass: Pass) throws -> (output: Stream, saved: Saved) {
        let runtime = pass.runtime
        let (hidden, type) = (configuration.hiddenSize, runtime.operandType)
        let queryStream = try pass.firstTokensOnly ? firstTokens(of: input, pass) : input
        let queries = queryStream.sums.rows
        let projections = try project(input, queryStream, pass)
        let context = runtime.padded(queries, hidden, type)
        let logSums = runtime.arena.tensor([configuration.heads, queries])
        try runtime.measure(\.attention) {
            try attention(pass).forward(
                queries: projections.query, keys: projections.key, values: projections.value,
                output: context.used,
                logSums: logSums, arena: runtime.arena)
        }
        let (middle, attentionNorm) = try endOfHalf(
            context, .outputWeight, .outputBias, norm(.attentionNormGain, .attentionNormShift),
            residual: queryStream.sums, dropout: pass.dropouts.hidden(.attentionOutput, number), pass)

        let up = runtime.padded(queries, configuration.intermediateSize, type)
        try runtime.multiply(
            middle.operand.all, by: view(.upWeight).operand(runtime.precision), transposingRight: true,
            into: up.all)
        let activated = runtime.padded(queries, configuration.intermediateSize, type)
        try runtime.measure(\.elementwise) {
            try gelu.forward(up.used, bias: view(.upBias).value, into: activated.used)
        }
        let (output, outputNorm) = try endOfHalf(
            activated, .downWeight, .downBias, norm(.outputNormGain, .outputNormShift),
            residual: middle.sums, dropout: pass.dropouts.hidden(.feedForwardOutput, number), pass)
        let saved = Saved(
            input: input.operand, queryInput: queryStream.operand, projections: projections, logSums: logSums,
            context: context, attentionNorm: attentionNorm, middle: middle.operand, up: up,
            activated: activated,
            outputNorm: outputNorm)
        return (output, saved)
    }

    private func project(_ input: Stream, _ queryStream: Stream, _ pass: Pass) throws -> Projections {
        let runtime = pass.runtime
        let hidden = configuration.hiddenSize
        func product(_ operand: PaddedTensor, _ weight: ParameterView, _ bias: ParameterView) throws
            -> PaddedTensor
        {
            let result = runtime.padded(operand.rows, weight.shape.rows, .float32)
            try runtime.multiply(
                operand.all, by: weight.operand(runtime.precision), transposingRight: true, bias: bias.value,
                into: result.all)
            return result
        }
        if !pass.firstTokensOnly {
            let all = try product(
                input.operand, view(.queryWeight, through: .valueWeight),
                view(.queryBias, through: .valueBias))
            return Projections(queries: all, keysAndValues: all, together: true, hidden: hidden)
        }
        return Projections(
            queries: try product(queryStream.operand, view(.queryWeight), view(.queryBias)),
            keysAndValues: try product(
                input.operand, view(.keyWeight, through: .valueWeight), view(.keyBias, through: .valueBias)),
            together: false, hidden: hidden)
    }

    /// norm(dropout(operand · weightᵀ + bias) + residual): how attention and feed-forward end.
    private func endOfHalf(
        _ operand: PaddedTensor, _ weight: BERTLayout.LayerEntry, _ bias: BERTLayout.LayerEntry,
        _ norm: LayerNorm,
        residual: PaddedTensor, dropout: Dropout?, _ pass: Pass
    ) throws -> (Stream, LayerNorm.Saved) {
        let runtime = pass.runtime
        let hidden = configuration.hiddenSize
        let product = runtime.padded(operand.rows, hidden, .float32)
        try runtime.multiply(
            operand.all, by: view(weight).operand(runtime.precision), transposingRight: true,
            into: product.all)
        let saved = LayerNorm.Saved(sum: product.used, in: runtime.arena)
        let sums = runtime.padded(operand.rows, hidden, .float32)
        let halves = runtime.precision == .bf16 ? runtime.padded(operand.rows, hidden, .bfloat16) : nil
        try runtime.measure(\.elementwise) {
            try norm.forward(
                product.used,
                .init(
                    bias: view(bias).value, residual: residual.used, inputDropout: dropout,
                    places: pass.places),
                saved: saved, output: sums.used, halves: halves?.used)
        }
        return (Stream(sums: sums, operand: halves ?? sums), saved)
    }

    private func firstTokens(of input: Stream, _ pass: Pass) throws -> Stream {
        let runtime = pass.runtime
        let sums = runtime.padded(pass.batch.rows, configuration.hiddenSize, .float32)
        try Elementwise.gather(input.sums.used, rows: pass.batch.firstTokens, into: sums.used)
        guard runtime.precision == .bf16 else { return Stream(sums: sums, operand: sums) }
        let halves = runtime.padded(pass.batch.rows, configuration.hiddenSize, .bfloat16)
        let values = UnsafeBufferPointer(start: UnsafePointer(sums.all.floats), count: sums.all.shape.count)
        Elementwise.round(values, into: halves.all.halves)
        return Stream(sums: sums, operand: halves)
    }
}
