internal import Tensors

/// What a student's layers are to come near to of its teacher's, beside the teacher's answers: the states of its layers and of
/// its embeddings, and the scores of its attention.
///
/// The student's layer m of M has the teacher's layer ⌊m · N / M⌋ of N for its own, so that both last ones belong together.
/// Where the teacher's states are wider or narrower, the student's go through one linear map that is learned with it, the same
/// for all layers.
///
/// Source: Jiao et al., "TinyBERT: Distilling BERT for Natural Language Understanding" (2020), equations 7 to 9,
/// arXiv:1909.10351. All terms are learned at once, not one after the other.
package final class LayerHints {
    /// How much each part counts in the loss; 0 leaves it out.
    package struct Weights: Hashable, Sendable {
        /// Of the mean squared distances of states, summed over embeddings and layers.
        package var states: Double
        /// Of the mean squared distances of attention scores, summed over layers.
        package var attention: Double

        package init(states: Double, attention: Double) {
            (self.states, self.attention) = (states, attention)
        }
    }

    package let weights: Weights
    /// The linear map between the widths; `nil` if they are the same, or states are left out.
    package let parameters: ParameterSet?
    /// What is to be asked of the teacher.
    package let wanted: LayerStates.Wanted
    /// Layers of the teacher by those of the student, both counted from 1, and 0 for the embeddings.
    let teacherLayers: [Int]
    /// Channels of the teacher's states, and its heads.
    let teacherWidth: Int
    let heads: Int

    /// - Parameters:
    ///   - seed: of the linear map.
    /// - Throws: ``ConfigurationError`` for a model without layers, or with another number of heads where attention counts.
    package init(
        student plan: TransformerPlan, teacher other: TransformerPlan, weights: Weights, seed: UInt64
    ) throws {
        for (name, plan) in [("student", plan), ("teacher", other)] where plan.convolution != nil {
            throw ConfigurationError(problems: [
                "the \(name) is a Text-CNN, which has no layers whose states could be compared"
            ])
        }
        if weights.attention > 0, plan.heads != other.heads {
            throw ConfigurationError(problems: [
                "the student has \(plan.heads) attention heads, the teacher \(other.heads): their scores can be compared "
                    + "only head by head"
            ])
        }
        self.weights = weights
        (heads, teacherWidth) = (plan.heads, other.hiddenSize)
        teacherLayers = (0...plan.layers).map { $0 * other.layers / plan.layers }
        var wanted = LayerStates.Wanted()
        if weights.states > 0 { wanted.states = Set(teacherLayers) }
        if weights.attention > 0 {
            wanted.attention = Set(teacherLayers.dropFirst().map { max(0, $0 - 1) })
        }
        self.wanted = wanted
        guard weights.states > 0, plan.hiddenSize != other.hiddenSize else {
            parameters = nil
            return
        }
        let set = ParameterSet(layout: [
            .init(role: .stateMap(.weight), shape: [other.hiddenSize, plan.hiddenSize]),
            .init(role: .stateMap(.bias), shape: [other.hiddenSize]),
        ]) { role in if case .stateMap(.weight) = role { "state_map.weight" } else { "state_map.bias" } }
        try Compute.run(threads: 1) {
            set.drawWeights(seed: seed, deviation: plan.initializerRange, padTokenID: -1) { _ in true }
        }
        parameters = set
    }

    /// The teacher's layer that belongs to one of the student's, both counted from 0.
    func teacherLayer(of layer: Int) -> Int { max(0, teacherLayers[layer + 1] - 1) }
}

/// What a step needs to compare a student's layers with its teacher's.
package struct HintedStep {
    let hints: LayerHints
    let teacher: LayerStates
    /// Tokens of the whole step, and pairs of tokens of the same row: what means are taken over.
    let tokens: Int
    let pairs: Int

    /// - Parameters:
    ///   - teacher: what it holds for the rows of this batch.
    ///   - step: all rows of the step, of which the batch may be a part.
    package init(_ hints: LayerHints, teacher: LayerStates, step: PackedTokens) {
        (self.hints, self.teacher) = (hints, teacher)
        tokens = step.tokens
        pairs = (0..<step.rows).reduce(0) { sum, row in
            let length = Int(step.offsets[row + 1] - step.offsets[row])
            return sum + length * length
        }
    }
}
