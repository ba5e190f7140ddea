internal import Tensors

/// One layer: self-attention and feed-forward, each ending in dropout, residual sum and normalization; or each beginning
/// with the normalization, of a sum that all layers add to.
///
/// Shapes: T = tokens, Q = queries, the tokens whose states are wanted, H = hidden, F = feed-forward channels.
struct EncoderLayer {
    let number: Int
    let plan: TransformerPlan
    let parameters: ParameterSet

    func view(_ role: ParameterRole.Layer) -> ParameterView {
        ParameterView(parameters, .layer(plan.parameterLayer(of: number), role))
    }

    func view(_ first: ParameterRole.Layer, through last: ParameterRole.Layer) -> ParameterView {
        let owner = plan.parameterLayer(of: number)
        return ParameterView(parameters, .layer(owner, first), through: .layer(owner, last))
    }

    /// Activations of a batch between layers: for sums in `Float32`, for products in their own number format.
    ///
    /// Where the two differ only in format, the sums are wanted by the next residual sum only, and are overwritten there.
    /// Within a layer that begins with a normalization, the operand is the normalized sums.
    struct Stream {
        let sums: PaddedTensor
        let operand: PaddedTensor
    }

    /// What the backward pass needs.
    struct Saved {
        /// Of the normalization that the layer begins with; nil if it has none.
        let inputNorm: LayerNorm.Saved?
        let input: PaddedTensor
        let queryInput: PaddedTensor
        let projections: Projections
        let logSums: Tensor
        /// What attention gave to all that asked, and the rows of it that are wanted.
        let attended: PaddedTensor
        let context: PaddedTensor
        /// Of the normalization between the halves.
        let middleNorm: LayerNorm.Saved
        let middle: PaddedTensor
        let up: PaddedTensor
        /// Of the normalization at the end; its sum alone where there is none.
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

    func attention(_ step: StepContext) -> Attention {
        Attention(
            heads: plan.heads, offsets: step.batch.offsets, sequences: step.batch.rows,
            firstTokensOnly: step.wanted == .firstTokens, isCausal: plan.isCausal,
            dropout: step.dropouts.attention(number),
            firstRow: step.batch.firstRow)
    }

    /// A normalization with the two vectors of a role.
    typealias NormRole = (ParameterRole.Affine) -> ParameterRole.Layer
    /// A linear map with the two tensors of a role.
    typealias DenseRole = (ParameterRole.Dense) -> ParameterRole.Layer

    func norm(_ role: NormRole) -> LayerNorm {
        LayerNorm(
            gain: view(role(.gain)).value, shift: view(role(.shift)).value,
            epsilon: plan.layerNormEpsilon)
    }

    var activation: Activation { plan.activation.function }

    /// The normalization that is between the halves, whichever of them it belongs to.
    var middleRole: NormRole {
        if plan.normalizesFirst { return { ParameterRole.Layer.outputNorm($0) } }
        return { ParameterRole.Layer.attentionNorm($0) }
    }

    /// - Parameter sums: `[T, H]`.
    /// - Returns: `[Q, H]`, and what the backward pass needs.
    func forward(_ sums: Stream, _ step: StepContext) throws -> (output: Stream, saved: Saved) {
        let runtime = step.runtime
        let (hidden, type) = (plan.hiddenSize, runtime.operandType)
        let (input, inputNorm) = try opened(sums, step)
        let queryStream = try step.wanted == .firstTokens ? firstTokens(of: input, step) : input
        let projections = try project(input, queryStream, step)
        try step.observer?.read(queries: projections.query, keys: projections.key, of: number)
        let asking = queryStream.sums.rows
        let attended = runtime.padded(asking, hidden, type)
        let logSums = runtime.arena.tensor([plan.heads, asking])
        try runtime.measure(\.attention) {
            try attend(projections, into: attended.used, logSums, step)
        }
        // Of chosen tokens all attend; what follows is computed for those alone.
        let context = try chosen(attended, step)
        let residual = try chosen(queryStream.sums, step)
        let queries = context.rows
        let attentionEnd = SublayerOutput(
            residual: residual, plan.normalizesFirst ? .besideSum : .inPlaceOfSum, step)
        try end(
            attentionEnd, context, ParameterRole.Layer.attentionOutput, norm(middleRole),
            dropout: step.dropouts.attentionOutput(number), step)

        let middle = attentionEnd.output
        let up = runtime.padded(queries, plan.intermediateSize, type)
        try map(middle.operand, by: view(.up(.weight)), into: up, runtime)
        let outputEnd = SublayerOutput(
            residual: middle.sums, plan.normalizesFirst ? .none : .inPlaceOfSum, step)
        // The backward pass finds the activated values again on its way, which is cheaper than their memory.
        let mark = runtime.arena.mark
        let activated = runtime.padded(queries, plan.intermediateSize, type)
        try runtime.measure(\.elementwise) {
            try activation.forward(up.used, bias: view(.up(.bias)).value, into: activated.used)
        }
        try end(
            outputEnd, activated, ParameterRole.Layer.down, norm(ParameterRole.Layer.outputNorm),
            dropout: step.dropouts.feedForwardOutput(number), step)
        runtime.arena.release(to: mark)
        let saved = Saved(
            inputNorm: inputNorm, input: input.operand, queryInput: queryStream.operand,
            projections: projections, logSums: logSums,
            attended: attended, context: context, middleNorm: attentionEnd.saved, middle: middle.operand,
            up: up,
            outputNorm: outputEnd.saved)
        return (outputEnd.output, saved)
    }

    /// The input of a layer that begins with a normalization, with that as its operand; of others the input itself.
    private func opened(_ input: Stream, _ step: StepContext) throws -> (Stream, LayerNorm.Saved?) {
        guard plan.normalizesFirst else { return (input, nil) }
        let runtime = step.runtime
        let saved = LayerNorm.Saved(sum: input.sums.used, in: runtime.arena)
        let operand = runtime.padded(input.sums.rows, plan.hiddenSize, runtime.operandType)
        let isNarrow = runtime.precision == .bf16
        try runtime.measure(\.elementwise) {
            try norm(ParameterRole.Layer.attentionNorm).forward(
                input.sums.used, saved: saved, output: isNarrow ? nil : operand.used,
                halves: isNarrow ? operand.used : nil)
        }
        return (Stream(sums: input.sums, operand: operand), saved)
    }

    private func project(_ input: Stream, _ queryStream: Stream, _ step: StepContext) throws -> Projections {
        let runtime = step.runtime
        let hidden = plan.hiddenSize
        func product(_ operand: PaddedTensor, _ weight: ParameterView, _ bias: ParameterView) throws
            -> PaddedTensor
        {
            let result = runtime.padded(operand.rows, outputs(of: weight), runtime.operandType)
            try map(operand, by: weight, bias: bias, into: result, runtime)
            return result
        }
        if step.wanted != .firstTokens {
            let all = try product(input.operand, projection(.weight), projection(.bias))
            return Projections(queries: all, keysAndValues: all, together: true, hidden: hidden)
        }
        precondition(!plan.isCausal, "the first token of a row sees no other, so no head reads it")
        return Projections(
            queries: try product(queryStream.operand, view(.query(.weight)), view(.query(.bias))),
            keysAndValues: try product(
                input.operand, view(.key(.weight), through: .value(.weight)),
                view(.key(.bias), through: .value(.bias))),
            together: false, hidden: hidden)
    }

    /// Buffers for the end of a sublayer, attention or feed-forward: projection, residual and normalization.
    private struct SublayerOutput {
        let residual: PaddedTensor
        /// The product, which becomes the sum that is normalized.
        let product: PaddedTensor
        let saved: LayerNorm.Saved
        let output: Stream
        /// What the normalization gives, `Float32` and bfloat16; neither where there is none.
        let normalized: Tensor?
        let halves: Tensor?

        enum Normalization {
            case inPlaceOfSum, besideSum, none
        }

        init(residual: PaddedTensor, _ normalization: Normalization, _ step: StepContext) {
            let runtime = step.runtime
            let (rows, hidden) = (residual.rows, residual.all.columns)
            self.residual = residual
            product = runtime.padded(rows, hidden, .float32)
            saved = LayerNorm.Saved(sum: product.used, in: runtime.arena)
            let isNarrow = runtime.precision == .bf16
            switch normalization {
            case .none:
                output = Stream(sums: product, operand: product)
                (normalized, halves) = (nil, nil)
                return
            case .besideSum:
                let operand = runtime.padded(rows, hidden, runtime.operandType)
                output = Stream(sums: product, operand: operand)
                (normalized, halves) = isNarrow ? (nil, operand.used) : (operand.used, nil)
                return
            case .inPlaceOfSum: break
            }
            if isNarrow {
                // Each token's residual is read before its output is written.
                let sums = step.keepsInput ? runtime.padded(rows, hidden, .float32) : residual
                output = Stream(sums: sums, operand: runtime.padded(rows, hidden, .bfloat16))
            } else {
                let sums = runtime.padded(rows, hidden, .float32)
                output = Stream(sums: sums, operand: sums)
            }
            normalized = output.sums.used
            halves = isNarrow ? output.operand.used : nil
        }
    }

    /// norm(dropout(operand · W + bias) + residual), or the sum alone.
    private func end(
        _ half: SublayerOutput, _ operand: PaddedTensor, _ dense: DenseRole, _ norm: LayerNorm,
        dropout: Dropout?,
        _ step: StepContext
    ) throws {
        let runtime = step.runtime
        try map(operand, by: view(dense(.weight)), into: half.product, runtime)
        try runtime.measure(\.elementwise) {
            try norm.forward(
                half.product.used,
                .init(
                    bias: view(dense(.bias)).value, residual: half.residual.used, inputDropout: dropout,
                    places: step.places),
                saved: half.saved, output: half.normalized, halves: half.halves)
        }
    }

    /// The rows of the step's chosen tokens; all where it wants others.
    private func chosen(_ all: PaddedTensor, _ step: StepContext) throws -> PaddedTensor {
        guard step.wanted == .chosenTokens else { return all }
        let rows = step.runtime.padded(step.wantedCount, plan.hiddenSize, all.all.type)
        try Elementwise.gather(all.used, rows: step.wantedTokens, into: rows.used)
        return rows
    }

    private func firstTokens(of input: Stream, _ step: StepContext) throws -> Stream {
        let runtime = step.runtime
        let sums = runtime.padded(step.batch.rows, plan.hiddenSize, .float32)
        try Elementwise.gather(input.sums.used, rows: step.batch.firstTokens, into: sums.used)
        guard runtime.precision == .bf16 else { return Stream(sums: sums, operand: sums) }
        let halves = runtime.padded(step.batch.rows, plan.hiddenSize, .bfloat16)
        let values = UnsafeBufferPointer(start: UnsafePointer(sums.all.floats), count: sums.all.shape.count)
        Elementwise.round(values, into: halves.all.halves)
        return Stream(sums: sums, operand: halves)
    }
}
