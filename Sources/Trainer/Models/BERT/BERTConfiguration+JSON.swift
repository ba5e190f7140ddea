extension BERTConfiguration {
    /// Reads a `config.json`. Keys that mean nothing here are kept and written back.
    ///
    /// - Throws: ``ConfigurationError`` when it is not a JSON object, when a needed key is missing, or for
    ///   settings that ask for another computation than this program's; all problems at once.
    public init(json: [UInt8]) throws(ConfigurationError) {
        let value: JSONValue
        do { value = try JSONValue(bytes: json) } catch {
            throw ConfigurationError(problems: ["it is not valid JSON"])
        }
        guard case .object(let object) = value else {
            throw ConfigurationError(problems: ["it holds \(value.text) where an object is needed"])
        }
        var reader = KeyReader(object: object)
        reader.check("model_type", isOneOf: ["bert"])
        reader.check("position_embedding_type", isOneOf: ["absolute"])
        let names = Activation.allCases.map(\.rawValue)
        let activation = reader.string("hidden_act", default: "gelu", oneOf: names)
        self.init(
            vocabularySize: reader.integer("vocab_size", default: nil),
            hiddenSize: reader.integer("hidden_size", default: 768),
            layers: reader.integer("num_hidden_layers", default: 12),
            heads: reader.integer("num_attention_heads", default: 12),
            intermediateSize: reader.integer("intermediate_size", default: 3072),
            maxPositions: reader.integer("max_position_embeddings", default: 512),
            segmentTypes: reader.integer("type_vocab_size", default: 2),
            activation: Activation(rawValue: activation) ?? .gelu,
            hiddenDropout: reader.number("hidden_dropout_prob", default: 0.1),
            attentionDropout: reader.number("attention_probs_dropout_prob", default: 0.1),
            classifierDropout: reader.optionalNumber("classifier_dropout"),
            initializerRange: reader.number("initializer_range", default: 0.02),
            layerNormEpsilon: reader.number("layer_norm_eps", default: 1e-12),
            padTokenID: reader.integer("pad_token_id", default: 0))
        for key in ["is_decoder", "add_cross_attention"] where object[key] == .bool(true) {
            reader.problems.append("'\(key)' is true; only encoders are supported")
        }
        other = object
        do { try validate() } catch {
            // A missing or mistyped key has been reported already.
            reader.problems += error.problems.filter { found in
                !reader.badKeys.contains { found.hasPrefix("'\($0)'") }
            }
        }
        if !reader.problems.isEmpty { throw ConfigurationError(problems: reader.problems) }
    }

    /// The `config.json` of a sequence classifier with these class names, class 0 first.
    ///
    /// Keys of the file this configuration was read from stay, except those that name classes or the
    /// architecture.
    public func json(labels: [String]) throws -> [UInt8] {
        var object = other
        object["model_type"] = .string("bert")
        object["architectures"] = .array([.string("BertForSequenceClassification")])
        object["vocab_size"] = .integer(vocabularySize)
        object["hidden_size"] = .integer(hiddenSize)
        object["num_hidden_layers"] = .integer(layers)
        object["num_attention_heads"] = .integer(heads)
        object["intermediate_size"] = .integer(intermediateSize)
        object["max_position_embeddings"] = .integer(maxPositions)
        object["type_vocab_size"] = .integer(segmentTypes)
        object["hidden_act"] = .string(activation.rawValue)
        object["hidden_dropout_prob"] = .number(hiddenDropout)
        object["attention_probs_dropout_prob"] = .number(attentionDropout)
        object["classifier_dropout"] = classifierDropout.map { .number($0) } ?? .null
        object["initializer_range"] = .number(initializerRange)
        object["layer_norm_eps"] = .number(layerNormEpsilon)
        object["pad_token_id"] = .integer(padTokenID)
        object["id2label"] = .object(
            Dictionary(uniqueKeysWithValues: labels.enumerated().map { ("\($0)", .string($1)) }))
        object["label2id"] = .object(
            Dictionary(
                labels.enumerated().map { ($1, .integer($0)) }, uniquingKeysWith: { first, _ in first }))
        object["problem_type"] = .string("single_label_classification")
        object["torch_dtype"] = nil
        object["dtype"] = .string("float32")
        object["_num_labels"] = nil
        object["num_labels"] = nil
        return try JSONValue.object(object).bytes()
    }

    /// Class names the file gave in `id2label`, class 0 first; `nil` when it named none or left gaps.
    public var labels: [String]? {
        guard case .object(let names)? = other["id2label"], !names.isEmpty else { return nil }
        var labels: [String] = []
        for number in 0..<names.count {
            guard case .string(let name)? = names["\(number)"] else { return nil }
            labels.append(name)
        }
        return labels
    }
}

/// Reads typed values and gathers what is wrong with them.
private struct KeyReader {
    let object: [String: JSONValue]
    var problems: [String] = []
    var badKeys: Set<String> = []

    init(object: [String: JSONValue]) { self.object = object }

    private mutating func complain(_ key: String, _ text: String) {
        problems.append("'\(key)' \(text)")
        badKeys.insert(key)
    }

    mutating func integer(_ key: String, default fallback: Int?) -> Int {
        switch object[key] {
        case .integer(let value): return value
        case nil, .null:
            if let fallback { return fallback }
            complain(key, "is missing; it must be a whole number")
        case let value?: complain(key, "is \(value.text); it must be a whole number")
        }
        return fallback ?? 1
    }

    mutating func number(_ key: String, default fallback: Double) -> Double {
        optionalNumber(key) ?? fallback
    }

    mutating func optionalNumber(_ key: String) -> Double? {
        switch object[key] {
        case .integer(let value): return Double(value)
        case .number(let value): return value
        case nil, .null: return nil
        case let value?:
            complain(key, "is \(value.text); it must be a number")
            return nil
        }
    }

    mutating func string(_ key: String, default fallback: String, oneOf allowed: [String]) -> String {
        check(key, isOneOf: allowed)
        if case .string(let value)? = object[key] { return value }
        return fallback
    }

    mutating func check(_ key: String, isOneOf allowed: [String]) {
        switch object[key] {
        case nil, .null: return
        case .string(let value) where allowed.contains(value): return
        case let value?:
            let list = allowed.map { "\"\($0)\"" }.joined(separator: ", ")
            complain(key, "is \(value.text); supported: \(list)")
        }
    }
}
