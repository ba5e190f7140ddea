internal import JSON

/// Keys of `config.json` that BERT and those that follow it share.
extension ConfigurationReader {
    /// - Parameter defaults: sizes where a file does not give them.
    mutating func commonPlan(_ defaults: CommonDefaults = CommonDefaults()) -> TransformerPlan {
        check("position_embedding_type", isOneOf: ["absolute"])
        let plan = TransformerPlan(
            vocabularySize: integer("vocab_size", default: nil),
            hiddenSize: integer("hidden_size", default: defaults.hidden),
            layers: integer("num_hidden_layers", default: 12),
            heads: integer("num_attention_heads", default: defaults.heads),
            intermediateSize: integer("intermediate_size", default: defaults.middle),
            maxPositions: integer("max_position_embeddings", default: 512),
            segmentTypes: integer("type_vocab_size", default: 2),
            activation: activation("hidden_act", default: defaults.activation),
            hiddenDropout: number("hidden_dropout_prob", default: defaults.dropout),
            attentionDropout: number("attention_probs_dropout_prob", default: defaults.dropout),
            initializerRange: number("initializer_range", default: 0.02),
            layerNormEpsilon: number("layer_norm_eps", default: 1e-12),
            padTokenID: integer("pad_token_id", default: defaults.padding))
        refuse(["is_decoder", "add_cross_attention"], "only encoders are supported")
        return plan
    }
}

/// What transformers takes where a `config.json` says nothing; those of BERT-base.
struct CommonDefaults {
    var hidden = 768
    var heads = 12
    var middle = 3072
    var activation = TransformerPlan.Activation.gelu
    var dropout = 0.1
    var padding = 0
}

extension TransformerPlan {
    /// Keys and values as ``ConfigurationReader/commonPlan(_:)`` reads them.
    var commonKeys: [String: JSONValue] {
        [
            "vocab_size": .integer(vocabularySize), "hidden_size": .integer(hiddenSize),
            "num_hidden_layers": .integer(layers), "num_attention_heads": .integer(heads),
            "intermediate_size": .integer(intermediateSize),
            "max_position_embeddings": .integer(maxPositions),
            "type_vocab_size": .integer(segmentTypes), "hidden_act": .string(activation.rawValue),
            "hidden_dropout_prob": .number(hiddenDropout),
            "attention_probs_dropout_prob": .number(attentionDropout),
            "initializer_range": .number(initializerRange), "layer_norm_eps": .number(layerNormEpsilon),
            "pad_token_id": .integer(padTokenID),
        ]
    }
}
