internal import JSON

extension Dialect {
    /// GPT-2: a token sees those before it only, layers begin with their normalizations, and weights are stored [in, out].
    ///
    /// Source: Radford and others, "Language models are unsupervised multitask learners" (2019), and `modeling_gpt2.py` of
    /// huggingface/transformers.
    package static let gpt2 = Dialect(
        modelType: "gpt2", sequenceArchitecture: "GPT2ForSequenceClassification",
        tokenizerClass: "BertTokenizer", prefix: "transformer.",
        plan: { reader in
            var plan = GPTFamily.plan(&reader, vocabulary: 50_257, positions: 1024)
            plan.intermediateSize = reader.integer("n_inner", default: plan.intermediateSize)
            plan.activation = reader.activation("activation_function", default: .geluNew)
            plan.normalizesFirst = true
            reader.refuse(
                ["scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn", "add_cross_attention"],
                "scores of attention are those of GPT-2 as it was published")
            if reader.object["scale_attn_weights"] == .bool(false) {
                reader.complain("scale_attn_weights", "is false; supported: true")
            }
            return plan
        },
        keys: { plan in
            GPTFamily.keys(plan).merging([
                "n_inner": .integer(plan.intermediateSize),
                "activation_function": .string(plan.activation.rawValue),
            ]) { $1 }
        },
        name: { role, _ in
            GPTFamily.name(role, words: "wte", positions: "wpe")
        },
        head: GPTFamily.head,
        pretraining: .causal("GPT2LMHeadModel"), renamed: [], tiedDecoder: "lm_head.weight",
        pretrainingHeads: ["lm_head."], signs: ["transformer.wte.", "wte."])
}

/// What GPT and GPT-2 share.
enum GPTFamily {
    /// The state of a row's last token through one map without a bias.
    static let head = SequenceHeadForm(activation: nil, dropsInput: false, hasBias: false)
    /// In place of the id of padding, where a `config.json` has none.
    private static let noPadding = -1

    /// A plan by the keys that both have.
    /// - Parameters:
    ///   - vocabulary: where the configuration names no size.
    ///   - positions: likewise.
    static func plan(
        _ reader: inout ConfigurationReader, vocabulary: Int, positions: Int
    ) -> TransformerPlan {
        let width = reader.integer("n_embd", default: 768)
        var plan = TransformerPlan(
            vocabularySize: reader.integer("vocab_size", default: vocabulary), hiddenSize: width,
            layers: reader.integer("n_layer", default: 12), heads: reader.integer("n_head", default: 12),
            intermediateSize: 4 * min(max(0, width), 1 << 22),
            maxPositions: reader.integer("n_positions", default: positions), segmentTypes: 0,
            activation: .geluNew, hiddenDropout: reader.number("resid_pdrop", default: 0.1),
            attentionDropout: reader.number("attn_pdrop", default: 0.1), classifierDropout: 0,
            initializerRange: reader.number("initializer_range", default: 0.02),
            layerNormEpsilon: reader.number("layer_norm_epsilon", default: 1e-5),
            padTokenID: reader.integer("pad_token_id", default: noPadding))
        plan.embeddingDropout = reader.number("embd_pdrop", default: 0.1)
        plan.ignoresSegments = true
        plan.isCausal = true
        plan.normalizesEmbeddings = false
        plan.storesInputFirst = true
        if reader.object["tie_word_embeddings"] == .bool(false) {
            reader.complain("tie_word_embeddings", "is false; supported: true")
        }
        return plan
    }

    /// The keys that both have.
    static func keys(_ plan: TransformerPlan) -> [String: JSONValue] {
        [
            "vocab_size": .integer(plan.vocabularySize),
            "n_embd": .integer(plan.hiddenSize), "n_layer": .integer(plan.layers),
            "n_head": .integer(plan.heads), "n_positions": .integer(plan.maxPositions),
            "resid_pdrop": .number(plan.hiddenDropout),
            "attn_pdrop": .number(plan.attentionDropout),
            "embd_pdrop": .number(plan.embeddingDropout ?? plan.hiddenDropout),
            "initializer_range": .number(plan.initializerRange),
            "layer_norm_epsilon": .number(plan.layerNormEpsilon),
            "pad_token_id": plan.padTokenID == noPadding ? .null : .integer(plan.padTokenID),
        ]
    }

    /// - Parameters:
    ///   - words: name of the table of words.
    ///   - positions: of that of positions.
    static func name(_ role: ParameterRole, words: String, positions: String) -> String {
        switch role {
        case .head(_, let dense): "score.\(dense.published)"
        case .words: "transformer.\(words).weight"
        case .positions: "transformer.\(positions).weight"
        case .layer(_, .finalNorm(let affine)): "transformer.ln_f.\(affine.published)"
        case .layer(let number, let role): "transformer.h.\(number).\(layer(role))"
        default: preconditionFailure("the family has no parameter for \(role)")
        }
    }

    private static func layer(_ role: ParameterRole.Layer) -> String {
        switch role {
        case .projection(let dense): "attn.c_attn.\(dense.published)"
        case .attentionOutput(let dense): "attn.c_proj.\(dense.published)"
        case .attentionNorm(let affine): "ln_1.\(affine.published)"
        case .up(let dense): "mlp.c_fc.\(dense.published)"
        case .down(let dense): "mlp.c_proj.\(dense.published)"
        case .outputNorm(let affine): "ln_2.\(affine.published)"
        case .query, .key, .value, .finalNorm: preconditionFailure("named elsewhere, or not there")
        }
    }
}
