internal import JSON

/// How a family of published models is written down: `config.json` and the names of tensors, both ways.
///
/// A family is one value, and one entry in ``all``.
public struct Dialect: Sendable {
    /// `model_type` in `config.json`.
    public let modelType: String
    /// Class of transformers that a folder with a head for sequences is opened by.
    let sequenceArchitecture: String
    /// Class of transformers that reads the tokenizer; written where the start folder does not say.
    public let tokenizerClass: String
    /// What the names of the encoder's tensors begin with where a head is beside it, such as `bert.`.
    public let prefix: String
    /// Reads the plan; gathers what is wrong in the reader.
    let plan: @Sendable (inout ConfigurationReader) -> TransformerPlan
    /// Keys and values of a plan, as ``plan`` reads them.
    let keys: @Sendable (TransformerPlan) -> [String: JSONValue]
    /// Published name of a parameter of a model with this plan.
    let name: @Sendable (ParameterRole, TransformerPlan) -> String
    /// The head for sequences.
    let head: SequenceHeadForm
    /// Old names of parts of tensors, and those of today.
    public let renamed: [(old: String, new: String)]
    /// A pretraining head's tensor that holds the numbers of the word vectors.
    public let tiedDecoder: String?
    /// What the names of the heads' tensors begin with that models are published with for pretraining.
    public let pretrainingHeads: [String]

    /// The families that are read and written.
    public static let all: [Dialect] = [.bert, .electra, .roberta, .distilBERT, .albert]
}

extension Dialect: Hashable {
    public static func == (one: Dialect, other: Dialect) -> Bool { one.modelType == other.modelType }

    public func hash(into hasher: inout Hasher) { hasher.combine(modelType) }
}
