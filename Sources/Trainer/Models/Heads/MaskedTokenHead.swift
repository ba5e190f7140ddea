internal import Tensors

/// States of masked tokens in, a score for each word of the vocabulary out: a linear map, a nonlinearity and a
/// normalization, then the product with the word vectors themselves.
///
/// Shapes: N = masked tokens, H = hidden, E = channels of the word vectors, V = words.
///
/// Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers" (2019), arXiv:1810.04805, and
/// `BertLMPredictionHead` of huggingface/transformers.
struct MaskedTokenHead {
    let plan: TransformerPlan
    let activation: Activation
    let parameters: ParameterSet

    /// Roles, shapes and order of the head's own parameters.
    static func layout(_ plan: TransformerPlan) -> [ParameterSet.Item] {
        let width = plan.embeddingSize
        return [
            .init(role: .pretraining(.transform(.weight)), shape: [width, plan.hiddenSize]),
            .init(role: .pretraining(.transform(.bias)), shape: [width]),
            .init(role: .pretraining(.transformNorm(.gain)), shape: [width]),
            .init(role: .pretraining(.transformNorm(.shift)), shape: [width]),
            .init(role: .pretraining(.wordBias), shape: [plan.vocabularySize]),
        ]
    }

    struct Saved {
        let map: ActivatedMap.Saved
        let norm: LayerNorm.Saved
        /// What is multiplied by the word vectors, `[N, E]`, in the products' number format.
        let operand: PaddedTensor
    }

    private func view(_ role: ParameterRole.Pretraining) -> ParameterView {
        ParameterView(parameters, .pretraining(role))
    }

    private var map: ActivatedMap {
        ActivatedMap(
            weight: view(.transform(.weight)), bias: view(.transform(.bias)), activation: activation)
    }

    private var norm: LayerNorm {
        LayerNorm(
            gain: view(.transformNorm(.gain)).value, shift: view(.transformNorm(.shift)).value,
            epsilon: plan.layerNormEpsilon)
    }

    /// - Parameter states: of the masked tokens, `[N, H]`, `Float32`.
    /// - Returns: scores, `[N, V]`, `Float32`.
    func forward(
        _ states: PaddedTensor, _ runtime: ModelRuntime
    ) throws -> (scores: PaddedTensor, saved: Saved) {
        let (activated, map) = try map.forward(states, runtime)
        let saved = LayerNorm.Saved(sum: activated.used, in: runtime.arena)
        let normalized = runtime.padded(states.rows, plan.embeddingSize, .float32)
        try runtime.measure(\.elementwise) {
            try norm.forward(activated.used, saved: saved, output: normalized.used)
        }
        let (scores, operand) = try scores(of: normalized, runtime)
        return (scores, Saved(map: map, norm: saved, operand: operand))
    }

    /// The product with the word vectors.
    /// - Parameter features: normalized, `[N, E]`, `Float32`.
    /// - Returns: scores, `[N, V]`, `Float32`, and what was multiplied.
    func scores(
        of features: PaddedTensor, _ runtime: ModelRuntime
    ) throws -> (scores: PaddedTensor, operand: PaddedTensor) {
        let operand = runtime.operand(of: features)
        let scores = runtime.padded(features.rows, plan.vocabularySize, .float32)
        try runtime.multiply(
            operand.all, by: ParameterView(parameters, .words).operand(runtime.precision),
            transposingRight: true, bias: view(.wordBias).value, into: scores.all)
        return (scores, operand)
    }

    /// Adds the gradients of the head's parameters and of all word vectors.
    /// - Parameter gradient: of the scores, `[N, V]`.
    /// - Returns: that of the states, `[N, H]`, `Float32`.
    func backward(
        _ gradient: PaddedTensor, saved: Saved, _ runtime: ModelRuntime
    ) throws -> PaddedTensor {
        let bias = view(.wordBias).takeGradient()
        try runtime.measure(\.elementwise) {
            try Elementwise.columnSums(
                gradient.used, into: bias.tensor, accumulate: bias.accumulate, arena: runtime.arena)
        }
        gradient.clearPadding()
        let operand = runtime.operand(of: gradient)
        let words = ParameterView(parameters, .words)
        let wordGradient = words.takeGradient()
        try runtime.multiply(
            operand.all, transposingLeft: true, by: saved.operand.all, accumulate: wordGradient.accumulate,
            into: wordGradient.tensor)
        let inner = runtime.padded(gradient.rows, plan.embeddingSize, .float32)
        try runtime.multiply(operand.all, by: words.operand(runtime.precision), into: inner.all)
        let gain = view(.transformNorm(.gain)).takeGradient()
        let shift = view(.transformNorm(.shift)).takeGradient()
        precondition(
            gain.accumulate == shift.accumulate, "gradients of one normalization are cleared together")
        try runtime.measure(\.elementwise) {
            try norm.backward(
                inner.used, saved: saved.norm, residualGradient: inner.used, inputGradient: nil,
                gradients: (gain.tensor, shift.tensor, nil), accumulate: gain.accumulate,
                arena: runtime.arena)
        }
        return try map.backward(inner, saved: saved.map, runtime)
    }
}
