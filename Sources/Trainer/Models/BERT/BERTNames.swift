/// The names that Hugging Face gives a BERT classifier's parameters.
enum BERTNames {
    static func name(_ role: ParameterRole) -> String {
        let embeddings = "bert.embeddings"
        return switch role {
        case .words: "\(embeddings).word_embeddings.weight"
        case .positions: "\(embeddings).position_embeddings.weight"
        case .segments: "\(embeddings).token_type_embeddings.weight"
        case .embeddingNorm(let affine): "\(embeddings).LayerNorm.\(name(affine))"
        case .layer(let number, let role): "bert.encoder.layer.\(number).\(name(role))"
        case .head(.pooler, let dense): "bert.pooler.dense.\(name(dense))"
        case .head(.classifier, let dense): "classifier.\(name(dense))"
        }
    }

    private static func name(_ role: ParameterRole.Layer) -> String {
        switch role {
        case .query(let dense): "attention.self.query.\(name(dense))"
        case .key(let dense): "attention.self.key.\(name(dense))"
        case .value(let dense): "attention.self.value.\(name(dense))"
        case .attentionOutput(let dense): "attention.output.dense.\(name(dense))"
        case .attentionNorm(let affine): "attention.output.LayerNorm.\(name(affine))"
        case .up(let dense): "intermediate.dense.\(name(dense))"
        case .down(let dense): "output.dense.\(name(dense))"
        case .outputNorm(let affine): "output.LayerNorm.\(name(affine))"
        }
    }

    private static func name(_ dense: ParameterRole.Dense) -> String {
        switch dense {
        case .weight: "weight"
        case .bias: "bias"
        }
    }

    private static func name(_ affine: ParameterRole.Affine) -> String {
        switch affine {
        case .gain: "weight"
        case .shift: "bias"
        }
    }
}
