extension Dialect {
    /// ALBERT: narrow embeddings, layers that share their parameters, no dropout after the feed-forward part.
    package static let albert = Dialect(
        modelType: "albert", sequenceArchitecture: "AlbertForSequenceClassification",
        tokenizerClass: "BertTokenizer", prefix: "albert.",
        plan: { reader in
            var plan = reader.commonPlan(
                CommonDefaults(hidden: 4096, heads: 64, middle: 16384, activation: .geluNew, dropout: 0))
            plan.classifierDropout = reader.number("classifier_dropout_prob", default: 0.1)
            plan.embeddingSize = reader.integer("embedding_size", default: 128)
            plan.projectsEmbeddings = true
            plan.dropsFeedForwardOutput = false
            let inner = reader.integer("inner_group_num", default: 1)
            plan.sharing = .groups(reader.integer("num_hidden_groups", default: 1), inner: inner)
            plan.layers *= min(max(1, inner), 1 << 12)
            return plan
        },
        keys: { plan in
            guard case .groups(let groups, let inner) = plan.sharing else { return plan.commonKeys }
            return plan.commonKeys.merging([
                "num_hidden_layers": .integer(plan.layers / inner), "num_hidden_groups": .integer(groups),
                "inner_group_num": .integer(inner), "embedding_size": .integer(plan.embeddingSize),
                "classifier_dropout_prob": .number(plan.classifierDropout ?? plan.hiddenDropout),
            ]) { $1 }
        },
        name: { role, plan in ALBERTNames(plan).name(role) },
        head: SequenceHeadForm(activation: .tanh, dropsInput: false), pretraining: .albert, renamed: oldNorms,
        tiedDecoder: "predictions.decoder.weight", pretrainingHeads: ["predictions.", "sop_classifier."])
}

private struct ALBERTNames {
    /// Layers of a group.
    private let inner: Int

    init(_ plan: TransformerPlan) {
        inner = if case .groups(_, let inner) = plan.sharing { inner } else { 1 }
    }

    func name(_ role: ParameterRole) -> String {
        switch role {
        case .embeddingProjection(let dense):
            "albert.encoder.embedding_hidden_mapping_in.\(dense.published)"
        case .layer(let number, let role):
            "albert.encoder.albert_layer_groups.\(number / inner).albert_layers.\(number % inner).\(layer(role))"
        case .head(.pooler, let dense): "albert.pooler.\(dense.published)"
        case .head(.classifier, let dense): "classifier.\(dense.published)"
        default: BERTNames.encoder(role, prefix: "albert.")
        }
    }

    private func layer(_ role: ParameterRole.Layer) -> String {
        switch role {
        case .query(let dense): "attention.query.\(dense.published)"
        case .key(let dense): "attention.key.\(dense.published)"
        case .value(let dense): "attention.value.\(dense.published)"
        case .attentionOutput(let dense): "attention.dense.\(dense.published)"
        case .attentionNorm(let affine): "attention.LayerNorm.\(affine.published)"
        case .up(let dense): "ffn.\(dense.published)"
        case .down(let dense): "ffn_output.\(dense.published)"
        case .outputNorm(let affine): "full_layer_layer_norm.\(affine.published)"
        case .projection, .finalNorm: preconditionFailure("no family of encoders has them")
        }
    }
}
