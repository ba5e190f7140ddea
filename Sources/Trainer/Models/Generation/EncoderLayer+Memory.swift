internal import Tensors

extension EncoderLayer {
    /// Attention of the batch's tokens to those of their row, or to all that its text had before.
    func attend(
        _ projections: Projections, into output: Tensor, _ logSums: Tensor, _ step: StepContext
    ) throws {
        let arena = step.runtime.arena
        if let memories = step.memories {
            for (row, memory) in memories.enumerated() {
                let tokens = Int(step.batch.offsets[row])..<Int(step.batch.offsets[row + 1])
                memory.keep(projections.key.rows(tokens), projections.value.rows(tokens), of: number)
            }
            if memories.contains(where: { $0.count > 0 }) {
                for (row, memory) in memories.enumerated() {
                    try attend(row, memory, projections, into: output.rows(row..<row + 1), step)
                }
                return
            }
        }
        try attention(step).forward(
            queries: projections.query, keys: projections.key, values: projections.value, output: output,
            logSums: logSums, arena: arena)
    }

    /// Attention of a row's one token to all tokens of its text, itself the last of them.
    private func attend(
        _ row: Int, _ memory: TextMemory, _ projections: Projections, into output: Tensor,
        _ step: StepContext
    ) throws {
        let arena = step.runtime.arena
        let mark = arena.mark
        let (keys, values) = memory.tensors(of: number, tokens: memory.count + 1)
        // The one token asks, and what it asks all lies before it.
        let attention = Attention(
            heads: plan.heads, offsets: arena.copy([0, Int32(memory.count + 1)]), sequences: 1,
            firstTokensOnly: true)
        try attention.forward(
            queries: projections.query.rows(row..<row + 1), keys: keys, values: values, output: output,
            logSums: arena.tensor([plan.heads, 1]), arena: arena)
        arena.release(to: mark)
    }
}
