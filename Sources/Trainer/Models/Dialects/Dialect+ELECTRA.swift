extension Dialect {
    /// ELECTRA: BERT's encoder with embeddings of their own width, and no pooler.
    package static let electra = electraFamily(
        head: SequenceHeadForm(activation: .gelu, dropsInput: true), headName: TwoMapHead.name)

    /// ELECTRA with the head of Google's program and of transformers before 2.11: one linear map of the first token's state.
    static let electraOfOneMap = electraFamily(
        head: SequenceHeadForm(activation: nil, dropsInput: false),
        headName: { _, dense in "classifier.\(dense.published)" })

    private static func electraFamily(
        head: SequenceHeadForm,
        headName: @escaping @Sendable (ParameterRole.Head, ParameterRole.Dense) -> String
    ) -> Dialect {
        Dialect(
            modelType: "electra", sequenceArchitecture: "ElectraForSequenceClassification",
            tokenizerClass: "BertTokenizer", prefix: "electra.",
            plan: { reader in
                var plan = reader.commonPlan(CommonDefaults(hidden: 256, heads: 4, middle: 1024))
                plan.classifierDropout = reader.optionalNumber("classifier_dropout")
                plan.embeddingSize = reader.integer("embedding_size", default: 128)
                plan.projectsEmbeddings = plan.embeddingSize != plan.hiddenSize
                return plan
            },
            keys: { plan in
                plan.commonKeys.merging([
                    "embedding_size": .integer(plan.embeddingSize),
                    "classifier_dropout": plan.classifierDropout.map { .number($0) } ?? .null,
                ]) { $1 }
            },
            name: { role, _ in
                switch role {
                case .embeddingProjection(let dense): "electra.embeddings_project.\(dense.published)"
                case .head(let map, let dense): headName(map, dense)
                default: BERTNames.encoder(role, prefix: "electra.")
                }
            },
            head: head, pretraining: .electra, renamed: oldNorms,
            tiedDecoder: "generator_lm_head.weight",
            pretrainingHeads: ["discriminator_predictions.", "generator_predictions.", "generator_lm_head."])
    }
}

/// Names of the head that ELECTRA and RoBERTa have in common; the file does not distinguish them.
enum TwoMapHead {
    static func name(_ map: ParameterRole.Head, _ dense: ParameterRole.Dense) -> String {
        switch map {
        case .pooler: "classifier.dense.\(dense.published)"
        case .classifier: "classifier.out_proj.\(dense.published)"
        }
    }
}
