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
            let name = reader.string("afn", default: "gelu", oneOf: activations.map(\.name))
            var plan = GPTFamily.plan(&reader, vocabulary: 40_478, positions: 512)
            plan.activation = activations.first { $0.name == name }?.function ?? .geluNew
            return plan
        },
        keys: { plan in
            let name = activations.first { $0.function == plan.activation }?.name ?? "gelu"
            return GPTFamily.keys(plan).merging(["afn": .string(name)]) { $1 }
        },
        name: { role, _ in
            GPTFamily.name(role, words: "tokens_embed", positions: "positions_embed")
        },
        head: GPTFamily.head,
        pretraining: .causal("OpenAIGPTLMHeadModel"), renamed: [], tiedDecoder: "lm_head.weight",
        pretrainingHeads: ["lm_head."], signs: ["transformer.tokens_embed.", "tokens_embed."])

    /// What `afn` may say, and means; the name that is written first.
    private static let activations: [(name: String, function: TransformerPlan.Activation)] = [
        ("gelu", .geluNew), ("relu", .relu), ("silu", .silu), ("swish", .swish),
    ]
}
