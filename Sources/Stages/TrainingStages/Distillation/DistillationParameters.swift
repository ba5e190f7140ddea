internal import DatasetStages
internal import Diagnostics
internal import StageKit
internal import Training

/// What a train stage says of a student and its teachers.
struct DistillationParameters {
    static let key = "distillation"

    let options: DistillationOptions
    /// Which texts without labels may be read.
    let sides: ReadSides
    /// Layers of the teacher, counted from 0, that the student begins with; nil if `init` names its start.
    let copiedLayers: [Int]?
    /// Whether anything was said.
    let isGiven: Bool

    /// - Parameters:
    ///   - model: what is trained.
    ///   - method: how.
    init(_ parameters: inout ParameterReader, model: String, method: TrainingOptions.Method) {
        let found = parameters.map(Self.key, help: "How a student learns from the models of input 'teacher'.")
        {
            Self.read(&$0)
        }
        isGiven = found != nil
        (options, sides, copiedLayers) = found ?? (DistillationOptions(), ReadSides(all: false), nil)
        guard isGiven else { return }
        func reject(_ problem: String) { parameters.reject(Self.key, "'\(Self.key)' \(problem)") }
        if model != BaselineParameters.encoder, model != TextCNNParameters.model {
            reject("is for models that learn step by step, and the model is \(model)")
        } else if method == .features {
            reject("is for method: fine_tune, and the method is features")
        } else if model == TextCNNParameters.model, options.comparesLayers || copiedLayers != nil {
            reject(
                "compares and copies layers of encoders, and the model is \(model), which learns from answers alone"
            )
        }
        for key in ["init", "init_weights"] where copiedLayers != nil && parameters.isSet(key) {
            parameters.reject(
                key, "'\(key)' names a start, and copy_layers begins with layers of the teacher",
                hint: "leave one of them out")
        }
    }

    private static func read(
        _ parameters: inout ParameterReader
    ) -> (DistillationOptions, ReadSides, [Int]?) {
        var options = DistillationOptions()
        options.temperature = parameters.optionalNumber(
            "temperature", in: 0.1...100,
            help: "What probabilities are compared at: above 1, small ones count more; 2 where none is given."
        )
        options.weight = parameters.number(
            "weight", default: options.weight, in: 0...1,
            help: "Weight of the teachers' answers; the rest is that of the rows' own labels.")
        options.hidden = parameters.number(
            "hidden", default: options.hidden, in: 0...1e6,
            help: "Weight of the distance from the teacher's states, of embeddings and layers; 0 for none.")
        options.attention = parameters.number(
            "attention", default: options.attention, in: 0...1e6,
            help:
                "Weight of the distance from the teacher's attention scores, which needs as many heads; 0 for none."
        )
        options.mostTexts = parameters.optionalInt(
            "max_texts", in: 1...1_000_000_000, unit: "texts",
            help: "Most texts without labels to learn from, evenly chosen; all where none is given.")
        let sides = ReadSides(&parameters)
        let choice = parameters.wordOrNumbers(
            "copy_layers", default: "none", of: ["none"], in: 0...4095,
            help:
                "Layers of the teacher, counted from 0, that the student begins with in place of a start that 'init' names."
        )
        guard case .numbers(let numbers) = choice else { return (options, sides, nil) }
        let layers = numbers.compactMap { Int(exactly: $0) }
        let isRising = zip(layers, layers.dropFirst()).allSatisfy { $0 < $1 }
        if layers.count < numbers.count || layers.isEmpty || !isRising {
            parameters.reject("copy_layers", "'copy_layers' takes whole numbers that rise, such as [0, 4, 8]")
        }
        return (options, sides, layers)
    }

    // MARK: Inputs

    /// Inputs that only a student has.
    static let inputs = ["teacher", "texts", "split"]

    /// An input that says nothing without another, or a map without a teacher; `nil` if there is none.
    ///
    /// - Parameters:
    ///   - connected: the inputs that are.
    ///   - model: that has no steps to learn in; nil for others.
    func problem(among connected: [String], model: String?) -> StageError? {
        guard connected.contains("teacher") else {
            if let stray = connected.first(where: Self.inputs.contains) {
                return StageError(
                    "input '\(stray)' is for a student, which learns from texts without labels what a teacher says of them, and "
                        + "nothing is connected to input 'teacher'",
                    hint: "connect 'teacher' to a train stage, or leave '\(stray)' out")
            }
            return isGiven
                ? StageError(
                    "'\(Self.key)' says how to learn from a teacher, and nothing is connected to input 'teacher'",
                    hint: "connect 'teacher' to one or several train stages, or leave '\(Self.key)' out")
                : nil
        }
        if let model {
            return StageError(
                "input 'teacher' is for models that learn step by step, and the model is \(model)",
                hint: "leave the input out")
        }
        if connected.contains("split"), !connected.contains("texts") {
            return StageError(
                "input 'split' says which texts without labels to leave out, and nothing is connected to input 'texts'",
                hint: "connect 'texts' to the clean stage, or leave 'split' out")
        }
        return nil
    }
}
