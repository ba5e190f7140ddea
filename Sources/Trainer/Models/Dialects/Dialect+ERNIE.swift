extension Dialect {
    /// ERNIE of Baidu: BERT's encoder; from version 2 on with a vector of the task in each token's sum.
    ///
    /// Texts are for the first task, as in transformers where nobody says for which.
    package static let ernie = Dialect(
        modelType: "ernie", sequenceArchitecture: "ErnieForSequenceClassification",
        tokenizerClass: "BertTokenizer", prefix: "ernie.",
        plan: { reader in
            var plan = reader.commonPlan()
            plan.classifierDropout = reader.optionalNumber("classifier_dropout")
            guard reader.object["use_task_id"] == .bool(true) else { return plan }
            let tasks = reader.integer("task_type_vocab_size", default: 3)
            if tasks < 1 || tasks > 1 << 16 {
                reader.complain("task_type_vocab_size", "is \(tasks); it must lie in 1 ... \(1 << 16)")
            } else {
                plan.taskTypes = tasks
            }
            return plan
        },
        keys: { plan in
            var keys = plan.commonKeys
            keys["classifier_dropout"] = plan.classifierDropout.map { .number($0) } ?? .null
            keys["use_task_id"] = .bool(plan.taskTypes > 0)
            if plan.taskTypes > 0 { keys["task_type_vocab_size"] = .integer(plan.taskTypes) }
            return keys
        },
        name: { role, _ in
            switch role {
            case .head(.pooler, let dense): "ernie.pooler.dense.\(dense.published)"
            case .head(.classifier, let dense): "classifier.\(dense.published)"
            default: BERTNames.encoder(role, prefix: "ernie.")
            }
        },
        head: SequenceHeadForm(activation: .tanh, dropsInput: false), pretraining: .bert("Ernie"),
        renamed: oldNorms,
        tiedDecoder: "cls.predictions.decoder.weight", pretrainingHeads: ["cls."])
}
