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

    private let pooling: String
    /// Numbers of layers; empty for the default.
    private let layers: [Int]
    let precision: Precision
    let look: Look
    /// Rows of each side that are shown.
    let shownRows: Int
    /// Of random weights.
    let seed: UInt64

    init(_ parameters: inout ParameterReader) {
        pooling = parameters.choice(
            "pooling", default: StatePooling.Tokens.mean.rawValue, of: StatePooling.names,
            help:
                "How a row's states become one vector: that of the first token (cls), the mean or the largest of all tokens, "
                + "or the first token's in the last four layers.")
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

    /// How the states of a model are pooled.
    /// - Parameter depth: its layers.
    func statePooling(depth: Int) throws(StageError) -> StatePooling {
        do {
            return try StatePooling(named: pooling, layers: layers, depth: depth)
        } catch {
            throw StageError(error.problems.joined(separator: "; "))
        }
    }
}
