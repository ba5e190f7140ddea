public import Models

/// A model that can be trained to tell classes apart.
public protocol TrainableClassifier: AnyObject {
    var parameters: ParameterSet { get }
    /// Classes it tells apart.
    var labelCount: Int { get }

    /// One forward and backward pass; adds to the gradients of ``parameters``.
    func trainStep(_ batch: TokenBatch, dropout: DropoutKey?, lossDenominator: Double?) throws -> StepResult

    /// Scores before the softmax, `[rows, labels]`, row-major, without dropout.
    func logits(_ batch: TokenBatch) throws -> [Float]

    /// Where the time of forward and backward passes went since it was last set.
    var times: StepTimes { get set }

    /// Layers between the embeddings and the head.
    var layerCount: Int { get }

    /// Keeps the embeddings and so many of the first layers as they are; nil trains everything.
    func freeze(layers: Int?)

    /// Whether the backward pass computes activations a second time instead of keeping them.
    var recomputesActivations: Bool { get set }

    /// Factor of the learning rate of each parameter when it falls by `decay` from each layer to the one below.
    func learningRates(decay: Double) -> [Double]

    /// Bytes of activations that a step over so many tokens needs, about.
    func activationBytes(tokens: Int, rows: Int) -> Int

    /// The first numbers that are infinite or undefined on the way from weights to scores; nil where all are finite.
    func firstStrangeNumber(_ batch: TokenBatch, dropout: DropoutKey?) throws -> StrangeNumber?
}

extension BERTClassifier: TrainableClassifier {
    public var layerCount: Int { configuration.layers }
}
