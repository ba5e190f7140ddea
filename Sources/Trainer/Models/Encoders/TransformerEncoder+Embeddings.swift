internal import Tensors

extension TransformerEncoder {
    /// What the embeddings leave for the backward pass.
    struct SavedEmbeddings {
        /// nil if the sum is not normalized.
        let norm: LayerNorm.Saved?
        /// Input of the map to the width of the layers, `[T, E]`; nil if there is none.
        let projected: PaddedTensor?
    }

    /// Sums of the tables' vectors, normalized, and led to the width of the layers where that is another one.
    ///
    /// Shapes: T = tokens, E = channels of the tables, H = hidden.
    func embed(_ context: StepContext) throws -> (EncoderLayer.Stream, SavedEmbeddings) {
        guard plan.normalizesEmbeddings else {
            return (try embedPlainly(context), SavedEmbeddings(norm: nil, projected: nil))
        }
        let runtime = context.runtime
        let (tokens, width) = (context.batch.tokens, plan.embeddingSize)
        let sum = runtime.arena.tensor([tokens, width])
        let saved = LayerNorm.Saved(sum: sum, in: runtime.arena)
        let sums = runtime.padded(tokens, width, .float32)
        let halves = runtime.precision == .bf16 ? runtime.padded(tokens, width, .bfloat16) : nil
        try runtime.measure(\.elementwise) {
            try tables.forward(context.batch.embedded, into: sum)
            try norm.forward(
                sum,
                .init(
                    bias: plan.taskTypes > 0 ? Tensor(view(.taskTypes).value.floats, [width]) : nil,
                    outputDropout: context.dropouts.embeddings, places: context.batch.places),
                saved: saved, output: sums.used, halves: halves?.used)
        }
        let stream = EncoderLayer.Stream(sums: sums, operand: halves ?? sums)
        guard plan.projectsEmbeddings else { return (stream, SavedEmbeddings(norm: saved, projected: nil)) }
        return (try project(stream, runtime), SavedEmbeddings(norm: saved, projected: stream.operand))
    }

    private var tables: EmbeddingSum {
        EmbeddingSum(
            words: view(.words).value, positions: view(.positions).value,
            segments: plan.segmentTypes > 0 ? view(.segments).value : nil)
    }

    /// Sums of the tables' vectors as they are, but for dropout.
    private func embedPlainly(_ context: StepContext) throws -> EncoderLayer.Stream {
        let runtime = context.runtime
        let sums = runtime.padded(context.batch.tokens, plan.embeddingSize, .float32)
        try runtime.measure(\.elementwise) {
            try tables.forward(context.batch.embedded, into: sums.used)
            if let dropout = context.dropouts.embeddings {
                try dropout.apply(sums.used, places: context.batch.places, into: sums.used)
            }
        }
        // Layers that begin with a normalization read nothing but the sums.
        return EncoderLayer.Stream(
            sums: sums, operand: plan.normalizesFirst ? sums : runtime.operand(of: sums))
    }

    /// Adds the gradients of the embeddings.
    /// - Parameter gradient: of their output, `[T, H]`; overwritten.
    func backwardOfEmbeddings(
        _ gradient: PaddedTensor, _ saved: SavedEmbeddings, _ context: StepContext
    ) throws {
        let runtime = context.runtime
        let narrow = try saved.projected.map { try backwardOfProjection(gradient, $0, runtime) } ?? gradient
        try runtime.measure(\.elementwise) {
            if let saved = saved.norm {
                try backwardOfNorm(narrow, saved, context)
            } else if let dropout = context.dropouts.embeddings {
                try dropout.apply(narrow.used, places: context.batch.places, into: narrow.used)
            }
            let ids = UnsafeBufferPointer(start: context.batch.embedded.ids, count: context.batch.tokens)
            let none = UnsafeBufferPointer<Int32>(start: nil, count: 0)
            try EmbeddingSum(
                words: view(.words).takeRows(ids), positions: view(.positions).takeRows(none),
                segments: plan.segmentTypes > 0 ? view(.segments).takeRows(none) : nil
            ).addGradients(context.batch.embedded, of: narrow.used)
            if plan.taskTypes > 0 {
                // The vector of the first task is part of every token's sum.
                let first = Tensor(view(.taskTypes).takeRows(none).floats, [plan.embeddingSize])
                try Elementwise.columnSums(narrow.used, into: first, accumulate: true, arena: runtime.arena)
            }
        }
    }

    /// Turns the gradient of the normalized sums into that of the sums.
    private func backwardOfNorm(
        _ gradient: PaddedTensor, _ saved: LayerNorm.Saved, _ context: StepContext
    ) throws {
        let gain = view(.embeddingNorm(.gain)).takeGradient()
        let shift = view(.embeddingNorm(.shift)).takeGradient()
        precondition(gain.accumulate == shift.accumulate, "gradients of the embeddings are cleared together")
        try norm.backward(
            gradient.used, .init(outputDropout: context.dropouts.embeddings, places: context.batch.places),
            saved: saved, residualGradient: gradient.used, inputGradient: nil,
            gradients: (gain.tensor, shift.tensor, nil), accumulate: gain.accumulate,
            arena: context.runtime.arena)
    }

    private var norm: LayerNorm {
        LayerNorm(
            gain: view(.embeddingNorm(.gain)).value, shift: view(.embeddingNorm(.shift)).value,
            epsilon: plan.layerNormEpsilon)
    }

    private func project(
        _ narrow: EncoderLayer.Stream, _ runtime: ModelRuntime
    ) throws -> EncoderLayer.Stream {
        let sums = runtime.padded(narrow.sums.rows, width, .float32)
        try runtime.multiply(
            narrow.operand.all, by: view(.embeddingProjection(.weight)).operand(runtime.precision),
            transposingRight: true, bias: view(.embeddingProjection(.bias)).value, into: sums.all)
        return EncoderLayer.Stream(sums: sums, operand: runtime.operand(of: sums))
    }

    /// - Returns: the gradient of the map's input, `[T, E]`.
    private func backwardOfProjection(
        _ gradient: PaddedTensor, _ input: PaddedTensor, _ runtime: ModelRuntime
    ) throws -> PaddedTensor {
        let weight = view(.embeddingProjection(.weight))
        let (weightGradient, addsWeight) = weight.takeGradient()
        let (biasGradient, addsBias) = view(.embeddingProjection(.bias)).takeGradient()
        try runtime.measure(\.elementwise) {
            try Elementwise.columnSums(
                gradient.used, into: biasGradient, accumulate: addsBias, arena: runtime.arena)
        }
        gradient.clearPadding()
        let operand = runtime.operand(of: gradient)
        try runtime.multiply(
            operand.all, transposingLeft: true, by: input.all, accumulate: addsWeight, streamingStore: true,
            into: weightGradient)
        let result = runtime.padded(input.rows, plan.embeddingSize, .float32)
        try runtime.multiply(operand.all, by: weight.operand(runtime.precision), into: result.all)
        return result
    }
}
