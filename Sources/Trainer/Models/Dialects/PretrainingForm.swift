/// How a family writes down the heads that its models are pretrained with.
struct PretrainingForm: Sendable {
    /// What the names of the map, the normalization and the bias of masked tokens begin with.
    let transform: String
    let norm: String
    /// The whole name of the bias of each word's score.
    let wordBias: String
    /// Class of transformers that opens a folder with the head for masked tokens, or that tells the next one.
    let maskedArchitecture: String
    /// The nonlinearity of that head, where it is not the encoder's.
    var activation: TransformerPlan.Activation?
    /// The head for pairs of texts; nil if the family has none.
    var pairs: Pairs?
    /// The head that finds replaced tokens; nil if the family has none.
    var replaced: Replaced?

    /// Two texts that belong together, or in this order, told by the first token's state.
    struct Pairs: Sendable {
        /// What the names of its last map begin with.
        let prefix: String
        let architecture: String
        /// Whether there is dropout before its last map.
        var hasDropout = false
    }

    struct Replaced: Sendable {
        /// What the names of its two maps begin with.
        let detector: String
        let detection: String
        let architecture: String
    }

    /// BERT's, and that of those that took it over.
    static func bert(_ family: String) -> PretrainingForm {
        PretrainingForm(
            transform: "cls.predictions.transform.dense.", norm: "cls.predictions.transform.LayerNorm.",
            wordBias: "cls.predictions.bias", maskedArchitecture: family + "ForMaskedLM",
            pairs: Pairs(prefix: "cls.seq_relationship.", architecture: family + "ForPreTraining"))
    }

    static let roberta = PretrainingForm(
        transform: "lm_head.dense.", norm: "lm_head.layer_norm.", wordBias: "lm_head.bias",
        maskedArchitecture: "RobertaForMaskedLM", activation: .gelu)

    static let distilBERT = PretrainingForm(
        transform: "vocab_transform.", norm: "vocab_layer_norm.", wordBias: "vocab_projector.bias",
        maskedArchitecture: "DistilBertForMaskedLM")

    static let electra = PretrainingForm(
        transform: "generator_predictions.dense.", norm: "generator_predictions.LayerNorm.",
        wordBias: "generator_lm_head.bias", maskedArchitecture: "ElectraForMaskedLM", activation: .gelu,
        replaced: Replaced(
            detector: "discriminator_predictions.dense.",
            detection: "discriminator_predictions.dense_prediction.",
            architecture: "ElectraForPreTraining"))

    static let albert = PretrainingForm(
        transform: "predictions.dense.", norm: "predictions.LayerNorm.", wordBias: "predictions.bias",
        maskedArchitecture: "AlbertForMaskedLM",
        pairs: Pairs(
            prefix: "sop_classifier.classifier.", architecture: "AlbertForPreTraining", hasDropout: true))

    /// Of a family that tells the next token by the word vectors alone.
    static func causal(_ architecture: String) -> PretrainingForm {
        PretrainingForm(transform: "", norm: "", wordBias: "", maskedArchitecture: architecture)
    }

    /// Published name of a head's parameter.
    func name(_ role: ParameterRole.Pretraining) -> String {
        switch role {
        case .transform(let dense): transform + dense.published
        case .transformNorm(let affine): norm + affine.published
        case .wordBias: wordBias
        case .detector(let dense): (replaced?.detector ?? "") + dense.published
        case .detection(let dense): (replaced?.detection ?? "") + dense.published
        }
    }
}

extension Dialect {
    /// Published name of a parameter of a model that is being pretrained, whose last map of the first token's state is the
    /// one for pairs.
    func pretrainingName(_ role: ParameterRole, _ plan: TransformerPlan) -> String {
        switch role {
        case .pretraining(let role): pretraining.name(role)
        case .head(.classifier, let dense): (pretraining.pairs?.prefix ?? "") + dense.published
        default: name(role, plan)
        }
    }
}
