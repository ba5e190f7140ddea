internal import JSON

extension Dialect {
    /// Text-CNN: the vectors of tokens, filters of several widths, the largest answer of each, dropout and a linear map.
    ///
    /// A family of this program; no class of transformers opens it. Row j · filters + f of a width's weights is what filter
    /// f multiplies with the token at place j of its window.
    package static let textCNN = Dialect(
        modelType: "text_cnn", sequenceArchitecture: "TextCNNForSequenceClassification",
        tokenizerClass: "BertTokenizer", prefix: "text_cnn.",
        plan: { reader in
            let convolution = reader.convolution()
            var plan = TransformerPlan(
                vocabularySize: reader.integer("vocab_size", default: nil),
                hiddenSize: max(1, convolution.outputs),
                layers: 1, heads: 1, intermediateSize: 1,
                maxPositions: reader.integer("max_tokens", default: 65_536), segmentTypes: 0,
                hiddenDropout: reader.number("dropout", default: 0.5), attentionDropout: 0,
                initializerRange: reader.number("initializer_range", default: 0.01),
                padTokenID: reader.integer("pad_token_id", default: 0),
                embeddingSize: reader.integer("embedding_size", default: 300))
            plan.ignoresSegments = true
            plan.convolution = convolution
            return plan
        },
        keys: { plan in
            guard let convolution = plan.convolution else { return [:] }
            return [
                "vocab_size": .integer(plan.vocabularySize), "embedding_size": .integer(plan.embeddingSize),
                "filter_widths": .array(convolution.widths.map(JSONValue.integer)),
                "filters": .integer(convolution.filters), "vectors": .string(convolution.vectors.rawValue),
                "max_norm": convolution.maxNorm.map(JSONValue.number) ?? .null,
                "dropout": .number(plan.hiddenDropout), "max_tokens": .integer(plan.maxPositions),
                "initializer_range": .number(plan.initializerRange),
                "pad_token_id": .integer(plan.padTokenID),
            ]
        },
        name: { role, plan in
            switch role {
            case .words: "text_cnn.embedding.weight"
            case .keptWords: "text_cnn.kept_embedding.weight"
            case .filters(let number, let dense):
                "text_cnn.filters.\(plan.convolution?.widths[number] ?? number).\(dense.published)"
            case .head(.classifier, let dense): "classifier.\(dense.published)"
            default: "text_cnn.\(role)"
            }
        },
        // There are none; asking for them is refused.
        head: SequenceHeadForm(activation: nil, dropsInput: false), pretraining: .bert("TextCNN"),
        renamed: [],
        tiedDecoder: nil,
        pretrainingHeads: [])
}

extension ConfigurationReader {
    fileprivate mutating func convolution() -> ConvolutionPlan {
        var convolution = ConvolutionPlan()
        if let widths = object["filter_widths"] {
            if let numbers = widths.arrayValue?.map(\.wholeNumber), !numbers.contains(nil) {
                convolution.widths = numbers.compactMap { $0 }
            } else {
                complain("filter_widths", "is \(widths.shownText); it must be a list of whole numbers")
            }
        }
        convolution.filters = integer("filters", default: convolution.filters)
        let names = ConvolutionPlan.Vectors.allCases.map(\.rawValue)
        convolution.vectors = .init(rawValue: string("vectors", default: "random", oneOf: names)) ?? .random
        convolution.maxNorm = object["max_norm"] == .null ? nil : number("max_norm", default: 3)
        return convolution
    }
}
