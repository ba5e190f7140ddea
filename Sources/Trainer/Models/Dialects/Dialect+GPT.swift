internal import JSON

extension Dialect {
    /// GPT: as GPT-2, but that layers end with their normalizations, and none follows the last.
    ///
    /// Its `gelu` is the one by tanh.
    ///
    /// Source: Radford and others, "Improving language understanding by generative pre-training" (2018), and
    /// `modeling_openai.py` of huggingface/transformers.
    package static let openAIGPT = Dialect(
        modelType: "openai-gpt", sequenceArchitecture: "OpenAIGPTForSequenceClassification",
        tokenizerClass: "BertTokenizer", prefix: "transformer.",
        plan: { reader in
            let width = reader.integer("n_embd", default: 768)
            let name = reader.string(
                "afn", default: "gelu", oneOf: activations.map(\.name))
            var plan = TransformerPlan(
                vocabularySize: reader.integer("vocab_size", default: 40_478), hiddenSize: width,
                layers: reader.integer("n_layer", default: 12), heads: reader.integer("n_head", default: 12),
                intermediateSize: 4 * min(max(0, width), 1 << 22),
                maxPositions: reader.integer("n_positions", default: 512), segmentTypes: 0,
                activation: activations.first { $0.name == name }?.function ?? .geluNew,
                hiddenDropout: reader.number("resid_pdrop", default: 0.1),
                attentionDropout: reader.number("attn_pdrop", default: 0.1), classifierDropout: 0,
                initializerRange: reader.number("initializer_range", default: 0.02),
                layerNormEpsilon: reader.number("layer_norm_epsilon", default: 1e-5),
                padTokenID: reader.integer("pad_token_id", default: GPTNames.noPadding))
            plan.embeddingDropout = reader.number("embd_pdrop", default: 0.1)
            plan.ignoresSegments = true
            plan.isCausal = true
            plan.normalizesEmbeddings = false
            plan.storesInputFirst = true
            if reader.object["tie_word_embeddings"] == .bool(false) {
                reader.complain("tie_word_embeddings", "is false; supported: true")
            }
            return plan
        },
        keys: { plan in
            [
                "vocab_size": .integer(plan.vocabularySize), "n_embd": .integer(plan.hiddenSize),
                "n_layer": .integer(plan.layers), "n_head": .integer(plan.heads),
                "n_positions": .integer(plan.maxPositions),
                "afn": .string(activations.first { $0.function == plan.activation }?.name ?? "gelu"),
                "resid_pdrop": .number(plan.hiddenDropout), "attn_pdrop": .number(plan.attentionDropout),
                "embd_pdrop": .number(plan.embeddingDropout ?? plan.hiddenDropout),
                "initializer_range": .number(plan.initializerRange),
                "layer_norm_epsilon": .number(plan.layerNormEpsilon),
                "pad_token_id": plan.padTokenID == GPTNames.noPadding ? .null : .integer(plan.padTokenID),
            ]
        },
        name: { role, _ in
            switch role {
            case .head(_, let dense): "score.\(dense.published)"
            default: GPTNames.encoder(role, words: "tokens_embed", positions: "positions_embed")
            }
        },
        head: SequenceHeadForm(activation: nil, dropsInput: false, hasBias: false),
        pretraining: .causal("OpenAIGPTLMHeadModel"), renamed: [], tiedDecoder: "lm_head.weight",
        pretrainingHeads: ["lm_head."], signs: ["transformer.tokens_embed.", "tokens_embed."])

    /// What `afn` may say, and means; the name that is written first.
    private static let activations: [(name: String, function: TransformerPlan.Activation)] = [
        ("gelu", .geluNew), ("relu", .relu), ("silu", .silu), ("swish", .swish),
    ]
}
