/// Names, shapes and order of a BERT classifier's parameters.
struct BERTLayout {
    let items: [ParameterSet.Item]

    /// Entries of a layer, counted from its first.
    enum LayerEntry: Int, CaseIterable {
        case queryWeight, keyWeight, valueWeight, queryBias, keyBias, valueBias
        case outputWeight, outputBias, attentionNormGain, attentionNormShift
        case upWeight, upBias, downWeight, downBias, outputNormGain, outputNormShift
    }

    enum EmbeddingEntry: Int, CaseIterable {
        case words, positions, segments, normGain, normShift
    }

    enum HeadEntry: Int, CaseIterable {
        case poolerWeight, poolerBias, classifierWeight, classifierBias
    }

    init(_ configuration: BERTConfiguration, labelCount: Int) {
        let (hidden, middle) = (configuration.hiddenSize, configuration.intermediateSize)
        var items: [ParameterSet.Item] = []
        func dense(_ name: String, _ outputs: Int, _ inputs: Int) {
            items.append(.init(name: "\(name).weight", shape: [outputs, inputs]))
            items.append(.init(name: "\(name).bias", shape: [outputs], decays: false))
        }
        func norm(_ name: String) {
            items.append(.init(name: "\(name).weight", shape: [hidden], decays: false))
            items.append(.init(name: "\(name).bias", shape: [hidden], decays: false))
        }
        let embeddings = "bert.embeddings"
        items.append(
            .init(
                name: "\(embeddings).word_embeddings.weight", shape: [configuration.vocabularySize, hidden]))
        items.append(
            .init(
                name: "\(embeddings).position_embeddings.weight", shape: [configuration.maxPositions, hidden])
        )
        items.append(
            .init(
                name: "\(embeddings).token_type_embeddings.weight",
                shape: [configuration.segmentTypes, hidden]))
        norm("\(embeddings).LayerNorm")
        for layer in 0..<configuration.layers {
            let name = "bert.encoder.layer.\(layer)"
            // Query, key and value lie side by side: one product computes all three.
            for (part, adjacent) in [("query", false), ("key", true), ("value", true)] {
                items.append(
                    .init(
                        name: "\(name).attention.self.\(part).weight", shape: [hidden, hidden],
                        adjacent: adjacent))
            }
            for (part, adjacent) in [("query", false), ("key", true), ("value", true)] {
                items.append(
                    .init(
                        name: "\(name).attention.self.\(part).bias", shape: [hidden], decays: false,
                        adjacent: adjacent))
            }
            dense("\(name).attention.output.dense", hidden, hidden)
            norm("\(name).attention.output.LayerNorm")
            dense("\(name).intermediate.dense", middle, hidden)
            dense("\(name).output.dense", hidden, middle)
            norm("\(name).output.LayerNorm")
        }
        dense("bert.pooler.dense", hidden, hidden)
        dense("classifier", labelCount, hidden)
        self.items = items
    }

    static func number(_ entry: EmbeddingEntry) -> Int { entry.rawValue }

    static func number(_ entry: LayerEntry, layer: Int) -> Int {
        EmbeddingEntry.allCases.count + layer * LayerEntry.allCases.count + entry.rawValue
    }

    static func number(_ entry: HeadEntry, layers: Int) -> Int {
        EmbeddingEntry.allCases.count + layers * LayerEntry.allCases.count + entry.rawValue
    }
}
