extension TransformerPlan {
    /// Roles, shapes and order of the encoder's parameters.
    var layout: [ParameterSet.Item] {
        [
            .init(role: .words, shape: [vocabularySize, hiddenSize]),
            .init(role: .positions, shape: [maxPositions, hiddenSize]),
            .init(role: .segments, shape: [segmentTypes, hiddenSize]),
            .init(role: .embeddingNorm(.gain), shape: [hiddenSize]),
            .init(role: .embeddingNorm(.shift), shape: [hiddenSize]),
        ] + (0..<layers).flatMap(layout(ofLayer:))
    }

    private func layout(ofLayer number: Int) -> [ParameterSet.Item] {
        func item(_ role: ParameterRole.Layer, _ shape: [Int], adjacent: Bool = false) -> ParameterSet.Item {
            .init(role: .layer(number, role), shape: shape, adjacent: adjacent)
        }
        let (hidden, middle) = (hiddenSize, intermediateSize)
        return [
            // Query, key and value lie side by side: one product computes all three.
            item(.query(.weight), [hidden, hidden]),
            item(.key(.weight), [hidden, hidden], adjacent: true),
            item(.value(.weight), [hidden, hidden], adjacent: true),
            item(.query(.bias), [hidden]),
            item(.key(.bias), [hidden], adjacent: true),
            item(.value(.bias), [hidden], adjacent: true),
            item(.attentionOutput(.weight), [hidden, hidden]), item(.attentionOutput(.bias), [hidden]),
            item(.attentionNorm(.gain), [hidden]), item(.attentionNorm(.shift), [hidden]),
            item(.up(.weight), [middle, hidden]), item(.up(.bias), [middle]),
            item(.down(.weight), [hidden, middle]), item(.down(.bias), [hidden]),
            item(.outputNorm(.gain), [hidden]), item(.outputNorm(.shift), [hidden]),
        ]
    }
}
