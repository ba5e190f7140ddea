extension TransformerEncoder {
    func activationBytes(tokens: Int, rows: Int, precision: Precision) -> Int {
        let (hidden, middle) = (plan.hiddenSize, plan.intermediateSize)
        let isNarrow = precision == .bf16
        // Projections, context, both halves' products and normed sums, and the middle before its activation.
        let layer =
            (isNarrow ? 20 * hidden + 2 * middle : 32 * hidden + 4 * middle)
            + (plan.normalizesFirst ? (isNarrow ? 2 : 4) * hidden : 0)  // normalized inputs of both halves
        let backward = isNarrow ? 10 * hidden + 4 * middle : 20 * hidden + 8 * middle
        let input = isNarrow ? 6 * hidden : 4 * hidden
        let trained = plan.layers - (frozenLayers ?? 0)
        // The last layer keeps little more than keys and values.
        let full = max(0, trained - 1)
        let kept =
            recomputes
            ? trained * input + (full > 0 ? layer : 0) : full * layer + (trained > 0 ? 8 * hidden : 0)
        let perRow = trained > 0 ? layer + backward : 0
        return tokens * (12 * hidden + kept + backward) + rows * perRow
    }
}
