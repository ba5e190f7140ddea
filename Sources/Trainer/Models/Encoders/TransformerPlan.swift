/// Sizes and settings of a transformer encoder. What differs between families is a value here, not a type.
package struct TransformerPlan: Hashable, Sendable {
    /// Ids of the vocabulary, `vocab_size`.
    package var vocabularySize: Int
    /// Channels of a token, `hidden_size`; a multiple of ``heads``.
    package var hiddenSize: Int
    package var layers: Int
    /// Attention heads of a layer.
    package var heads: Int
    /// Channels in the middle of the feed-forward part, `intermediate_size`.
    package var intermediateSize: Int
    /// Rows of the position table, `max_position_embeddings`.
    package var maxPositions: Int
    /// Segments a row may have, `type_vocab_size`; 0 if there is no table of them.
    package var segmentTypes: Int
    package var activation: Activation
    /// Dropout rates, 0 ..< 1.
    package var hiddenDropout: Double
    package var attentionDropout: Double
    /// Dropout before the classifier; `nil` means ``hiddenDropout``.
    package var classifierDropout: Double?
    /// Standard deviation of random initial weights.
    package var initializerRange: Double
    package var layerNormEpsilon: Double
    package var padTokenID: Int
    /// Channels of the embedding tables and their normalization, `embedding_size`.
    package var embeddingSize: Int
    /// Whether a linear map leads from the embeddings to the layers; needed where their widths differ.
    package var projectsEmbeddings = false
    /// Row of the position table that a row's first token reads. Families that count from the position after the
    /// padding's give the padding's own to padding tokens within a row.
    package var firstPosition = 0
    /// Whether the tokens of a second text are not distinguished from those of the first: segment ids have no effect.
    package var ignoresSegments = false
    /// Tasks that a text may be for, `task_type_vocab_size`; every text is for the first. 0 if there is no table of them.
    package var taskTypes = 0
    /// Whether there is dropout after the attention's and the feed-forward part's last linear map.
    package var dropsAttentionOutput = true
    package var dropsFeedForwardOutput = true
    package var sharing = LayerSharing.none
    /// Whether a token's states depend on those before it only, as where the next one is to be told.
    package var isCausal = false
    /// Whether both halves of a layer begin with their normalization, and one more follows the last layer; else they end
    /// with it.
    package var normalizesFirst = false
    /// Whether the sum of the embeddings is normalized.
    package var normalizesEmbeddings = true
    /// Whether weights of layers are stored [in, out], and those of query, key and value as one tensor.
    package var storesInputFirst = false
    /// Dropout of the embeddings; `nil` means ``hiddenDropout``.
    package var embeddingDropout: Double?
    /// What a Text-CNN has in place of layers; `nil` for a transformer.
    package var convolution: ConvolutionPlan?
    /// What a classifier on the frozen layers reads in place of the family's own head; `nil` for that head.
    package internal(set) var pooling: StatePooling?
    /// The head that scores single tokens, in place of the family's own for rows; `nil` for that.
    package internal(set) var tokenHead: TokenHeadPlan?

    /// Which layers have their parameters in common.
    package enum LayerSharing: Hashable, Sendable {
        case none
        /// Neighboring layers, in this many groups of equal size; each group repeats its `inner` layers.
        case groups(Int, inner: Int)
    }

    /// Longest row in tokens.
    package var maxTokens: Int { maxPositions - firstPosition }

    /// A plan; all but the vocabulary default to those of BERT-base.
    package init(
        vocabularySize: Int, hiddenSize: Int = 768, layers: Int = 12, heads: Int = 12,
        intermediateSize: Int = 3072,
        maxPositions: Int = 512, segmentTypes: Int = 2, activation: Activation = .gelu,
        hiddenDropout: Double = 0.1,
        attentionDropout: Double = 0.1, classifierDropout: Double? = nil, initializerRange: Double = 0.02,
        layerNormEpsilon: Double = 1e-12, padTokenID: Int = 0, embeddingSize: Int? = nil
    ) {
        self.embeddingSize = embeddingSize ?? hiddenSize
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.layers = layers
        self.heads = heads
        self.intermediateSize = intermediateSize
        self.maxPositions = maxPositions
        self.segmentTypes = segmentTypes
        self.activation = activation
        self.hiddenDropout = hiddenDropout
        self.attentionDropout = attentionDropout
        self.classifierDropout = classifierDropout
        self.initializerRange = initializerRange
        self.layerNormEpsilon = layerNormEpsilon
        self.padTokenID = padTokenID
    }

    /// Finds out whether the numbers fit each other.
    /// - Throws: ``ConfigurationError`` with everything that does not.
    package func validate() throws(ConfigurationError) {
        var problems: [String] = []
        let sizes = [
            ("vocab_size", vocabularySize), ("hidden_size", hiddenSize), ("num_hidden_layers", layers),
            ("num_attention_heads", heads), ("intermediate_size", intermediateSize),
            ("max_position_embeddings", maxPositions), ("embedding_size", embeddingSize),
            ("type_vocab_size", ignoresSegments ? 1 : segmentTypes),
        ]
        for (key, value) in sizes where value < 1 || value > 1 << 24 {
            problems.append("'\(key)' is \(value); it must lie in 1 ... \(1 << 24)")
        }
        if problems.isEmpty, hiddenSize % heads != 0 {
            problems.append(
                "'hidden_size' is \(hiddenSize); it must be a multiple of 'num_attention_heads', \(heads)")
        }
        if layers > 4095 { problems.append("'num_hidden_layers' is \(layers); at most 4095 are supported") }
        if firstPosition < 0 || maxTokens < 1 {
            problems.append(
                "'max_position_embeddings' is \(maxPositions); positions begin at 'pad_token_id' + 1, \(firstPosition)"
            )
        }
        problems += convolution?.problems ?? []
        if embeddingSize != hiddenSize, !projectsEmbeddings, convolution == nil, problems.isEmpty {
            problems.append(
                "'embedding_size' is \(embeddingSize); it must be 'hidden_size', \(hiddenSize), in this family"
            )
        }
        problems += sharingProblems
        if isCausal, pooling?.tokens == .first {
            problems.append(
                "pooling reads the first token, which has seen no other in a model that reads left to right; set mean or max"
            )
        }
        let rates = [
            ("hidden_dropout_prob", hiddenDropout), ("attention_probs_dropout_prob", attentionDropout),
            ("classifier_dropout", classifierDropout ?? 0), ("embd_pdrop", embeddingDropout ?? 0),
        ]
        for (key, value) in rates where !(value >= 0 && value < 1) {
            problems.append("'\(key)' is \(value); it must be at least 0 and below 1")
        }
        if !(layerNormEpsilon > 0 && layerNormEpsilon < 1) {
            problems.append("'layer_norm_eps' is \(layerNormEpsilon); it must lie between 0 and 1")
        }
        if !(initializerRange > 0 && initializerRange < 10) {
            problems.append("'initializer_range' is \(initializerRange); it must lie between 0 and 10")
        }
        if !problems.isEmpty { throw ConfigurationError(problems: problems) }
    }
}
