/// Roles, shapes and order of a BERT classifier's parameters.
struct BERTLayout {
    private(set) var items: [ParameterSet.Item] = []

    init(_ configuration: BERTConfiguration, labelCount: Int) {
        let hidden = configuration.hiddenSize
        add(.words, [configuration.vocabularySize, hidden])
        add(.positions, [configuration.maxPositions, hidden])
        add(.segments, [configuration.segmentTypes, hidden])
        add(.embeddingNorm(.gain), [hidden])
        add(.embeddingNorm(.shift), [hidden])
        for layer in 0..<configuration.layers { addLayer(layer, configuration) }
        addDense({ .head(.pooler, $0) }, hidden, hidden)
        addDense({ .head(.classifier, $0) }, labelCount, hidden)
    }

    private mutating func add(_ role: ParameterRole, _ shape: [Int], adjacent: Bool = false) {
        items.append(.init(role: role, shape: shape, adjacent: adjacent))
    }

    private mutating func addDense(
        _ role: (ParameterRole.Dense) -> ParameterRole, _ outputs: Int, _ inputs: Int
    ) {
        add(role(.weight), [outputs, inputs])
        add(role(.bias), [outputs])
    }

    private mutating func addLayer(_ number: Int, _ configuration: BERTConfiguration) {
        let (hidden, middle) = (configuration.hiddenSize, configuration.intermediateSize)
        // Query, key and value lie side by side: one product computes all three.
        add(.layer(number, .query(.weight)), [hidden, hidden])
        add(.layer(number, .key(.weight)), [hidden, hidden], adjacent: true)
        add(.layer(number, .value(.weight)), [hidden, hidden], adjacent: true)
        add(.layer(number, .query(.bias)), [hidden])
        add(.layer(number, .key(.bias)), [hidden], adjacent: true)
        add(.layer(number, .value(.bias)), [hidden], adjacent: true)
        addDense({ .layer(number, .attentionOutput($0)) }, hidden, hidden)
        add(.layer(number, .attentionNorm(.gain)), [hidden])
        add(.layer(number, .attentionNorm(.shift)), [hidden])
        addDense({ .layer(number, .up($0)) }, middle, hidden)
        addDense({ .layer(number, .down($0)) }, hidden, middle)
        add(.layer(number, .outputNorm(.gain)), [hidden])
        add(.layer(number, .outputNorm(.shift)), [hidden])
    }
}
