import Models
import Testing

@Suite struct ModelConfigurationTests {
    private func read(_ json: String) throws -> ModelConfiguration {
        try ModelConfiguration(json: Array(json.utf8))
    }

    private func problems(_ json: String) -> String? {
        do { _ = try read(json) } catch { return "\(error)" }
        return nil
    }

    @Test func readsWhatTransformersWrites() throws {
        let configuration = try ModelConfiguration(json: BERTFixture.bytes("config_gelu_new.json"))
        #expect(configuration.plan.vocabularySize == 60)
        #expect(configuration.plan.hiddenSize == 32)
        #expect(configuration.plan.layers == 2)
        #expect(configuration.plan.heads == 4)
        #expect(configuration.plan.intermediateSize == 64)
        #expect(configuration.plan.maxPositions == 64)
        #expect(configuration.plan.activation == .geluNew)
        #expect(configuration.plan.hiddenDropout == 0)
        #expect(configuration.plan.classifierDropout == nil)
        #expect(configuration.plan.layerNormEpsilon == 1e-12)
        #expect(configuration.labels == ["LABEL_0", "LABEL_1", "LABEL_2"])
    }

    /// An older file: no layer_norm_eps, no pad_token_id, keys of other programs.
    @Test func missingKeysMeanTransformersDefaults() throws {
        let configuration = try read(
            """
            {"vocab_size": 30000, "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
             "intermediate_size": 3072, "max_position_embeddings": 300, "hidden_act": "gelu",
             "directionality": "bidi", "pooler_type": "first_token_transform", "architectures": ["BertForMaskedLM"]}
            """)
        #expect(configuration.plan.layerNormEpsilon == 1e-12)
        #expect(configuration.plan.padTokenID == 0)
        #expect(configuration.plan.segmentTypes == 2)
        #expect(configuration.plan.hiddenDropout == 0.1)
        #expect(configuration.labels == nil)
    }

    @Test func writesWhatItReadsAndKeepsUnknownKeys() throws {
        var configuration = try read(
            #"{"vocab_size": 7, "directionality": "bidi", "nested": {"a": [1, 2.5, null, true]}, "hidden_size": 12}"#
        )
        configuration.plan.layerNormEpsilon = 1e-12
        configuration.plan.classifierDropout = 0.25
        let json = configuration.json(labels: ["calm", "divided"])
        let again = try ModelConfiguration(json: json)
        #expect(again.plan.classifierDropout == 0.25)
        #expect(again.plan.vocabularySize == 7)
        #expect(again.labels == ["calm", "divided"])
        let text = String(decoding: json, as: UTF8.self)
        for part in [
            "\"directionality\"", "\"bidi\"", "2.5", "1e-12", "BertForSequenceClassification",
            "\"divided\": 1",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
        #expect(again.json(labels: ["calm", "divided"]) == json)
    }

    static let bad: [(json: String, message: String)] = [
        ("{", "config.json: it is not valid JSON"),
        ("[1]", "config.json: it holds a list where an object is needed"),
        ("{}", "config.json: 'vocab_size' is missing; it must be a whole number"),
        (
            #"{"vocab_size": 10, "hidden_act": "prelu"}"#,
            #"config.json: 'hidden_act' is "prelu"; supported: "gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "#
                + #""gelu_python", "gelu_python_tanh", "gelu_accurate", "gelu_10", "quick_gelu", "relu", "relu6", "#
                + #""relu2", "leaky_relu", "silu", "swish", "hardswish", "mish", "tanh", "sigmoid", "linear""#
        ),
        (
            #"{"vocab_size": 10, "position_embedding_type": "relative_key"}"#,
            #"config.json: 'position_embedding_type' is "relative_key"; supported: "absolute""#
        ),
        (
            #"{"vocab_size": 10, "model_type": "xlnet"}"#,
            #"config.json: 'model_type' is "xlnet"; supported: "bert", "electra", "roberta", "xlm-roberta", "distilbert", "albert", "ernie", "text_cnn", "gpt2", "openai-gpt""#
        ),
        (
            #"{"vocab_size": "10", "num_attention_heads": 7, "hidden_dropout_prob": 1.5}"#,
            "config.json: 'vocab_size' is \"10\"; it must be a whole number; 'hidden_size' is 768; it must be a "
                + "multiple of 'num_attention_heads', 7; 'hidden_dropout_prob' is 1.5; it must be at least 0 and below 1"
        ),
        (
            #"{"vocab_size": 0}"#, "config.json: 'vocab_size' is 0; it must lie in 1 ... 16777216"
        ),
        (
            #"{"vocab_size": 10, "is_decoder": true}"#,
            "config.json: 'is_decoder' is true; only encoders are supported"
        ),
    ]

    @Test(arguments: bad)
    func whatCannotRunIsExplained(json: String, message: String) {
        #expect(problems(json) == message)
    }
}
