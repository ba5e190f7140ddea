internal import Models
internal import StageKit
internal import Training

/// What a features stage takes of an encoder.
struct FeatureParameters {
    /// What is shown beside the rows' vectors.
    enum Look: String, CaseIterable {
        /// Nothing.
        case pooled
        /// The states of all tokens in the last layer.
        case sequence
        /// Those in every layer.
        case layers
    }

    /// `nil`: as the model's folder says, and the mean where it says nothing.
    private let pooling: String?
    /// Likewise; `false` where it says nothing.
    private let isNormalized: Bool?
    /// Numbers of layers; empty for the default.
    private let layers: [Int]
    let precision: Precision
    let look: Look
    /// Rows of each side that are shown.
    let shownRows: Int
    /// Of random weights.
    let seed: UInt64

    init(_ parameters: inout ParameterReader) {
        pooling = parameters.optionalChoice(
            "pooling", of: StatePooling.names,
            help:
                "How a row's states become one vector: that of the first token (cls), the mean or the largest of all tokens, "
                + "or the first token's in the last four layers. By default as a folder of sentence-transformers says, mean "
                + "elsewhere.")
        isNormalized = parameters.optionalBool(
            "normalize",
            help:
                "Whether vectors are scaled to length 1. By default as a folder of sentence-transformers says, false elsewhere."
        )
        let chosen = parameters.wordOrNumbers(
            "layers", default: "last", of: ["last"], in: 0...4095,
            help:
                "Layers whose states are taken, end to end: their numbers from 1, and 0 for the output of the embeddings."
        )
        var layers: [Int] = []
        if case .numbers(let numbers) = chosen {
            layers = numbers.map { Int($0) }
            if numbers.contains(where: { $0 != $0.rounded() }) {
                parameters.reject("layers", "'layers' are whole numbers")
            }
            if pooling == StatePooling.lastFour {
                parameters.reject(
                    "layers", "'layers' follow from pooling: last_four", hint: "leave 'layers' out")
            }
        }
        self.layers = layers
        let format = parameters.choice(
            "precision", default: Precision.fp32.rawValue, of: ComputeEnvironment.precisionNames,
            help: "Number format of the matrix products; auto is bf16 where the CPU has it.")
        precision = ComputeEnvironment.precision(named: format) ?? .fp32
        look =
            Look(
                rawValue: parameters.choice(
                    "output", default: Look.pooled.rawValue, of: Look.allCases.map(\.rawValue),
                    help:
                        "What to write: the rows' vectors, or beside them the states of all tokens of some rows, in the last "
                        + "layer (sequence) or in every one (layers), to look at.")) ?? .pooled
        shownRows = parameters.int(
            "shown_rows", default: 100, in: 1...1_000_000, unit: "rows",
            help: "Rows of each side whose states are written; for output sequence and layers.")
        seed = UInt64(
            parameters.int(
                "seed", default: 42, in: 0...Int.max,
                help: "Decides the weights of a model that has none; that of the train stage.")
        )
    }

    /// What a model's folder says of pooling; `nil` if it says nothing, or all is said here.
    /// - Throws: `TrainingError` for a folder of sentence-transformers that is not computed exactly.
    func modules(of folder: String) throws -> SentenceModules? {
        pooling != nil && isNormalized != nil ? nil : try SentenceModules(ofFolder: folder)
    }

    /// How the states of a model are pooled.
    /// - Parameters:
    ///   - depth: its layers.
    ///   - modules: what its folder says of it.
    func statePooling(depth: Int, _ modules: SentenceModules?) throws(StageError) -> StatePooling {
        do {
            return try StatePooling(
                named: pooling ?? modules?.pooling.rawValue ?? StatePooling.Tokens.mean.rawValue,
                layers: layers,
                depth: depth, isNormalized: isNormalized ?? modules?.isNormalized ?? false)
        } catch {
            throw StageError(error.problems.joined(separator: "; "))
        }
    }
}
