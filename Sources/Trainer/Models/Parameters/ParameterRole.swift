/// What a parameter is for. Decides how it starts, whether it decays, and which part of the model it belongs to;
/// the name that a published file gives it does not.
package enum ParameterRole: Hashable, Sendable {
    /// The two tensors of a linear map.
    package enum Dense: Hashable, Sendable { case weight, bias }

    /// The two vectors of a normalization.
    package enum Affine: Hashable, Sendable { case gain, shift }

    /// Parameters of one layer.
    package enum Layer: Hashable, Sendable {
        case query(Dense)
        case key(Dense)
        case value(Dense)
        /// Query, key and value in one tensor, where the family stores them so.
        case projection(Dense)
        case attentionOutput(Dense)
        case attentionNorm(Affine)
        /// Into and out of the middle of the feed-forward part.
        case up(Dense)
        case down(Dense)
        case outputNorm(Affine)
        /// After the last layer, where layers begin with their normalizations.
        case finalNorm(Affine)
    }

    /// Linear maps of a head.
    package enum Head: Hashable, Sendable {
        /// After the first token's state, before the last map.
        case pooler
        /// To the scores.
        case classifier
    }

    /// The two matrices of a low-rank adapter, as PEFT calls them: A, which a map's input goes through first, and B.
    package enum Adapter: String, Hashable, Sendable {
        case down = "lora_A"
        case up = "lora_B"
    }

    /// Parameters of the heads that only pretraining has.
    package enum Pretraining: Hashable, Sendable {
        /// The linear map and the normalization between a masked token's state and its scores.
        case transform(Dense)
        case transformNorm(Affine)
        /// Added to the score of each word; the map itself is the table of word vectors.
        case wordBias
        /// From a token's state to its features, and to how probable it is that the token was replaced.
        case detector(Dense)
        case detection(Dense)
    }

    /// Tables of the embeddings.
    case words, positions, segments
    /// Vectors of the words that stay as they were given.
    case keptWords
    /// Of a Text-CNN's filters of one width, counted from 0.
    case filters(Int, Dense)
    /// Of the tasks that a text may be for.
    case taskTypes
    case embeddingNorm(Affine)
    /// From the width of the embeddings to that of the layers.
    case embeddingProjection(Dense)
    /// Counted from 0; layers that share their parameters have one number.
    case layer(Int, Layer)
    case head(Head, Dense)
    case pretraining(Pretraining)
    /// From a student's states to the width of its teacher's, while it is trained; no model keeps it.
    case stateMap(Dense)
    /// Beside a linear map of a layer; models keep it as a part of the map.
    case adapter(Int, Layer, Adapter)
}

/// How a parameter starts where no file has it.
enum InitialValue: Hashable {
    case normal, zero, one
    /// Normal, its deviation this share of the others'.
    case narrow(Double)
    /// Between this and its negative.
    case uniform(Double)
}

extension ParameterRole {
    package var part: ModelPart {
        switch self {
        case .words, .keptWords, .positions, .segments, .taskTypes, .embeddingNorm, .embeddingProjection:
            .embeddings
        case .filters: .layer(0)
        case .layer(let number, _), .adapter(let number, _, _): .layer(number)
        case .head, .pretraining, .stateMap: .head
        }
    }

    /// Whether it is a table that is looked up, which no product reads.
    var isLookup: Bool {
        switch self {
        case .words, .keptWords, .positions, .segments, .taskTypes: true
        case .embeddingNorm, .embeddingProjection, .filters, .layer, .head, .pretraining, .stateMap, .adapter:
            false
        }
    }

    /// Whether weight decay applies: not for biases and normalizations.
    var decays: Bool {
        if case .adapter = self { return true }
        return initial == .normal
    }

    var initial: InitialValue {
        switch self {
        case .words, .keptWords, .positions, .segments, .taskTypes: .normal
        case .filters(_, let dense): dense.initial
        case .embeddingNorm(let affine): affine.initial
        case .embeddingProjection(let dense): dense.initial
        case .layer(_, let role): role.initial
        case .head(_, let dense), .stateMap(let dense): dense.initial
        case .pretraining(let role): role.initial
        case .adapter(_, _, let side): side == .down ? .normal : .zero
        }
    }
}

extension ParameterRole.Pretraining {
    fileprivate var initial: InitialValue {
        switch self {
        case .transform(let dense), .detector(let dense), .detection(let dense): dense.initial
        case .transformNorm(let affine): affine.initial
        case .wordBias: .zero
        }
    }
}

extension ParameterRole.Layer {
    fileprivate var initial: InitialValue {
        switch self {
        case .query(let dense), .key(let dense), .value(let dense), .projection(let dense),
            .attentionOutput(let dense), .up(let dense), .down(let dense):
            dense.initial
        case .attentionNorm(let affine), .outputNorm(let affine), .finalNorm(let affine): affine.initial
        }
    }
}

extension ParameterRole.Dense {
    fileprivate var initial: InitialValue { self == .weight ? .normal : .zero }
}

extension ParameterRole.Affine {
    fileprivate var initial: InitialValue { self == .gain ? .one : .zero }
}
