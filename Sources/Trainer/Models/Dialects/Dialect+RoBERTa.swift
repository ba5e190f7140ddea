extension Dialect {
    /// RoBERTa: BERT's encoder, positions counted from the one after the padding's, mostly without segments.
    ///
    /// Its vocabularies are of byte-level BPE, or of WordPiece, as KLUE's models have them.
    package static let roberta = roberta(
        modelType: "roberta", architecture: "RobertaForSequenceClassification", tokenizer: "BertTokenizer")

    /// XLM-R: RoBERTa with a vocabulary of SentencePiece for a hundred languages; its tensors have RoBERTa's names.
    ///
    /// Source: Conneau and others, "Unsupervised cross-lingual representation learning at scale" (2020), arXiv:1911.02116.
    package static let xlmRoBERTa = roberta(
        modelType: "xlm-roberta", architecture: "XLMRobertaForSequenceClassification",
        tokenizer: "XLMRobertaTokenizer")

    private static func roberta(modelType: String, architecture: String, tokenizer: String) -> Dialect {
        Dialect(
            modelType: modelType, sequenceArchitecture: architecture,
            tokenizerClass: tokenizer, prefix: "roberta.",
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
            head: SequenceHeadForm(activation: .tanh, dropsInput: true), pretraining: .roberta,
            renamed: oldNorms,
            tiedDecoder: "lm_head.decoder.weight", pretrainingHeads: ["lm_head."])
    }
}
