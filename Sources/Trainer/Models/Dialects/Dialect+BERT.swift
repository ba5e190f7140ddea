extension Dialect {
    /// BERT as Google published it and Hugging Face names it.
    public static let bert = Dialect(
        modelType: "bert", sequenceArchitecture: "BertForSequenceClassification",
        tokenizerClass: "BertTokenizer", prefix: "bert.",
        plan: { reader in
            reader.check("position_embedding_type", isOneOf: ["absolute"])
            let plan = TransformerPlan(
                vocabularySize: reader.integer("vocab_size", default: nil),
                hiddenSize: reader.integer("hidden_size", default: 768),
                layers: reader.integer("num_hidden_layers", default: 12),
                heads: reader.integer("num_attention_heads", default: 12),
                intermediateSize: reader.integer("intermediate_size", default: 3072),
                maxPositions: reader.integer("max_position_embeddings", default: 512),
                segmentTypes: reader.integer("type_vocab_size", default: 2),
                activation: reader.activation("hidden_act"),
                hiddenDropout: reader.number("hidden_dropout_prob", default: 0.1),
                attentionDropout: reader.number("attention_probs_dropout_prob", default: 0.1),
                classifierDropout: reader.optionalNumber("classifier_dropout"),
                initializerRange: reader.number("initializer_range", default: 0.02),
                layerNormEpsilon: reader.number("layer_norm_eps", default: 1e-12),
                padTokenID: reader.integer("pad_token_id", default: 0))
            reader.refuse(["is_decoder", "add_cross_attention"], "only encoders are supported")
            return plan
        },
        keys: { plan in
            [
                "vocab_size": .integer(plan.vocabularySize), "hidden_size": .integer(plan.hiddenSize),
                "num_hidden_layers": .integer(plan.layers), "num_attention_heads": .integer(plan.heads),
                "intermediate_size": .integer(plan.intermediateSize),
                "max_position_embeddings": .integer(plan.maxPositions),
                "type_vocab_size": .integer(plan.segmentTypes),
                "hidden_act": .string(plan.activation.rawValue),
                "hidden_dropout_prob": .number(plan.hiddenDropout),
                "attention_probs_dropout_prob": .number(plan.attentionDropout),
                "classifier_dropout": plan.classifierDropout.map { .number($0) } ?? .null,
                "initializer_range": .number(plan.initializerRange),
                "layer_norm_eps": .number(plan.layerNormEpsilon),
                "pad_token_id": .integer(plan.padTokenID),
            ]
        },
        name: { role in
            switch role {
            case .head(.pooler, let dense): "bert.pooler.dense.\(dense.published)"
            case .head(.classifier, let dense): "classifier.\(dense.published)"
            default: BERTNames.encoder(role, prefix: "bert.")
            }
        },
        renamed: [("LayerNorm.gamma", "LayerNorm.weight"), ("LayerNorm.beta", "LayerNorm.bias")],
        tiedDecoder: "cls.predictions.decoder.weight", pretrainingHeads: ["cls."])
}

/// Names that BERT's encoder and those that follow it share.
enum BERTNames {
    static func encoder(_ role: ParameterRole, prefix: String) -> String {
        let embeddings = prefix + "embeddings."
        return switch role {
        case .words: embeddings + "word_embeddings.weight"
        case .positions: embeddings + "position_embeddings.weight"
        case .segments: embeddings + "token_type_embeddings.weight"
        case .embeddingNorm(let affine): embeddings + "LayerNorm.\(affine.published)"
        case .layer(let number, let role): prefix + "encoder.layer.\(number).\(layer(role))"
        case .head: preconditionFailure("each family names its own head")
        }
    }

    private static func layer(_ role: ParameterRole.Layer) -> String {
        switch role {
        case .query(let dense): "attention.self.query.\(dense.published)"
        case .key(let dense): "attention.self.key.\(dense.published)"
        case .value(let dense): "attention.self.value.\(dense.published)"
        case .attentionOutput(let dense): "attention.output.dense.\(dense.published)"
        case .attentionNorm(let affine): "attention.output.LayerNorm.\(affine.published)"
        case .up(let dense): "intermediate.dense.\(dense.published)"
        case .down(let dense): "output.dense.\(dense.published)"
        case .outputNorm(let affine): "output.LayerNorm.\(affine.published)"
        }
    }
}

extension ParameterRole.Dense {
    /// What all families call it.
    var published: String { self == .weight ? "weight" : "bias" }
}

extension ParameterRole.Affine {
    /// What all families call it.
    var published: String { self == .gain ? "weight" : "bias" }
}
