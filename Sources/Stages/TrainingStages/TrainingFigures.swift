internal import StageKit
internal import Training

/// The figures of a train stage: what is declared, written and read.
enum TrainFigure {
    static let parameters = Figure("parameters", "weights of the model")
    static let steps = Figure("steps", "optimizer steps taken")
    static let epochs = Figure("epochs", "passes over the training rows")
    static let bestStep = Figure("best_step", "step of the checkpoint that was kept")
    static let bestMetric = Figure("best_metric", "its score on the dev side")
    /// Those that checks may test.
    static let numbers = [parameters, steps, epochs, bestStep, bestMetric]

    static let metric = Figure("metric", "name of the score that checkpoints are compared by")
    static let start = Figure("initialised", "which weights it started from, in words")
    static let history = Figure("history", "its curves: means over equal stretches of steps")
    static let evaluations = Figure("evaluations", "how it scored on dev, each time")
}

/// What a finished run reports: nothing in it differs between two equal runs.
struct TrainingFigures {
    let options: TrainingOptions
    let outcome: FineTuning.Outcome
    let size: ModelSize

    /// How large the model is.
    struct ModelSize {
        var layers: Int
        var hidden: Int
        var heads: Int
    }

    private var summary: TrainingSummary { outcome.summary }

    /// Most points of a curve.
    private static let longestHistory = 400

    var figures: JSONValue {
        var figures: [String: JSONValue] = [
            "stopped_early": .bool(summary.stoppedEarly), "batch_size": .integer(options.batchSize),
            "learning_rate": .number(options.learningRate), "seed": .integer(Int(options.seed)),
            "precision": .string(options.precision.rawValue),
            "model": [
                "layers": .integer(size.layers), "hidden": .integer(size.hidden),
                "heads": .integer(size.heads),
            ],
        ]
        figures[TrainFigure.parameters.name] = .integer(outcome.parameterCount)
        figures[TrainFigure.steps.name] = .integer(summary.steps)
        figures[TrainFigure.epochs.name] = .number(summary.epochs)
        figures[TrainFigure.metric.name] = .string(options.metric.rawValue)
        figures[TrainFigure.start.name] = .string(
            outcome.load.file == nil ? "random weights" : "pretrained weights")
        figures[TrainFigure.history.name] = .array(history.map(\.json))
        figures[TrainFigure.evaluations.name] = .array(
            outcome.state.evaluations.map { RecordedTraining.Evaluation($0).json })
        figures[TrainFigure.bestStep.name] = summary.bestStep.map(JSONValue.integer)
        figures[TrainFigure.bestMetric.name] = summary.bestMetric.map { .number($0) }
        return .object(figures)
    }

    /// Means over equal stretches of steps, so that a long run keeps its shape in few points.
    private var history: [RecordedTraining.Point] {
        let history = outcome.state.history
        let count = history.losses.count
        let stretch = max(1, (count + Self.longestHistory - 1) / Self.longestHistory)
        let stepsPerEpoch = Double(max(1, summary.steps)) / max(summary.epochs, 1e-9)
        func mean(_ values: ArraySlice<Double>) -> Double { values.reduce(0, +) / Double(values.count) }
        return stride(from: 0, to: count, by: stretch).map { start in
            let part = start..<min(start + stretch, count)
            return RecordedTraining.Point(
                step: part.upperBound, epoch: Double(part.upperBound) / stepsPerEpoch,
                loss: mean(history.losses[part]), accuracy: mean(history.accuracies[part]),
                rate: history.learningRates[part.upperBound - 1])
        }
    }
}
