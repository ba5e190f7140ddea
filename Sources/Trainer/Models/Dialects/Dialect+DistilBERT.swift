extension Dialect {
    /// DistilBERT: BERT's layers under other names, without segments, pooler and dropout after the attention.
    package static let distilBERT = Dialect(
        modelType: "distilbert", sequenceArchitecture: "DistilBertForSequenceClassification",
        tokenizerClass: "BertTokenizer", prefix: "distilbert.",
        plan: { reader in
            var plan = TransformerPlan(
                vocabularySize: reader.integer("vocab_size", default: nil),
                hiddenSize: reader.integer("dim", default: 768),
                layers: reader.integer("n_layers", default: 6),
                heads: reader.integer("n_heads", default: 12),
                intermediateSize: reader.integer("hidden_dim", default: 3072),
                maxPositions: reader.integer("max_position_embeddings", default: 512), segmentTypes: 0,
                activation: reader.activation("activation"),
                hiddenDropout: reader.number("dropout", default: 0.1),
                attentionDropout: reader.number("attention_dropout", default: 0.1),
                classifierDropout: reader.number("seq_classif_dropout", default: 0.2),
                initializerRange: reader.number("initializer_range", default: 0.02),
                padTokenID: reader.integer("pad_token_id", default: 0))
            plan.ignoresSegments = true
            plan.dropsAttentionOutput = false
            reader.refuse(["sinusoidal_pos_embds"], "only positions that are learned are supported")
            return plan
        },
        keys: { plan in
            [
                "vocab_size": .integer(plan.vocabularySize), "dim": .integer(plan.hiddenSize),
                "n_layers": .integer(plan.layers), "n_heads": .integer(plan.heads),
                "hidden_dim": .integer(plan.intermediateSize),
                "max_position_embeddings": .integer(plan.maxPositions),
                "activation": .string(plan.activation.rawValue), "dropout": .number(plan.hiddenDropout),
                "attention_dropout": .number(plan.attentionDropout),
                "seq_classif_dropout": .number(plan.classifierDropout ?? plan.hiddenDropout),
                "initializer_range": .number(plan.initializerRange),
                "pad_token_id": .integer(plan.padTokenID),
            ]
        },
        name: { role, _ in DistilBERTNames.name(role) },
        head: SequenceHeadForm(activation: .relu, dropsInput: false), pretraining: .distilBERT,
        renamed: oldNorms,
        tiedDecoder: "vocab_projector.weight",
        pretrainingHeads: ["vocab_transform.", "vocab_layer_norm.", "vocab_projector."])
}

private enum DistilBERTNames {
    static func name(_ role: ParameterRole) -> String {
        switch role {
        case .layer(let number, let role): "distilbert.transformer.layer.\(number).\(layer(role))"
        case .head(.pooler, let dense): "pre_classifier.\(dense.published)"
        case .head(.classifier, let dense): "classifier.\(dense.published)"
        default: BERTNames.encoder(role, prefix: "distilbert.")
        }
    }

    private static func layer(_ role: ParameterRole.Layer) -> String {
        switch role {
        case .query(let dense): "attention.q_lin.\(dense.published)"
        case .key(let dense): "attention.k_lin.\(dense.published)"
        case .value(let dense): "attention.v_lin.\(dense.published)"
        case .attentionOutput(let dense): "attention.out_lin.\(dense.published)"
        case .attentionNorm(let affine): "sa_layer_norm.\(affine.published)"
        case .up(let dense): "ffn.lin1.\(dense.published)"
        case .down(let dense): "ffn.lin2.\(dense.published)"
        case .outputNorm(let affine): "output_layer_norm.\(affine.published)"
        case .projection, .finalNorm: preconditionFailure("no family of encoders has them")
        }
    }
}
