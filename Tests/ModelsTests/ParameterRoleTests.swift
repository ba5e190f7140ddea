import Models
import Testing

/// What a parameter's role decides. The names are those of the fixture's file, which transformers wrote.
struct ParameterRoleTests {
    private let model: any TrainableModel

    init() throws { model = try BERTFixture.classifier("gelu") }

    static let names: [(role: ParameterRole, name: String)] = [
        (.words, "bert.embeddings.word_embeddings.weight"),
        (.segments, "bert.embeddings.token_type_embeddings.weight"),
        (.embeddingNorm(.shift), "bert.embeddings.LayerNorm.bias"),
        (.layer(1, .key(.bias)), "bert.encoder.layer.1.attention.self.key.bias"),
        (.layer(0, .attentionOutput(.weight)), "bert.encoder.layer.0.attention.output.dense.weight"),
        (.layer(0, .attentionNorm(.gain)), "bert.encoder.layer.0.attention.output.LayerNorm.weight"),
        (.layer(1, .up(.weight)), "bert.encoder.layer.1.intermediate.dense.weight"),
        (.layer(1, .down(.weight)), "bert.encoder.layer.1.output.dense.weight"),
        (.layer(1, .outputNorm(.gain)), "bert.encoder.layer.1.output.LayerNorm.weight"),
        (.head(.pooler, .weight), "bert.pooler.dense.weight"),
        (.head(.classifier, .bias), "classifier.bias"),
    ]

    @Test(arguments: names)
    func aRoleHasItsPublishedName(role: ParameterRole, name: String) {
        #expect(model.parameters.entry(for: role)?.name == name)
        #expect(model.parameters.entry(named: name)?.role == role)
    }

    @Test func whatTheModelLacksHasNoEntry() {
        #expect(model.parameters.entry(for: .layer(2, .key(.bias))) == nil)
    }

    @Test func theRoleDecidesDecayAndPart() {
        for entry in model.parameters.entries {
            let isVector = entry.shape.count == 1
            #expect(entry.decays == !isVector, "\(entry.name)")
            let part: ModelPart =
                switch entry.name.split(separator: ".") {
                case let parts where parts.contains("embeddings"): .embeddings
                case let parts where parts.contains("layer"): .layer(Int(parts[3]) ?? -1)
                default: .head
                }
            #expect(entry.part == part, "\(entry.name)")
        }
    }
}
