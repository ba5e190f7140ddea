extension TransformerPlan {
    /// Roles, shapes and order of a Text-CNN's parameters below its head.
    func layout(of convolution: ConvolutionPlan) -> [ParameterSet.Item] {
        var items: [ParameterSet.Item] = []
        let table = [vocabularySize, embeddingSize]
        if convolution.vectors.isTrained { items.append(.init(role: .words, shape: table)) }
        if convolution.vectors.isKept { items.append(.init(role: .keptWords, shape: table)) }
        // All filters are adjacent: one product computes what all of them say of a token.
        for (number, width) in convolution.widths.enumerated() {
            items.append(
                .init(
                    role: .filters(number, .weight), shape: [width * convolution.filters, embeddingSize],
                    adjacent: number > 0))
        }
        for number in convolution.widths.indices {
            items.append(
                .init(role: .filters(number, .bias), shape: [convolution.filters], adjacent: number > 0))
        }
        return items
    }

    /// How a parameter starts where no file has it: as in the paper.
    ///
    /// What layers add to a sum that no normalization ends starts smaller, by the root of how many add to it.
    /// Source: Radford and others, "Language models are unsupervised multitask learners" (2019), section 2.3.
    func start(of role: ParameterRole) -> InitialValue {
        if normalizesFirst, case .layer(_, let part) = role,
            part == .attentionOutput(.weight) || part == .down(.weight)
        {
            return .narrow(1 / Double(2 * layers).squareRoot())
        }
        guard convolution != nil else { return role.initial }
        switch role {
        case .words, .keptWords: return .uniform(ConvolutionPlan.tokenRange)
        case .filters(_, .weight): return .uniform(initializerRange)
        default: return .zero
        }
    }
}
