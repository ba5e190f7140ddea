internal import Tensors

/// States of all tokens in, for each how probable it is that it was replaced, as a score before the sigmoid.
///
/// Shapes: T = tokens, H = hidden.
///
/// Source: Clark et al., "ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators" (2020),
/// arXiv:2003.10555, and `ElectraDiscriminatorPredictions` of huggingface/transformers.
struct ReplacedTokenHead {
    let plan: TransformerPlan
    let parameters: ParameterSet

    /// Roles, shapes and order of the head's parameters.
    static func layout(_ plan: TransformerPlan) -> [ParameterSet.Item] {
        let width = plan.hiddenSize
        return [
            .init(role: .pretraining(.detector(.weight)), shape: [width, width]),
            .init(role: .pretraining(.detector(.bias)), shape: [width]),
            .init(role: .pretraining(.detection(.weight)), shape: [1, width]),
            .init(role: .pretraining(.detection(.bias)), shape: [1]),
        ]
    }

    struct Saved {
        let map: ActivatedMap.Saved
        /// `[T, H]`, `Float32`.
        let features: PaddedTensor
    }

    private func view(_ role: ParameterRole.Pretraining) -> ParameterView {
        ParameterView(parameters, .pretraining(role))
    }

    private var map: ActivatedMap {
        ActivatedMap(
            weight: view(.detector(.weight)), bias: view(.detector(.bias)),
            activation: plan.activation.function)
    }

    /// - Returns: scores, `[T, 1]`.
    func forward(
        _ states: PaddedTensor, _ runtime: ModelRuntime
    ) throws -> (scores: Tensor, saved: Saved) {
        let (features, saved) = try map.forward(states, runtime)
        let scores = runtime.arena.tensor([states.rows, 1])
        try runtime.multiply(
            features.used, by: view(.detection(.weight)).value, transposingRight: true,
            bias: view(.detection(.bias)).value, into: scores)
        return (scores, Saved(map: saved, features: features))
    }

    /// Adds the gradients of the head's parameters.
    /// - Parameter gradient: of the scores, `[T, 1]`.
    /// - Returns: that of the states, `[T, H]`.
    func backward(_ gradient: Tensor, saved: Saved, _ runtime: ModelRuntime) throws -> PaddedTensor {
        let weight = view(.detection(.weight)).takeGradient()
        let bias = view(.detection(.bias)).takeGradient()
        try runtime.multiply(
            gradient, transposingLeft: true, by: saved.features.used, accumulate: weight.accumulate,
            into: weight.tensor)
        try Elementwise.columnSums(
            gradient, into: bias.tensor, accumulate: bias.accumulate, arena: runtime.arena)
        let inner = runtime.padded(gradient.rows, plan.hiddenSize, .float32)
        try runtime.multiply(gradient, by: view(.detection(.weight)).value, into: inner.used)
        return try map.backward(inner, saved: saved.map, runtime)
    }
}
