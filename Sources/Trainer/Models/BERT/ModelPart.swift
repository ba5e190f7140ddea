/// Which part of a BERT classifier a parameter belongs to.
public enum ModelPart: Hashable, Sendable {
    case embeddings
    /// Counted from 0.
    case layer(Int)
    /// Pooler and classifier.
    case head
}

extension BERTClassifier {
    /// Keeps the embeddings and this many of the first layers as they are; nil trains everything.
    ///
    /// Frozen parts run without dropout and without a backward pass, and hold no activations for one.
    /// - Precondition: 0 ... layers of the model.
    public func freeze(layers: Int?) {
        precondition((0...configuration.layers).contains(layers ?? 0), "the model has fewer layers")
        frozenLayers = layers
        for (number, entry) in parameters.entries.enumerated() {
            parameters.isFrozen[number] =
                switch entry.part {
                case .embeddings: layers != nil
                case .layer(let layer): layer < layers ?? 0
                case .head: false
                }
        }
    }

    /// Factor of the learning rate of each entry when it falls by `decay` from each layer to the one below; the head
    /// has 1, the last layer `decay`, the embeddings decay^(layers + 1).
    ///
    /// Source: Howard, Ruder, "Universal Language Model Fine-tuning" (2018), section 3.2, arXiv:1801.06146.
    public func learningRates(decay: Double) -> [Double] {
        parameters.entries.map { entry in
            let depth =
                switch entry.part {
                case .head: 0
                case .layer(let layer): configuration.layers - layer
                case .embeddings: configuration.layers + 1
                }
            return (0..<depth).reduce(1.0) { rate, _ in rate * decay }
        }
    }
}
