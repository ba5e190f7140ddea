extension BERTConfiguration {
    /// A model with random weights as Hugging Face draws them: normal with the configuration's initializer
    /// range, biases 0, LayerNorm 1 and 0. Load published weights through its parameters.
    ///
    /// - Parameters:
    ///   - labelCount: classes the head tells apart.
    ///   - seed: of the random weights; nil leaves all at 0.
    /// - Throws: ``ConfigurationError``.
    public func makeModel(
        labelCount: Int, seed: UInt64?, threads: Int, precision: Precision = .fp32
    ) throws -> any TrainableModel {
        try validate()
        if labelCount < 1 {
            throw ConfigurationError(problems: ["a classifier needs at least one label; found \(labelCount)"])
        }
        let parameters = ParameterSet(
            layout: BERTLayout(self, labelCount: labelCount).items, name: BERTNames.name)
        let model = Network(
            TransformerEncoder(configuration: self, parameters: parameters),
            SequenceHead(configuration: self, parameters: parameters),
            configuration: self, parameters: parameters,
            runtime: try ModelRuntime(threads: max(1, threads), precision: precision))
        if let seed { try model.drawWeights(seed: seed) { _ in true } }
        return model
    }
}
