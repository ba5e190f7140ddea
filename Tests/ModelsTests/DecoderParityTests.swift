import Models
import Tensors
import Testing

/// What is particular to families whose tokens see those before them, beside ``FamilyParityTests``, which hold for them too.
struct DecoderParityTests {
    let batch: PackedTokens
    private let fixture: FamilyFixture
    private let expected: TinySafetensors

    init() throws {
        fixture = try FamilyFixture.load()
        batch = fixture.batches[0].packed
        expected = try TinySafetensors(FamilyFixture.bytes("features.safetensors"))
    }

    /// Largest distance of a layer's states from transformers'.
    private func distance(_ name: String, _ model: any TrainableModel) throws -> Float {
        let wanted = try expected.floats("\(name).states")
        let found = try model.states(batch, ofLayers: Array(0...model.layerCount)).flatMap(\.self)
        #expect(found.count == wanted.count)
        return zip(found, wanted).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    private func changed(
        _ name: String, _ role: ParameterRole, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
    ) throws -> Float {
        let model = try FamilyFixture.model(name)
        model.parameters.withValues(of: role, body)
        return try distance(name, model)
    }

    @Test(arguments: FamilyFixture.decoders)
    func mistakesWouldBeNoticed(name: String) throws {
        #expect(try distance(name, FamilyFixture.model(name)) < 1e-5)
        let published = try FamilyFixture.configuration(name)
        func planned(_ change: (inout TransformerPlan) -> Void) throws -> Float {
            var plan = published.plan
            change(&plan)
            return try distance(name, FamilyFixture.model(name, published.with(plan: plan)))
        }
        #expect(try planned { $0.isCausal = false } > 1e-2, "no mask")
        #expect(try planned { $0.activation = .gelu } > 1e-5, "the exact nonlinearity")
        #expect(try planned { $0.layerNormEpsilon = 1e-12 } > 1e-6, "another epsilon")
        let width = published.plan.hiddenSize
        let square = try changed(name, .layer(0, .attentionOutput(.weight))) { values in
            let copy = Array(values)
            for row in 0..<width {
                for column in 0..<width { values[row * width + column] = copy[column * width + row] }
            }
        }
        #expect(square > 1e-2, "a square weight that is not transposed")
        let turned = try changed(name, .layer(0, .projection(.weight))) { values in
            for row in 0..<width {
                for column in 0..<width {
                    values.swapAt(row * 3 * width + column, row * 3 * width + width + column)
                }
            }
        }
        #expect(turned > 1e-2, "queries for keys")
    }

    /// The last token's state is scored, not the first's, which is the same for all rows that begin alike.
    @Test(arguments: FamilyFixture.decoders)
    func theLastTokenIsScored(name: String) throws {
        let model = try FamilyFixture.model(name)
        let states = try model.states(batch, ofLayers: [model.layerCount])[0]
        let width = model.configuration.plan.hiddenSize
        let weights = model.parameters.withValues(of: .head(.classifier, .weight)) { Array($0) }
        func logits(_ token: (Int) -> Int) -> [Float] {
            (0..<batch.rows).flatMap { row in
                (0..<3).map { label in
                    (0..<width).reduce(0) {
                        $0 + states[token(row) * width + $1] * weights[label * width + $1]
                    }
                }
            }
        }
        let found = try model.logits(batch)
        let wanted = try #require(fixture.models[name]).logits.joined().map { Float($0) }
        #expect(zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-5 })
        let last = logits { Int(batch.offsets[$0 + 1]) - 1 }
        #expect(zip(found, last).allSatisfy { abs($0 - $1) < 1e-5 })
        let first = logits { Int(batch.offsets[$0]) }
        #expect(zip(found, first).contains { abs($0 - $1) > 1e-2 })
    }

    /// As transformers has it: padding behind a row is passed over, padding within it is a token like others.
    @Test(arguments: FamilyFixture.decoders)
    func paddingBehindARowIsPassedOver(name: String) throws {
        let model = try FamilyFixture.model(name)
        let padding = Int32(model.configuration.plan.padTokenID)
        let rows = fixture.batches[0].rows
        let plain = try model.logits(PackedTokens(rows: rows))
        let longer = rows.map { $0 + [Int32](repeating: padding, count: $0.count > 20 ? 0 : 3) }
        #expect(try model.logits(PackedTokens(rows: longer)) == plain)
        let within = rows.map { $0.count > 20 ? $0 : [padding] + $0 }
        #expect(try model.logits(PackedTokens(rows: within)) != plain)
        #expect(try model.logits(PackedTokens(rows: [[padding, padding]])).allSatisfy(\.isFinite))
    }

    @Test(arguments: FamilyFixture.decoders, [Precision.fp32, .bf16])
    func laterTokensChangeNoState(name: String, precision: Precision) throws {
        let model = try FamilyFixture.model(name, precision: precision)
        func states(_ row: [Int32]) throws -> [Float] {
            try model.states(PackedTokens(rows: [row]), ofLayers: [model.layerCount])[0]
        }
        let width = model.configuration.plan.hiddenSize
        let (one, other) = (try states([5, 6, 7, 8, 9]), try states([5, 6, 7, 30, 31]))
        #expect(one.prefix(3 * width) == other.prefix(3 * width))
        #expect(one.dropFirst(3 * width) != other.dropFirst(3 * width))
    }

    /// What frozen layers lead to is the same, and nothing below is changed; the normalization after the last layer goes
    /// with it.
    @Test(arguments: FamilyFixture.decoders)
    func frozenLayersHaveNoGradient(name: String) throws {
        func gradients(frozen: Int?) throws -> [String: [Float]] {
            let model = try FamilyFixture.model(name)
            model.freeze(layers: frozen)
            _ = try model.trainStep(batch, dropout: nil)
            let all = model.parameters.gradients
            return Dictionary(
                uniqueKeysWithValues: model.parameters.entries.map { ($0.name, Array(all[$0.range])) })
        }
        let whole = try gradients(frozen: nil)
        for frozen in [0, 1, 2] {
            for (tensor, gradient) in try gradients(frozen: frozen) {
                let isTrained =
                    tensor.hasPrefix("score.")
                    || (frozen < 2 && (tensor.contains(".h.1.") || tensor.contains("ln_f")))
                    || (frozen < 1 && tensor.contains(".h.0."))
                #expect(
                    isTrained ? gradient == whole[tensor] : gradient.allSatisfy { $0 == 0 },
                    "\(tensor), \(frozen) frozen")
            }
        }
    }

    static let refused: [(json: String, problem: String)] = [
        (
            #"{"model_type": "gpt2", "scale_attn_by_inverse_layer_idx": true}"#,
            "config.json: 'scale_attn_by_inverse_layer_idx' is true; scores of attention are those of GPT-2 as it was published"
        ),
        (
            #"{"model_type": "gpt2", "tie_word_embeddings": false}"#,
            "config.json: 'tie_word_embeddings' is false; supported: true"
        ),
        (
            #"{"model_type": "gpt2", "n_embd": 30}"#,
            "config.json: 'hidden_size' is 30; it must be a multiple of 'num_attention_heads', 12"
        ),
    ]

    @Test(arguments: refused)
    func whatTheFamilyCannotBeIsExplained(json: String, problem: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ModelConfiguration(json: Array(json.utf8))
        }
        #expect(error?.description == problem)
    }

    /// The defaults of transformers are those of the smallest GPT-2, which knows no padding.
    @Test func whatAFileDoesNotSayIsTheFamilysOwn() throws {
        let configuration = try ModelConfiguration(json: Array(#"{"model_type": "gpt2"}"#.utf8))
        let plan = configuration.plan
        #expect([plan.hiddenSize, plan.intermediateSize, plan.maxTokens] == [768, 3072, 1024])
        #expect(plan.vocabularySize == 50_257 && plan.activation == .geluNew && plan.embeddingDropout == 0.1)
        #expect(configuration.value(labels: ["a"])["pad_token_id"] == .null)
    }

    /// Its `gelu` is the one by tanh, and it has no head for single tokens.
    @Test func theFirstGPTHasItsOwnWords() throws {
        let configuration = try ModelConfiguration(json: Array(#"{"model_type": "openai-gpt"}"#.utf8))
        let plan = configuration.plan
        #expect([plan.vocabularySize, plan.hiddenSize, plan.maxTokens] == [40_478, 768, 512])
        #expect(plan.activation == .geluNew && configuration.value(labels: ["a"])["afn"] == "gelu")
        let small = try FamilyFixture.configuration("openai-gpt").answeringTokens(.tags)
        let error = #expect(throws: ConfigurationError.self) {
            try small.makeModel(labelCount: 2, seed: 1, threads: 1)
        }
        #expect(error?.description.contains("no head for single tokens (ForTokenClassification)") == true)
    }

    @Test func theFirstTokensStateIsNotPooled() throws {
        let configuration = try FamilyFixture.configuration("gpt2").pooled(
            by: StatePooling(.first, layers: [2]))
        let error = #expect(throws: ConfigurationError.self) {
            try configuration.makeModel(labelCount: 2, seed: 1, threads: 1)
        }
        #expect(
            error?.description
                == "config.json: pooling reads the first token, which has seen no other in a model that reads left to right; "
                + "set mean or max")
    }

    /// As transformers draws them: what is added to the sum of the layers starts smaller.
    @Test func mapsBackIntoTheSumStartSmall() throws {
        let plan = TransformerPlan(
            vocabularySize: 99, hiddenSize: 64, layers: 8, heads: 4, intermediateSize: 128)
        var causal = try FamilyFixture.configuration("gpt2").plan
        (causal.hiddenSize, causal.embeddingSize, causal.layers, causal.intermediateSize) = (64, 64, 8, 128)
        func deviation(_ configuration: ModelConfiguration, _ role: ParameterRole) throws -> Double {
            let model = try configuration.makeModel(labelCount: 2, seed: 3, threads: 1)
            return model.parameters.withValues(of: role) { values in
                (values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)).squareRoot()
            }
        }
        let own = ModelConfiguration(causal, dialect: .gpt2)
        #expect(abs(try deviation(own, .layer(3, .down(.weight))) / (0.02 / 4) - 1) < 0.05)
        #expect(abs(try deviation(own, .layer(3, .up(.weight))) / 0.02 - 1) < 0.05)
        #expect(abs(try deviation(ModelConfiguration(plan), .layer(3, .down(.weight))) / 0.02 - 1) < 0.05)
    }
}
