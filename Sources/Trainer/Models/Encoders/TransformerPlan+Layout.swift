extension TransformerPlan {
    /// Roles, shapes and order of the encoder's parameters.
    var layout: [ParameterSet.Item] {
        convolution.map(layout(of:)) ?? embeddingLayout + (0..<parameterLayers).flatMap(layout(ofLayer:))
            + finalLayout
    }

    private var embeddingLayout: [ParameterSet.Item] {
        var items: [ParameterSet.Item] = [
            .init(role: .words, shape: [vocabularySize, embeddingSize]),
            .init(role: .positions, shape: [maxPositions, embeddingSize]),
        ]
        if segmentTypes > 0 { items.append(.init(role: .segments, shape: [segmentTypes, embeddingSize])) }
        if taskTypes > 0 { items.append(.init(role: .taskTypes, shape: [taskTypes, embeddingSize])) }
        if normalizesEmbeddings {
            items += [
                .init(role: .embeddingNorm(.gain), shape: [embeddingSize]),
                .init(role: .embeddingNorm(.shift), shape: [embeddingSize]),
            ]
        }
        if projectsEmbeddings {
            items += [
                .init(role: .embeddingProjection(.weight), shape: [hiddenSize, embeddingSize]),
                .init(role: .embeddingProjection(.bias), shape: [hiddenSize]),
            ]
        }
        return items
    }

    /// What follows the last layer; it is trained, or not, with that.
    private var finalLayout: [ParameterSet.Item] {
        guard normalizesFirst else { return [] }
        return [ParameterRole.Affine.gain, .shift].map {
            .init(role: .layer(parameterLayers - 1, .finalNorm($0)), shape: [hiddenSize])
        }
    }

    private func layout(ofLayer number: Int) -> [ParameterSet.Item] {
        func item(_ role: ParameterRole.Layer, _ shape: [Int], adjacent: Bool = false) -> ParameterSet.Item {
            .init(role: .layer(number, role), shape: shape, adjacent: adjacent)
        }
        let (hidden, middle) = (hiddenSize, intermediateSize)
        if storesInputFirst {
            return [
                item(.attentionNorm(.gain), [hidden]), item(.attentionNorm(.shift), [hidden]),
                item(.projection(.weight), [hidden, 3 * hidden]), item(.projection(.bias), [3 * hidden]),
                item(.attentionOutput(.weight), [hidden, hidden]), item(.attentionOutput(.bias), [hidden]),
                item(.outputNorm(.gain), [hidden]), item(.outputNorm(.shift), [hidden]),
                item(.up(.weight), [hidden, middle]), item(.up(.bias), [middle]),
                item(.down(.weight), [middle, hidden]), item(.down(.bias), [hidden]),
            ]
        }
        return [
            // Query, key and value are adjacent: one product computes all three.
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
