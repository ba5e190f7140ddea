package import JSON

/// What a Hugging Face `config.json` says: the family, the plan of the encoder, and the classes.
package struct ModelConfiguration: Hashable, Sendable {
    package let dialect: Dialect
    package var plan: TransformerPlan
    /// The whole file this was read from, written back with the plan's values; empty when it was not read.
    private var other: [String: JSONValue] = [:]

    package init(_ plan: TransformerPlan, dialect: Dialect = .bert) {
        self.plan = plan
        self.dialect = dialect
    }

    /// Reads a `config.json`. Keys that mean nothing here are kept and written back.
    ///
    /// - Throws: ``ConfigurationError`` when it is not a JSON object, when a needed key is missing, or for
    ///   settings that ask for another computation than this program's; all problems at once.
    package init(json: [UInt8]) throws(ConfigurationError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: json) } catch {
            throw ConfigurationError(problems: ["it is not valid JSON"])
        }
        guard let object = value.objectValue else {
            throw ConfigurationError(problems: ["it holds \(value.shownText) where an object is needed"])
        }
        var reader = ConfigurationReader(object: object)
        let types = Dialect.all.map(\.modelType)
        let type = reader.string("model_type", default: Dialect.bert.modelType, oneOf: types)
        dialect = Dialect.all.first { $0.modelType == type } ?? .bert
        plan = dialect.plan(&reader)
        plan.pooling = reader.pooling(depth: plan.layers)
        let architectures = object["architectures"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let use = TokenHeadPlan.Use.allCases.first { use in
            architectures.contains { $0.hasSuffix(use.classEnding) }
        }
        reader.check("problem_type", isOneOf: Self.problemTypes)
        other = object
        if let answerDropout, !(0..<1).contains(answerDropout) {
            reader.complain(Self.answerDropoutKey, "is \(answerDropout); it must be at least 0 and below 1")
        }
        plan.tokenHead = answeringTokens(use).plan.tokenHead
        do { try plan.validate() } catch {
            // A missing or mistyped key has been reported already.
            reader.problems += error.problems.filter { found in
                !reader.badKeys.contains { found.hasPrefix("'\($0)'") }
            }
        }
        if !reader.problems.isEmpty { throw ConfigurationError(problems: reader.problems) }
    }

    /// The `config.json` of a model with scores of these names, the first one first.
    ///
    /// - Parameter problemType: what the scores are, as transformers names it.
    /// Keys of the file this configuration was read from stay, except those that name classes or the
    /// architecture.
    package func json(
        labels: [String], problemType: String = "single_label_classification"
    ) -> [UInt8] {
        value(labels: labels, problemType: problemType).encoded(indented: true)
    }

    /// What ``json(labels:problemType:)`` writes, its keys in order.
    package func value(
        labels: [String], problemType: String = "single_label_classification"
    ) -> JSONValue {
        var object = other.merging(dialect.keys(plan)) { $1 }
        object["model_type"] = .string(dialect.modelType)
        object["architectures"] = .array([.string(architecture)])
        object["id2label"] = .object(
            Dictionary(uniqueKeysWithValues: labels.enumerated().map { ("\($0)", .string($1)) }))
        object["label2id"] = .object(
            Dictionary(
                labels.enumerated().map { ($1, .integer($0)) }, uniquingKeysWith: { first, _ in first }))
        object["problem_type"] = tokenUse == nil ? .string(problemType) : nil
        object[StatePooling.key] = plan.pooling?.json
        object["torch_dtype"] = nil
        object["dtype"] = .string("float32")
        object["_num_labels"] = nil
        object["num_labels"] = nil
        return JSONValue.object(object).configurationText
    }

    /// What is written beside an encoder with the heads of pretraining, which knows no classes.
    ///
    /// - Parameter architecture: class of transformers that opens the folder.
    package func value(architecture: String) -> JSONValue {
        var object = other.merging(dialect.keys(plan)) { $1 }
        object["model_type"] = .string(dialect.modelType)
        object["architectures"] = .array([.string(architecture)])
        object["dtype"] = .string("float32")
        for key in [
            "torch_dtype", "id2label", "label2id", "problem_type", "_num_labels", "num_labels", "splitvote",
            StatePooling.key,
        ] { object[key] = nil }
        return JSONValue.object(object).configurationText
    }

    /// The same with another plan.
    package func with(plan: TransformerPlan) -> ModelConfiguration {
        var changed = self
        changed.plan = plan
        return changed
    }

    /// The same with another form of the family's names and head.
    package func inDialect(_ dialect: Dialect) -> ModelConfiguration {
        var changed = ModelConfiguration(plan, dialect: dialect)
        changed.other = other
        return changed
    }

    /// What the file says its scores are; `nil` if it does not.
    package var problemType: String? {
        other["problem_type"]?.stringValue
    }

    private static let answerDropoutKey = "qa_dropout"

    /// Rate of DistilBERT's dropout before the map of answers; `nil` if the file does not say.
    var answerDropout: Double? { other[Self.answerDropoutKey]?.doubleValue }

    /// Ids that a text begins and ends with, where the file names them.
    package var beginID: Int32? { id("bos_token_id").first }
    package var endIDs: [Int32] { id("eos_token_id") }

    private func id(_ key: String) -> [Int32] {
        let value = other[key]
        let ids = value?.arrayValue?.compactMap(\.wholeNumber) ?? [value?.wholeNumber].compactMap { $0 }
        return ids.compactMap(Int32.init(exactly:)).filter { 0..<Int32(plan.vocabularySize) ~= $0 }
    }

    /// Rate of GPT-2's dropout before the map of tags; `nil` if the file does not say.
    var tagDropout: Double? { other["classifier_dropout"]?.doubleValue }

    /// Classes of transformers that the file says open it; empty if it says none.
    package var architectures: [String] {
        other["architectures"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// The words that `problem_type` may hold, as transformers knows them.
    private static let problemTypes = [
        "single_label_classification", "multi_label_classification", "regression",
    ]

    /// The published name of the last linear map's weights.
    package var classifierName: String { name(.head(.classifier, .weight)) }

    /// The published names of the last linear map's tensors.
    package var classifierNames: Set<String> {
        [classifierName, name(.head(.classifier, .bias))]
    }

    /// Whether what the last linear map reads is a pooler's output, as people call it.
    package var hasPooler: Bool { dialect.name(.head(.pooler, .weight), plan).contains("pooler") }

    /// How many classes the file says there are without naming them; nil if it does not say.
    package var labelCount: Int? {
        for key in ["num_labels", "_num_labels"] {
            if let count = other[key]?.intValue, count > 0 { return count }
        }
        return nil
    }

    /// Class names the file gave in `id2label`, class 0 first; `nil` when it named none or left gaps.
    package var labels: [String]? {
        guard let names = other["id2label"]?.objectValue, !names.isEmpty else { return nil }
        var labels: [String] = []
        for number in 0..<names.count {
            guard case .string(let name)? = names["\(number)"] else { return nil }
            labels.append(name)
        }
        return labels
    }
}

extension ModelConfiguration {
    /// A model with random weights as Hugging Face draws them: normal with the configuration's initializer
    /// range, biases 0, LayerNorm 1 and 0. Load published weights through its parameters.
    ///
    /// - Parameters:
    ///   - labelCount: number of classes.
    ///   - seed: of the random weights; nil leaves all at 0.
    /// - Throws: ``ConfigurationError``.
    package func makeModel(
        labelCount: Int, seed: UInt64?, threads: Int, precision: Precision = .fp32
    ) throws -> any TrainableModel {
        try plan.validate()
        if dialect == .openAIGPT, let use = tokenUse {
            throw ConfigurationError(problems: [
                "'model_type' is \"\(dialect.modelType)\", which has no head for single tokens (\(use.classEnding)); "
                    + "\(Dialect.gpt2.modelType) has one"
            ])
        }
        if labelCount < 1 {
            throw ConfigurationError(problems: ["a classifier needs at least one label; found \(labelCount)"])
        }
        let head = SequenceHead.layout(headForm, width: featureWidth, scoreCount: labelCount)
        let parameters = ParameterSet(layout: plan.layout + head) { name($0) }
        let model = try network(parameters, threads: max(1, threads), precision: precision)
        if let seed { try model.drawWeights(seed: seed) { _ in true } }
        return model
    }

    private func network(
        _ parameters: ParameterSet, threads: Int, precision: Precision
    ) throws -> any TrainableModel {
        let head = SequenceHead(plan: plan, form: headForm, parameters: parameters)
        if let pooling = plan.pooling {
            parameters.freeze(layers: plan.layers)
            return Network(
                PooledEncoder(plan: plan, pooling: pooling, parameters: parameters), head,
                configuration: self, parameters: parameters,
                runtime: try ModelRuntime(threads: threads, precision: precision))
        }
        guard let convolution = plan.convolution else {
            return Network(
                TransformerEncoder(plan: plan, parameters: parameters), head, configuration: self,
                parameters: parameters, runtime: try ModelRuntime(threads: threads, precision: precision))
        }
        parameters.rowLimit = convolution.maxNorm.map {
            (.head(.classifier, .weight), $0 * (1 - (plan.classifierDropout ?? plan.hiddenDropout)))
        }
        // One small product; halving its numbers gains nothing.
        return Network(
            ConvolutionEncoder(plan: plan, convolution: convolution, parameters: parameters), head,
            configuration: self, parameters: parameters,
            runtime: try ModelRuntime(threads: threads, precision: .fp32))
    }
}
