internal import Tensors

/// What a teacher's layers hold for the tokens of a batch, in the teacher's memory: valid until the next call into it.
package final class LayerStates {
    /// Which of it is kept.
    package struct Wanted: Hashable, Sendable {
        /// States by the number of layers before; 0 for those of the embeddings.
        package var states: Set<Int> = []
        /// Queries and keys of these layers, counted from 0.
        package var attention: Set<Int> = []

        package init() {}
    }

    /// `[tokens, hidden]`, by the number of layers before.
    private(set) var states: [Int: Tensor] = [:]
    /// Queries and keys, `[tokens, hidden]` each, by layer.
    private(set) var attention: [Int: AttentionDistance.Side] = [:]

    /// Makes room: what is handed out while layers work is taken back by them.
    init(_ wanted: Wanted, _ plan: TransformerPlan, _ context: StepContext) {
        let arena = context.runtime.arena
        func matrix() -> Tensor { arena.tensor([context.batch.tokens, plan.hiddenSize]) }
        for layers in wanted.states { states[layers] = matrix() }
        for layer in wanted.attention {
            attention[layer] = AttentionDistance.Side(queries: matrix(), keys: matrix())
        }
    }
}

extension LayerStates: LayerObserver {
    func read(_ found: PaddedTensor, after layers: Int) throws {
        if let kept = states[layers] { try Elementwise.widen(found.used, into: kept) }
    }

    func read(queries: Tensor, keys: Tensor, of layer: Int) throws {
        guard let kept = attention[layer] else { return }
        try Elementwise.widen(queries, into: kept.queries)
        try Elementwise.widen(keys, into: kept.keys)
    }

    func addGradient(after layers: Int, to gradient: PaddedTensor) {}
    func addGradient(of layer: Int, toQueries queries: Tensor, keys: Tensor) {}
}
