internal import Diagnostics
internal import Models
internal import StageKit
internal import Training

/// What a train stage says of a Text-CNN.
struct TextCNNParameters {
    static let model = "text_cnn"

    /// How gradients become steps.
    private enum Optimizer: String, CaseIterable {
        case adamW = "adamw"
        case adadelta
    }

    var convolution: ConvolutionPlan
    /// Numbers of a token's vector; nil for those of the vectors that are given, or 300.
    var vectorSize: Int?
    var dropout: Double
    /// Share of its running means that Adadelta keeps; nil for AdamW.
    var rho: Double?
    private var hasRate = false

    /// - Parameter model: what is trained.
    /// - Returns: `nil` if it is another model.
    init?(_ parameters: inout ParameterReader, model: String) {
        let found = parameters.map(Self.model, help: "What a Text-CNN is made of.") { Self.read(&$0) }
        guard model == Self.model else {
            if found != nil {
                parameters.reject(Self.model, "'text_cnn' is for model: text_cnn, and the model is \(model)")
            }
            return nil
        }
        for key in ["init", "init_weights"] where parameters.isSet(key) {
            parameters.reject(
                key, "'\(key)' is for models that start from a folder; a text_cnn starts from vectors")
        }
        self = found ?? Self.standard
        hasRate = parameters.isSet("learning_rate")
    }

    private init(convolution: ConvolutionPlan, vectorSize: Int?, dropout: Double, rho: Double?) {
        self.convolution = convolution
        self.vectorSize = vectorSize
        self.dropout = dropout
        self.rho = rho
    }

    private static let standard = TextCNNParameters(
        convolution: ConvolutionPlan(), vectorSize: nil, dropout: 0.5, rho: nil)

    private static func read(_ parameters: inout ParameterReader) -> TextCNNParameters {
        var convolution = ConvolutionPlan()
        convolution.vectors =
            ConvolutionPlan.Vectors(
                rawValue: parameters.choice(
                    "vectors", default: convolution.vectors.rawValue,
                    of: ConvolutionPlan.Vectors.allCases.map(\.rawValue),
                    help:
                        "Tokens' vectors: drawn and trained (random), given and kept (static), given and trained (non_static), "
                        + "or both of the last side by side (multichannel).")) ?? .random
        _ = parameters.file(
            "file", required: false,
            help: "Vectors in word2vec's formats; or connect input 'vectors' to a word2vec stage.")
        let choice = parameters.wordOrNumbers(
            "widths", default: "kim", of: ["kim"], in: 1...100,
            help: "Tokens that filters see, a number for each kind of filter; kim is [3, 4, 5].")
        let widths: [Double] = if case .numbers(let numbers) = choice { numbers } else { [3, 4, 5] }
        convolution.widths = widths.compactMap { Int(exactly: $0) }
        if convolution.widths.count < widths.count {
            parameters.reject("widths", "'widths' takes whole numbers")
        }
        if convolution.widths.isEmpty || Set(convolution.widths).count < convolution.widths.count {
            parameters.reject("widths", "'widths' takes different numbers, at least one")
        }
        convolution.filters = parameters.int(
            "filters", default: convolution.filters, in: 1...100_000, help: "Filters of each width.")
        let norm = parameters.number(
            "max_norm", default: convolution.maxNorm ?? 0, in: 0...1e6,
            help: "Largest norm of what leads to one score, as Kim counts it; 0 for none.")
        convolution.maxNorm = norm > 0 ? norm : nil
        let size = parameters.optionalInt(
            "vector_size", in: 1...10_000, unit: "numbers",
            help: "Numbers of a token's vector; those of the given vectors, or 300.")
        let dropout = parameters.number(
            "dropout", default: 0.5, in: 0...0.99,
            help: "Share of the filters' answers that is dropped in training.")
        let optimizer = parameters.choice(
            "optimizer", default: Optimizer.adamW.rawValue, of: Optimizer.allCases.map(\.rawValue),
            help:
                "AdamW, with a learning_rate of 1e-3 where none is given, or Adadelta as Kim has it, with 1.")
        let rho = parameters.number(
            "rho", default: 0.95, in: 0...0.999999, help: "Share of its running means that Adadelta keeps.")
        return TextCNNParameters(
            convolution: convolution, vectorSize: size, dropout: dropout,
            rho: optimizer == Optimizer.adadelta.rawValue ? rho : nil)
    }

    /// The options with what is usual for a Text-CNN where nothing is said.
    func options(_ given: TrainingOptions) -> TrainingOptions {
        var options = given
        options.adadelta = rho
        if !hasRate { options.learningRate = rho == nil ? 1e-3 : 1 }
        return options
    }
}
