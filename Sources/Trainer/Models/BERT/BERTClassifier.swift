internal import Tensors

/// BERT with a classification head: pooler (tanh of a linear map of the first token), dropout, linear,
/// softmax.
///
/// One thread at a time may use a model. Results depend on the weights, the batch and the kind of CPU, and on
/// nothing else; where oneDNN multiplies, on its version and the number of threads too.
public final class BERTClassifier {
    public let configuration: BERTConfiguration
    /// Classes the head tells apart.
    public let labelCount: Int
    /// Encoder and head under Hugging Face names.
    public let parameters: ParameterSet
    public let precision: Precision
    public let threads: Int

    private let runtime: ModelRuntime
    private var encoder: BERTEncoder
    private let head: ClassificationHead

    /// A model with random weights as Hugging Face draws them: normal with the configuration's initializer
    /// range, biases 0, LayerNorm 1 and 0. Load published weights through ``parameters``.
    /// - Throws: ``ConfigurationError``.
    public init(
        configuration: BERTConfiguration, labelCount: Int, seed: UInt64?, threads: Int,
        precision: Precision = .fp32
    ) throws {
        try configuration.validate()
        if labelCount < 1 {
            throw ConfigurationError(problems: ["a classifier needs at least one label; found \(labelCount)"])
        }
        self.configuration = configuration
        self.labelCount = labelCount
        self.precision = precision
        self.threads = max(1, threads)
        parameters = ParameterSet(
            layout: BERTLayout(configuration, labelCount: labelCount).items, name: BERTNames.name)
        runtime = try ModelRuntime(threads: self.threads, precision: precision)
        encoder = BERTEncoder(configuration: configuration, parameters: parameters)
        head = ClassificationHead(configuration: configuration, parameters: parameters)
        if let seed { try drawWeights(seed: seed) }
    }

    /// Draws weights as Hugging Face does: normal with the configuration's initializer range, biases 0,
    /// LayerNorm 1 and 0.
    ///
    /// Each tensor has its own stream, named after it: drawing only those a checkpoint lacks gives them the
    /// values that drawing all would.
    /// - Parameter isWanted: which tensors to draw; the others stay as they are.
    public func drawWeights(seed: UInt64, where isWanted: (ParameterSet.Entry) -> Bool = { _ in true }) throws
    {
        try Compute.run(threads: threads) {
            parameters.drawBERTWeights(
                seed: seed, deviation: configuration.initializerRange, padTokenID: configuration.padTokenID,
                where: isWanted)
        }
    }

    /// Time spent since the model was made or this was last set.
    public var times: StepTimes {
        get { runtime.times }
        set { runtime.times = newValue }
    }

    /// Most bytes of activations held at one time.
    public var peakActivationBytes: Int { runtime.arena.peakBytes }

    /// Whether the backward pass computes activations a second time instead of keeping them: the same bits, with a
    /// fraction of the memory, in about a third more time.
    public var recomputesActivations: Bool {
        get { encoder.recomputes }
        set { encoder.recomputes = newValue }
    }

    var frozenLayers: Int? {
        get { encoder.frozenLayers }
        set { encoder.frozenLayers = newValue }
    }

    /// Whether the last layer computes only what the head reads; for tests of that very equality.
    package var shortensLastLayer: Bool {
        get { encoder.shortensLastLayer }
        set { encoder.shortensLastLayer = newValue }
    }

    /// One forward and backward pass; ADDS to `parameters.gradients`.
    ///
    /// - Parameters:
    ///   - dropout: `nil` turns dropout off.
    ///   - lossDenominator: gradients are those of Σ weight · cross-entropy / this; `nil` means Σ weight of
    ///     the batch, so the mean. Give the whole step's Σ weight to accumulate a step from several batches.
    /// - Throws: ``BatchError`` when the batch does not fit the model.
    public func trainStep(
        _ batch: TokenBatch, dropout: DropoutKey?, lossDenominator: Double? = nil
    ) throws -> StepResult {
        try onComputeThread {
            let targets = try batch.targets(labelCount: labelCount)
            let pass = try makePass(batch, dropout)
            let weightSum = batch.weights?.reduce(0) { $0 + Double($1) } ?? Double(batch.rows)
            let denominator = lossDenominator ?? weightSum
            let (firstTokens, encoderSaved) = try encoder.forward(pass, keeps: true)
            let (logits, headSaved) = try head.forward(firstTokens.used, pass)
            let gradient = runtime.arena.tensor(logits.shape)
            let loss = try CrossEntropy.forwardBackward(
                logits: logits, targets: targets, weights: batch.weights,
                gradientScale: denominator > 0 ? 1 / denominator : 0, gradient: gradient)
            if let encoderSaved {
                let back = try head.backward(gradient, input: firstTokens.used, saved: headSaved, pass)
                try encoder.backward(back, saved: encoderSaved, pass)
            }
            return StepResult(
                lossSum: loss, weightSum: weightSum, logits: logits.array(), rows: batch.rows,
                tokens: batch.tokens)
        }
    }

    /// Scores before the softmax, `[rows, labels]`, row-major, without dropout.
    /// - Throws: ``BatchError`` when the batch does not fit the model.
    public func logits(_ batch: TokenBatch) throws -> [Float] {
        try onComputeThread {
            let pass = try makePass(batch, nil)
            let (firstTokens, _) = try encoder.forward(pass, keeps: false)
            return try head.forward(firstTokens.used, pass).logits.array()
        }
    }

    /// First-token vectors of the last encoder layer, `[rows, hidden]`, without dropout: what a frozen
    /// encoder gives.
    /// - Throws: ``BatchError`` when the batch does not fit the model.
    public func features(_ batch: TokenBatch) throws -> [Float] {
        try onComputeThread {
            try encoder.forward(makePass(batch, nil), keeps: false).firstTokens.used.array()
        }
    }

    /// The pooler's output, `[rows, hidden]`, without dropout: what the classifier of a frozen model reads.
    /// - Throws: ``BatchError`` when the batch does not fit the model.
    public func pooledFeatures(_ batch: TokenBatch) throws -> [Float] {
        try onComputeThread {
            let pass = try makePass(batch, nil)
            let (firstTokens, _) = try encoder.forward(pass, keeps: false)
            return try head.forward(firstTokens.used, pass).saved.pooled.array()
        }
    }

    /// Looks for the first numbers that are infinite or undefined on the way from weights to scores.
    /// - Parameter dropout: that of the step in question.
    public func firstStrangeNumber(_ batch: TokenBatch, dropout: DropoutKey?) throws -> StrangeNumber? {
        if let entry = parameters.entries.first(where: {
            !parameters.valueStorage[$0.range].allSatisfy(\.isFinite)
        }) {
            return StrangeNumber(place: "the weight '\(entry.name)'", rows: Array(0..<batch.rows))
        }
        return try onComputeThread {
            let pass = try makePass(batch, dropout)
            var found: StrangeNumber?
            let (firstTokens, _) = try encoder.forward(pass, keeps: false) { place, tensor in
                if found == nil { found = StrangeNumber(place, tensor, batch) }
            }
            if let found { return found }
            let logits = try head.forward(firstTokens.used, pass).logits.array()
            let rows = (0..<batch.rows).filter { row in
                !logits[row * labelCount..<(row + 1) * labelCount].allSatisfy(\.isFinite)
            }
            return rows.isEmpty ? nil : StrangeNumber(place: "the scores of the head", rows: rows)
        }
    }

    private func makePass(_ batch: TokenBatch, _ dropout: DropoutKey?) throws -> EncoderLayer.Pass {
        let packed = try PackedBatch(
            batch, configuration: configuration, firstRow: dropout?.firstRow ?? 0, arena: runtime.arena)
        return EncoderLayer.Pass(
            runtime: runtime, batch: packed, dropouts: DropoutPlan(dropout, configuration))
    }

    private func onComputeThread<Result>(_ body: () throws -> Result) throws -> Result {
        try Compute.run(threads: threads) {
            runtime.arena.reset()
            if precision == .bf16 { parameters.refreshHalves() }
            return try runtime.measure(\.total, body)
        }
    }
}
