/// A model that can be trained: all that a training loop sees of it.
///
/// One thread at a time may use a model. Results depend only on the weights, the batch and the kind
/// of CPU; where oneDNN multiplies, on its version and the number of threads too.
package protocol TrainableModel: AnyObject {
    var configuration: ModelConfiguration { get }
    /// Encoder and head.
    var parameters: ParameterSet { get }
    /// Scores per row, one per class.
    var labelCount: Int { get }
    /// Layers between the embeddings and the head.
    var layerCount: Int { get }
    var precision: Precision { get }
    var threads: Int { get }

    /// One forward and backward pass; ADDS to `parameters.gradients`.
    ///
    /// - Parameters:
    ///   - objective: what the scores are compared with the batch's targets by.
    ///   - dropout: `nil` turns dropout off.
    ///   - lossDenominator: gradients are those of Σ weight · loss / this; `nil` means Σ weight of
    ///     the batch, so the mean. Give the whole step's Σ weight to accumulate a step from several batches.
    ///   - hints: a teacher's states that those of the layers are to come near to, beside; `nil` for none.
    /// - Throws: ``BatchError`` when the batch does not fit the model.
    func trainStep(
        _ batch: PackedTokens, toward objective: any Objective, dropout: DropoutKey?,
        lossDenominator: Double?, hints: HintedStep?
    ) throws -> StepResult

    /// Scores before the softmax, `[rows, labels]`, row-major, without dropout.
    /// - Throws: ``BatchError`` when the batch does not fit the model.
    func logits(_ batch: PackedTokens) throws -> [Float]

    /// States of the last encoder layer that the head reads, `[rows, hidden]`, without dropout.
    /// - Throws: ``BatchError`` when the batch does not fit the model.
    func states(_ batch: PackedTokens) throws -> [Float]

    /// What layers hold for the tokens of a batch, without dropout; it stays as it is until the next call into the model.
    /// - Throws: ``BatchError`` when the batch does not fit the model.
    func layerStates(_ batch: PackedTokens, _ wanted: LayerStates.Wanted) throws -> LayerStates

    /// What the last linear map of the head reads, `[rows, hidden]`, without dropout.
    /// - Throws: ``BatchError`` when the batch does not fit the model.
    func features(_ batch: PackedTokens) throws -> [Float]

    /// Scores before the softmax of rows whose ``features(_:)`` are known, `[rows, labels]`, the very bits that
    /// ``logits(_:)`` gives.
    /// - Parameter features: `[rows, features]`, row-major, of at least one row.
    func logits(ofFeatures features: [Float]) throws -> [Float]

    /// States of all tokens in some layers, each `[tokens, hidden]`, without dropout.
    /// - Parameter layers: their numbers, in the order of the result; 0 is the output of the embeddings.
    /// - Throws: ``BatchError`` when the batch does not fit the model.
    func states(_ batch: PackedTokens, ofLayers layers: [Int]) throws -> [[Float]]

    /// The first numbers that are infinite or undefined on the way from weights to scores; nil if all are finite.
    /// - Parameter dropout: that of the step in question.
    func firstNonFiniteValue(_ batch: PackedTokens, dropout: DropoutKey?) throws -> NonFiniteValue?

    /// Draws weights as Hugging Face does: normal with the configuration's initializer range, biases 0,
    /// LayerNorm 1 and 0.
    ///
    /// Each tensor has its own stream, named after it: drawing only those a checkpoint lacks gives them the
    /// values that drawing all would.
    /// - Parameter isWanted: which tensors to draw; the others stay as they are.
    func drawWeights(seed: UInt64, where isWanted: (ParameterSet.Entry) -> Bool) throws

    /// Keeps the embeddings and this many of the first layers as they are; nil trains everything.
    ///
    /// Frozen parts run without dropout and without a backward pass, and hold no activations for one.
    /// - Precondition: 0 ... layers of the model.
    func freeze(layers: Int?)

    /// Whether the backward pass computes activations a second time instead of keeping them: the same bits, with a
    /// fraction of the memory, in about a third more time.
    var recomputesActivations: Bool { get set }

    /// Whether the last layer computes only what the head reads: exact, and off only to test that very equality.
    var shortensLastLayer: Bool { get set }

    /// Time spent since the model was made or this was last set.
    var times: StepTimes { get set }

    /// Most bytes of activations held at one time.
    var peakActivationBytes: Int { get }

    /// Bytes of activations that a step needs, about.
    ///
    /// - Parameters:
    ///   - tokens: of the batch, or of the part of it that is processed at once.
    ///   - rows: likewise.
    func activationBytes(tokens: Int, rows: Int) -> Int
}

extension TrainableModel {
    /// One step without a teacher's states.
    package func trainStep(
        _ batch: PackedTokens, toward objective: any Objective, dropout: DropoutKey?,
        lossDenominator: Double?
    ) throws -> StepResult {
        try trainStep(
            batch, toward: objective, dropout: dropout, lossDenominator: lossDenominator, hints: nil)
    }

    /// One step toward the classes of the batch, by cross-entropy.
    package func trainStep(
        _ batch: PackedTokens, dropout: DropoutKey?, lossDenominator: Double? = nil
    ) throws -> StepResult {
        try trainStep(
            batch, toward: CrossEntropyObjective(), dropout: dropout, lossDenominator: lossDenominator)
    }

    /// Factor of the learning rate of each entry when it falls by `decay` from each layer to the one below; the head
    /// has 1, the last layer `decay`, the embeddings decay^(layers + 1).
    ///
    /// Source: Howard, Ruder, "Universal Language Model Fine-tuning" (2018), section 3.2, arXiv:1801.06146.
    package func learningRates(decay: Double) -> [Double] {
        parameters.entries.map { entry in
            let depth =
                switch entry.part {
                case .head: 0
                case .layer(let layer): layerCount - layer
                case .embeddings: layerCount + 1
                }
            return (0..<depth).reduce(1.0) { rate, _ in rate * decay }
        }
    }
}
