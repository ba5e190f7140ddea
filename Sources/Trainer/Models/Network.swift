internal import Tensors

/// An encoder and a head, trained together.
final class Network<E: TokenEncoder, H: Head>: TrainableModel {
    let configuration: ModelConfiguration
    let parameters: ParameterSet
    private let runtime: ModelRuntime
    private var encoder: E
    private let head: H

    /// - Parameter parameters: those that encoder and head were made with.
    init(
        _ encoder: E, _ head: H, configuration: ModelConfiguration, parameters: ParameterSet,
        runtime: ModelRuntime
    ) {
        self.encoder = encoder
        self.head = head
        self.configuration = configuration
        self.parameters = parameters
        self.runtime = runtime
    }

    var labelCount: Int { head.scoreCount }
    var layerCount: Int { encoder.depth }
    var precision: Precision { runtime.precision }
    var threads: Int { runtime.threads }
    var peakActivationBytes: Int { runtime.arena.peakBytes }

    var times: StepTimes {
        get { runtime.times }
        set { runtime.times = newValue }
    }

    var recomputesActivations: Bool {
        get { encoder.recomputes }
        set { encoder.recomputes = newValue }
    }

    var shortensLastLayer: Bool {
        get { encoder.shortensLastLayer }
        set { encoder.shortensLastLayer = newValue }
    }

    func freeze(layers: Int?) {
        precondition((0...layerCount).contains(layers ?? 0), "the model has fewer layers")
        encoder.frozenLayers = layers
        parameters.freeze(layers: encoder.frozenLayers)
    }

    func activationBytes(tokens: Int, rows: Int) -> Int {
        encoder.activationBytes(tokens: tokens, rows: rows, precision: precision)
    }

    func drawWeights(seed: UInt64, where isWanted: (ParameterSet.Entry) -> Bool) throws {
        try Compute.run(threads: threads) {
            parameters.drawWeights(
                seed: seed, deviation: configuration.plan.initializerRange,
                padTokenID: configuration.plan.padTokenID, start: configuration.plan.start(of:),
                where: isWanted)
        }
    }

    func trainStep(
        _ batch: PackedTokens, toward objective: any Objective, dropout: DropoutKey?,
        lossDenominator: Double?, hints: HintedStep?
    ) throws -> StepResult {
        try onComputeThread {
            let targets = try batch.targets(for: objective, scoreCount: labelCount)
            var context = try makeContext(batch, dropout)
            var encoder = encoder
            let pass = try hints.map { try HintPass($0, of: configuration.plan, context) }
            if pass != nil {
                context.observer = pass
                encoder.shortensLastLayer = false  // its states are compared of every token
            }
            let weightSum = batch.weightSum
            let denominator = lossDenominator ?? weightSum
            let (states, encoderSaved) = try encoder.forward(context, keeps: true)
            let (scores, headSaved) = try head.forward(states.used, context)
            let gradient = runtime.arena.tensor(scores.shape)
            let loss = try objective.loss(
                of: scores, targets, weights: batch.weights,
                gradientScale: denominator > 0 ? 1 / denominator : 0, gradient: gradient)
            if let encoderSaved {
                let back = try head.backward(gradient, states: states.used, saved: headSaved, context)
                try encoder.backward(back, saved: encoderSaved, context)
            }
            var result = StepResult(
                lossSum: loss, weightSum: weightSum, logits: scores.array(), rows: batch.rows,
                tokens: batch.tokens)
            result.hintLoss = pass?.loss ?? 0
            return result
        }
    }

    func logits(_ batch: PackedTokens) throws -> [Float] {
        try onComputeThread { try forward(makeContext(batch, nil)).scores.array() }
    }

    func states(_ batch: PackedTokens) throws -> [Float] {
        try onComputeThread {
            try encoder.forward(makeContext(batch, nil), keeps: false).states.used.array()
        }
    }

    func layerStates(_ batch: PackedTokens, _ wanted: LayerStates.Wanted) throws -> LayerStates {
        try onComputeThread {
            var context = try makeContext(batch, nil)
            context.wanted = .allTokens
            let states = LayerStates(wanted, configuration.plan, context)
            context.observer = states
            _ = try encoder.forward(context, keeps: false)
            return states
        }
    }

    func features(_ batch: PackedTokens) throws -> [Float] {
        try onComputeThread { head.features(try forward(makeContext(batch, nil)).saved).array() }
    }

    func logits(ofFeatures features: [Float]) throws -> [Float] {
        try onComputeThread {
            let width = configuration.featureWidth
            let values = Tensor(runtime.arena.copy(features), [features.count / width, width])
            return try head.scores(of: values, runtime).array()
        }
    }

    func states(_ batch: PackedTokens, ofLayers layers: [Int]) throws -> [[Float]] {
        try onComputeThread {
            var context = try makeContext(batch, nil)
            context.wanted = .allTokens
            var found = Array(repeating: [Float](), count: layers.count)
            var layer = 0
            _ = try encoder.forward(context, keeps: false) { _, states in
                for (place, wanted) in layers.enumerated() where wanted == layer {
                    found[place] = states.used.array()
                }
                layer += 1
            }
            return found
        }
    }

    func firstNonFiniteValue(_ batch: PackedTokens, dropout: DropoutKey?) throws -> NonFiniteValue? {
        if let entry = parameters.entries.first(where: {
            !parameters.valueStorage[$0.range].allSatisfy(\.isFinite)
        }) {
            return NonFiniteValue(place: "the weight '\(entry.name)'", rows: Array(0..<batch.rows))
        }
        return try onComputeThread {
            var found: NonFiniteValue?
            let scores = try forward(makeContext(batch, dropout)) { place, tensor in
                if found == nil { found = NonFiniteValue(place, tensor, batch) }
            }.scores.array()
            if let found { return found }
            let rows = (0..<batch.rows).filter { row in
                let own = batch.answers(ofRows: row..<row + 1)
                return !scores[own.lowerBound * labelCount..<own.upperBound * labelCount].allSatisfy(
                    \.isFinite)
            }
            return rows.isEmpty ? nil : NonFiniteValue(place: "the scores of the head", rows: rows)
        }
    }

    private func forward(
        _ context: StepContext, watch: (String, PaddedTensor) -> Void = { _, _ in }
    ) throws -> (scores: Tensor, saved: H.Saved) {
        let (states, _) = try encoder.forward(context, keeps: false, watch: watch)
        return try head.forward(states.used, context)
    }

    private func makeContext(_ batch: PackedTokens, _ dropout: DropoutKey?) throws -> StepContext {
        let packed = try PackedBatch(
            batch, plan: configuration.plan, firstRow: dropout?.firstRow ?? 0, arena: runtime.arena)
        var context = StepContext(
            runtime: runtime, batch: packed, dropouts: DropoutPlan(dropout, configuration.plan),
            wanted: head.wanted)
        if head.wanted == .chosenTokens {
            // The head of a model whose tokens see those before them reads the last of each row.
            let plan = configuration.plan
            let lasts = plan.isCausal && plan.tokenHead == nil ? packed.lastTokens(plan) : nil
            guard let tokens = lasts ?? batch.answering?.tokens, !tokens.isEmpty else {
                throw BatchError(
                    "the batch names no token to answer for, and the model answers for single tokens")
            }
            context.chosen = ChosenTokens(tokens, of: packed, arena: runtime.arena)
        }
        return context
    }

    private func onComputeThread<Result>(_ body: () throws -> Result) throws -> Result {
        try Compute.run(threads: threads) {
            runtime.arena.reset()
            if precision == .bf16 { parameters.refreshHalves() }
            return try runtime.measure(\.total, body)
        }
    }
}

extension TokenEncoder {
    func forward(_ context: StepContext, keeps: Bool) throws -> (states: PaddedTensor, saved: Saved?) {
        try forward(context, keeps: keeps) { _, _ in }
    }
}
