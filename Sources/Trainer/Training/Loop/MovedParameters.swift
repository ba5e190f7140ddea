import Models

/// What a step of training moves: the model's parameters, and what is learned beside them, or in place of them.
struct MovedParameters {
    /// What is trained in place of the layers' weights; nil if these are.
    let adapters: LowRankAdapters?
    /// Of the model's own parameters.
    let optimizer: AdamW
    let adapterOptimizer: AdamW?
    /// Of what is learned beside the model, and not kept.
    let hintOptimizer: AdamW?
    private let parameters: ParameterSet
    private let hints: ParameterSet?
    private let clipNorm: Double?
    private let threads: Int

    /// Freezes what the options freeze, and gives the model its adapters.
    ///
    /// - Parameter hints: what is learned beside the model.
    /// - Throws: ``TrainingError`` for adapters that the model cannot have.
    init(
        of model: any TrainableModel, _ options: TrainingOptions, hints: ParameterSet? = nil
    ) throws(TrainingError) {
        parameters = model.parameters
        self.hints = hints
        (clipNorm, threads) = (options.clipNorm, options.threads)
        func optimizer(_ parameters: ParameterSet) -> AdamW {
            AdamW(for: parameters, settings: options.optimizer, threads: options.threads)
        }
        self.optimizer = optimizer(parameters)
        let rates = model.learningRates(decay: options.layerDecay)
        self.optimizer.rates = rates
        hintOptimizer = hints.map(optimizer)
        model.freeze(layers: options.frozenLayers)
        do {
            adapters = try options.lowRank.map { try LowRankAdapters($0, of: model, seed: options.seed) }
        } catch {
            throw .options(["lora_rank: \(error)"])
        }
        adapterOptimizer = adapters.map { optimizer($0.parameters) }
        if let adapters { adapterOptimizer?.rates = adapters.rates(rates) }
    }

    /// Moves all parameters a step against their gradients.
    /// - Returns: the norm of all gradients; where it is not finite nothing was changed.
    func step(learningRate rate: Double) throws -> Double {
        var moved = [(parameters, optimizer)]
        if let hints, let hintOptimizer { moved.append((hints, hintOptimizer)) }
        if let adapters, let adapterOptimizer { moved.append((adapters.parameters, adapterOptimizer)) }
        if moved.count == 1 {
            return try optimizer.step(parameters, learningRate: rate, clipNorm: clipNorm)
        }
        try adapters?.projectGradients()
        let norm = try AdamW.gradientNorm(of: moved.map(\.0), threads: threads)
        for (parameters, optimizer) in moved {
            try optimizer.step(parameters, learningRate: rate, clipNorm: clipNorm, norm: norm)
        }
        if norm.isFinite { try adapters?.apply() }
        return norm
    }
}

/// Steps that optimizers have taken, and the numbers of a checkpoint.
extension MovedParameters {
    var stepCount: Int {
        get { optimizer.stepCount }
        nonmutating set {
            for optimizer in [optimizer, adapterOptimizer, hintOptimizer] { optimizer?.stepCount = newValue }
        }
    }

    /// The numbers of a checkpoint that are copied back.
    var numbers: [CheckpointPiece] {
        var numbers = CheckpointPiece.numbers(of: parameters, optimizer)
        if let hints, let hintOptimizer {
            numbers += CheckpointPiece.numbers(of: hints, hintOptimizer, prefix: "hints.")
        }
        if let adapters, let adapterOptimizer {
            numbers += CheckpointPiece.numbers(
                of: adapters.parameters, adapterOptimizer, prefix: "adapters.")
        }
        return numbers
    }

    /// The same, for processes that share a training.
    var shared: [UnsafeMutableBufferPointer<Float>] {
        var shared = [parameters.values, optimizer.firstMoments, optimizer.secondMoments]
        if let adapters, let adapterOptimizer {
            shared += [
                adapters.parameters.values, adapterOptimizer.firstMoments, adapterOptimizer.secondMoments,
            ]
        }
        return shared
    }
}
