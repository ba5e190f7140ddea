package import JSON

/// How a family of published models is written down: `config.json` and the names of tensors, both ways.
///
/// A family is one value, and one entry in ``all``.
package struct Dialect: Sendable {
    /// `model_type` in `config.json`.
    package let modelType: String
    /// Class of transformers that a folder with a head for sequences is opened by.
    package let sequenceArchitecture: String
    /// Class of transformers that reads the tokenizer; written where the start folder does not say.
    package let tokenizerClass: String
    /// What the names of the encoder's tensors begin with where a head is beside it, such as `bert.`.
    package let prefix: String
    /// Reads the plan; gathers what is wrong in the reader.
    let plan: @Sendable (inout ConfigurationReader) -> TransformerPlan
    /// Keys and values of a plan, as ``plan`` reads them.
    let keys: @Sendable (TransformerPlan) -> [String: JSONValue]
    /// Published name of a parameter of a model with this plan.
    let name: @Sendable (ParameterRole, TransformerPlan) -> String
    /// The head for sequences.
    let head: SequenceHeadForm
    /// The heads that models are pretrained with.
    let pretraining: PretrainingForm
    /// Old names of parts of tensors, and those of today.
    package let renamed: [(old: String, new: String)]
    /// A pretraining head's tensor that holds the numbers of the word vectors.
    package let tiedDecoder: String?
    /// What the names of the heads' tensors begin with that models are published with for pretraining.
    package let pretrainingHeads: [String]
    /// What the names of tensors begin with that no other family has, where ``prefix`` is not enough to tell it.
    var signs: [String] = []

    /// The families that are read and written.
    package static let all: [Dialect] = [
        .bert, .electra, .roberta, .xlmRoBERTa, .distilBERT, .albert, .ernie, .textCNN, .gpt2,
        .openAIGPT,
    ]

    /// The types of families whose tokens see those before them, for messages.
    static let causalTypes = [Dialect.gpt2, .openAIGPT].map(\.modelType).joined(separator: ", ")

    /// Families as they once were, which are read and not written.
    static let former: [Dialect] = [.electraOfOneMap]

    /// The family that tensors of these names are of, told by what they begin with; nil if nothing tells.
    ///
    /// Folders of transformers before 2.3 have a `config.json` without `model_type`.
    package static func ofTensors(named names: [String]) -> Dialect? {
        all.first { dialect in
            let signs = dialect.signs.isEmpty ? [dialect.prefix] : dialect.signs
            return names.contains { name in
                signs.contains { name.hasPrefix($0) || name.hasPrefix("module." + $0) }
            }
        }
    }

    /// The family whose classes `architectures` of a `config.json` names, such as `RobertaModel`; nil if it names none.
    package static func ofArchitectures(in configuration: JSONValue) -> Dialect? {
        let names = configuration["architectures"]?.arrayValue?.compactMap(\.stringValue) ?? []
        return all.first { dialect in
            let family = dialect.sequenceArchitecture.dropLast(sequenceEnding.count)
            return names.contains {
                $0 == family + "Model" || $0 == family + "LMHeadModel" || $0.hasPrefix(family + "For")
            }
        }
    }

    /// What the names of classes for sequences end with.
    package static let sequenceEnding = "ForSequenceClassification"

    /// Whether nothing in a `config.json` without `model_type` is of another family than BERT.
    package static func mayBeBERT(_ configuration: JSONValue) -> Bool {
        let others = [
            "embedding_size", "num_hidden_groups", "inner_group_num", "dim", "n_layers", "n_heads",
            "use_task_id", "n_embd",
        ]
        return others.allSatisfy { configuration[$0] == nil }
            && configuration["type_vocab_size"]?.intValue != 1
    }

    /// The form of this family that has a trained head of these tensors; the family itself where no former one has.
    package func withHead(ofTensors names: [String], _ plan: TransformerPlan) -> Dialect {
        func isWhole(_ dialect: Dialect) -> Bool {
            let parts = SequenceHead.layout(dialect.head, width: 1, scoreCount: 1).map {
                dialect.name($0.role, plan)
            }
            let tensors = TensorNames(dialect: dialect)
            return Set(names.compactMap { tensors.modelName(of: $0, known: parts.contains) }).count
                == parts.count
        }
        return isWhole(self) ? self : Self.former.first { $0 == self && isWhole($0) } ?? self
    }
}

extension Dialect: Hashable {
    package static func == (one: Dialect, other: Dialect) -> Bool { one.modelType == other.modelType }

    package func hash(into hasher: inout Hasher) { hasher.combine(modelType) }
}
