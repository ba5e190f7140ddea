internal import SeededRandom
internal import Tensors

/// The dropouts of one step, or none.
struct DropoutPlan {
    private let plan: TransformerPlan
    private let key: SIMD2<UInt32>
    private let step: UInt32?

    init(_ key: DropoutKey?, _ plan: TransformerPlan) {
        self.plan = plan
        let words = Philox.key(seed: key?.seed ?? 0, stream: "dropout")
        self.key = SIMD2(words.0, words.1)
        step = key?.step
    }

    private func dropout(_ kind: Dropout.Kind, _ layer: Int, _ rate: Double) -> Dropout? {
        guard let step, rate > 0 else { return nil }
        return Dropout(key: key, step: step, kind: kind, layer: layer, rate: rate)
    }

    var embeddings: Dropout? { dropout(.embeddings, 0, plan.embeddingDropout ?? plan.hiddenDropout) }
    func attentionOutput(_ layer: Int) -> Dropout? {
        dropout(.attentionOutput, layer, plan.dropsAttentionOutput ? plan.hiddenDropout : 0)
    }
    func feedForwardOutput(_ layer: Int) -> Dropout? {
        dropout(.feedForwardOutput, layer, plan.dropsFeedForwardOutput ? plan.hiddenDropout : 0)
    }
    func attention(_ layer: Int) -> Dropout? { dropout(.attention, layer, plan.attentionDropout) }
    /// Before a head's last linear map.
    var pooled: Dropout? { dropout(.pooled, 0, headRate) }
    /// Before a head's first linear map, where it has dropout there.
    var headInput: Dropout? { dropout(.headInput, 0, headRate) }

    private var headRate: Double { plan.tokenHead?.dropout ?? plan.classifierDropout ?? plan.hiddenDropout }
}
