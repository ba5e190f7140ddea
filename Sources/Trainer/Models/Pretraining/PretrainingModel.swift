internal import SeededRandom
internal import Tensors

/// An encoder with the heads that it is pretrained with.
///
/// One thread at a time may use it. Results depend only on the weights, the batch and the kind of CPU; where oneDNN
/// multiplies, on its version and the number of threads too.
package final class PretrainingModel {
    /// Of the encoder that is kept.
    package let configuration: ModelConfiguration
    package let objective: PretrainingObjective
    /// The encoder's parameters and its heads'.
    package let parameters: ParameterSet
    /// The generator's, where there is one; it shares the tables of the embeddings.
    package let generatorParameters: ParameterSet?
    /// What the generator's `config.json` says.
    package let generatorConfiguration: ModelConfiguration?
    let runtime: ModelRuntime
    var encoder: TransformerEncoder
    /// What names masked words: the encoder itself, or the generator.
    var namer: Namer
    let pairHead: SequenceHead?
    let replacedHead: ReplacedTokenHead?

    /// An encoder that names masked words.
    struct Namer {
        var encoder: TransformerEncoder
        let head: MaskedTokenHead
    }

    /// A model with random weights as Hugging Face draws them. Load others through its parameters.
    ///
    /// - Parameters:
    ///   - seed: of the random weights.
    ///   - threads: at least 1.
    /// - Throws: ``ConfigurationError`` for a plan that cannot be, or a family without the heads that the objective needs.
    package init(
        _ configuration: ModelConfiguration, objective: PretrainingObjective, seed: UInt64, threads: Int,
        precision: Precision = .fp32
    ) throws {
        try configuration.plan.validate()
        if configuration.plan.convolution != nil {
            throw ConfigurationError(problems: [
                "'model_type' is \"\(configuration.dialect.modelType)\", which has no layers to pretrain; its vectors are learned by word2vec"
            ])
        }
        let (plan, dialect) = (configuration.plan, configuration.dialect)
        try Self.check(objective, plan, dialect)
        let form = dialect.pretraining
        self.configuration = configuration
        self.objective = objective
        runtime = try ModelRuntime(threads: max(1, threads), precision: precision)
        let activation = (form.activation ?? plan.activation).function
        let name = { dialect.pretrainingName($0, plan) }
        switch objective {
        case .maskedTokens, .nextTokens:
            let pairForm = try objective == .maskedTokens(pairs: true) ? Self.pairForm(dialect) : nil
            let layout =
                plan.layout + (objective == .nextTokens ? [] : MaskedTokenHead.layout(plan))
                + (pairForm.map { SequenceHead.layout($0, width: plan.hiddenSize, scoreCount: 2) } ?? [])
            let set = ParameterSet(layout: layout, multipliesWords: true, name: name)
            parameters = set
            (generatorParameters, generatorConfiguration, replacedHead) = (nil, nil, nil)
            let encoder = TransformerEncoder(plan: plan, parameters: set)
            self.encoder = encoder
            namer = Namer(
                encoder: encoder,
                head: MaskedTokenHead(plan: plan, activation: activation, parameters: set))
            pairHead = pairForm.map { SequenceHead(plan: plan, form: $0, parameters: set) }
        case .replacedTokens(let settings):
            guard form.replaced != nil else {
                throw ConfigurationError(problems: [
                    "models of type '\(dialect.modelType)' have no head that finds replaced tokens; those of type "
                        + "'\(Dialect.electra.modelType)' do"
                ])
            }
            let all = ParameterSet(
                layout: plan.layout + ReplacedTokenHead.layout(plan), multipliesWords: true, name: name)
            parameters = all
            encoder = TransformerEncoder(plan: plan, parameters: all)
            let small = plan.generator(settings.generatorSize)
            let own = small.layout.filter { !$0.role.isLookup } + MaskedTokenHead.layout(small)
            let set = ParameterSet(layout: own, lender: all) { dialect.pretrainingName($0, small) }
            (generatorParameters, pairHead) = (set, nil)
            generatorConfiguration = configuration.with(plan: small)
            replacedHead = ReplacedTokenHead(plan: plan, parameters: all)
            namer = Namer(
                encoder: TransformerEncoder(plan: small, parameters: set),
                head: MaskedTokenHead(plan: small, activation: activation, parameters: set))
        }
        try drawWeights(seed: seed)
    }

    /// Who sees what follows need not tell it, and who does not see it is not asked for the middle.
    private static func check(
        _ objective: PretrainingObjective, _ plan: TransformerPlan, _ dialect: Dialect
    ) throws(ConfigurationError) {
        switch (objective, plan.isCausal) {
        case (.nextTokens, true), (.maskedTokens, false), (.replacedTokens, false): return
        case (.nextTokens, false):
            throw ConfigurationError(problems: [
                "'model_type' is \"\(dialect.modelType)\", whose tokens see those behind them, so there is nothing to tell; "
                    + "the next token is told by \(Dialect.causalTypes)"
            ])
        case (.maskedTokens, true), (.replacedTokens, true):
            throw ConfigurationError(problems: [
                "'model_type' is \"\(dialect.modelType)\", whose tokens see those before them only; it learns to tell the next "
                    + "token, and not masked or replaced ones"
            ])
        }
    }

    private static func pairForm(_ dialect: Dialect) throws(ConfigurationError) -> SequenceHeadForm {
        guard dialect.pretraining.pairs != nil else {
            throw ConfigurationError(problems: [
                "models of type '\(dialect.modelType)' have no head for pairs of texts"
            ])
        }
        return SequenceHeadForm(activation: .tanh, dropsInput: false)
    }

    /// Whether the encoder that is kept names masked words itself.
    var namesWords: Bool { replacedHead == nil }

    package var threads: Int { runtime.threads }
    package var precision: Precision { runtime.precision }
    package var peakActivationBytes: Int { runtime.arena.peakBytes }

    /// Time spent since the model was made or this was last set.
    package var times: StepTimes {
        get { runtime.times }
        set { runtime.times = newValue }
    }

    /// Whether the backward pass computes activations a second time instead of keeping them.
    package var recomputesActivations: Bool {
        get { encoder.recomputes }
        set {
            encoder.recomputes = newValue
            namer.encoder.recomputes = newValue
        }
    }

    /// All sets of parameters, that of the kept encoder first.
    package var parameterSets: [ParameterSet] { [parameters] + (generatorParameters.map { [$0] } ?? []) }

    /// Class of transformers that opens the folder.
    package var architecture: String {
        let form = configuration.dialect.pretraining
        return switch objective {
        case .maskedTokens(let pairs):
            (pairs ? form.pairs?.architecture : nil) ?? form.maskedArchitecture
        case .nextTokens: form.maskedArchitecture
        case .replacedTokens: form.replaced?.architecture ?? form.maskedArchitecture
        }
    }

    /// Class of transformers that opens the generator's folder.
    package var generatorArchitecture: String { configuration.dialect.pretraining.maskedArchitecture }

    private func drawWeights(seed: UInt64) throws {
        try Compute.run(threads: threads) {
            for (number, set) in parameterSets.enumerated() {
                // Tensors of the two sets have the same names, and are drawn by them.
                set.drawWeights(
                    seed: number == 0 ? seed : SplitMix64.mix(seed),
                    deviation: configuration.plan.initializerRange,
                    padTokenID: configuration.plan.padTokenID, start: configuration.plan.start(of:)
                ) { _ in true }
            }
        }
    }

    /// Bytes of activations that a step needs, about.
    package func activationBytes(tokens: Int, rows: Int, masked: Int) -> Int {
        let width = 2 * (precision == .bf16 ? 6 : 4)  // scores, and the gradient as an operand
        let scored = objective == .nextTokens ? min(masked, Self.followedTokens) : masked
        let words = scored * configuration.plan.vocabularySize * width / 2
        let own = encoder.activationBytes(tokens: tokens, rows: rows, precision: precision)
        return words + own
            + (namesWords
                ? 0 : namer.encoder.activationBytes(tokens: tokens, rows: rows, precision: precision))
    }
}

extension TransformerPlan {
    /// The plan of a generator: as deep, of this share of the width.
    func generator(_ size: Double) -> TransformerPlan {
        var plan = self
        plan.heads = max(1, Int((Double(heads) * size).rounded()))
        plan.hiddenSize = plan.heads * (hiddenSize / heads)
        plan.intermediateSize = max(1, Int((Double(intermediateSize) * size).rounded()))
        plan.projectsEmbeddings = plan.hiddenSize != embeddingSize
        return plan
    }
}

extension PretrainingModel {
    /// Whether a generator reads a parameter of the encoder that is kept: the tables of the embeddings.
    package func isShared(_ entry: ParameterSet.Entry) -> Bool { entry.role.isLookup }
}
