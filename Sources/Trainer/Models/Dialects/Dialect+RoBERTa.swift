extension Dialect {
    /// RoBERTa: BERT's encoder, positions counted from the one after the padding's, mostly without segments.
    ///
    /// Read with WordPiece vocabularies, as KLUE's models have them.
    package static let roberta = Dialect(
        modelType: "roberta", sequenceArchitecture: "RobertaForSequenceClassification",
        tokenizerClass: "BertTokenizer", prefix: "roberta.",
        plan: { reader in
            var plan = reader.commonPlan(CommonDefaults(padding: 1))
            plan.classifierDropout = reader.optionalNumber("classifier_dropout")
            plan.firstPosition = plan.padTokenID + 1
            plan.ignoresSegments = plan.segmentTypes < 2
            return plan
        },
        keys: { plan in
            plan.commonKeys.merging([
                "classifier_dropout": plan.classifierDropout.map { .number($0) } ?? .null
            ]) { $1 }
        },
        name: { role, _ in
            switch role {
            case .head(let map, let dense): TwoMapHead.name(map, dense)
            default: BERTNames.encoder(role, prefix: "roberta.")
            }
        },
        head: SequenceHeadForm(activation: .tanh, dropsInput: true), pretraining: .roberta, renamed: oldNorms,
        tiedDecoder: "lm_head.decoder.weight", pretrainingHeads: ["lm_head."])
}
