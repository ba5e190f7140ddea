extension Dialect {
    /// BERT as Google published it and Hugging Face names it.
    package static let bert = Dialect(
        modelType: "bert", sequenceArchitecture: "BertForSequenceClassification",
        tokenizerClass: "BertTokenizer", prefix: "bert.",
        plan: { reader in
            var plan = reader.commonPlan()
            plan.classifierDropout = reader.optionalNumber("classifier_dropout")
            return plan
        },
        keys: { plan in
            plan.commonKeys.merging([
                "classifier_dropout": plan.classifierDropout.map { .number($0) } ?? .null
            ]) { $1 }
        },
        name: { role, _ in
            switch role {
            case .head(.pooler, let dense): "bert.pooler.dense.\(dense.published)"
            case .head(.classifier, let dense): "classifier.\(dense.published)"
            default: BERTNames.encoder(role, prefix: "bert.")
            }
        },
        head: SequenceHeadForm(activation: .tanh, dropsInput: false), pretraining: .bert("Bert"),
        renamed: Dialect.oldNorms,
        tiedDecoder: "cls.predictions.decoder.weight", pretrainingHeads: ["cls."])
}

extension Dialect {
    /// What TensorFlow called the vectors of a normalization.
    static let oldNorms = [("LayerNorm.gamma", "LayerNorm.weight"), ("LayerNorm.beta", "LayerNorm.bias")]
        .map { (old: $0.0, new: $0.1) }
}

/// Names that BERT's encoder and those that follow it share.
enum BERTNames {
    static func encoder(_ role: ParameterRole, prefix: String) -> String {
        let embeddings = prefix + "embeddings."
        return switch role {
        case .words: embeddings + "word_embeddings.weight"
        case .positions: embeddings + "position_embeddings.weight"
        case .segments: embeddings + "token_type_embeddings.weight"
        case .taskTypes: embeddings + "task_type_embeddings.weight"
        case .embeddingNorm(let affine): embeddings + "LayerNorm.\(affine.published)"
        case .embeddingProjection: preconditionFailure("each family names its own projection")
        case .layer(let number, let role): prefix + "encoder.layer.\(number).\(layer(role))"
        case .head, .pretraining: preconditionFailure("each family names its own heads")
        case .keptWords, .filters, .stateMap, .adapter: preconditionFailure("no transformer has them")
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
        case .projection, .finalNorm: preconditionFailure("no family of encoders has them")
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
