internal import StageKit
internal import Training

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
            "parameters": .integer(outcome.parameterCount), "steps": .integer(summary.steps),
            "epochs": .number(summary.epochs), "metric": .string(options.metric.rawValue),
            "stopped_early": .bool(summary.stoppedEarly), "batch_size": .integer(options.batchSize),
            "learning_rate": .number(options.learningRate),
            "seed": .integer(Int(options.seed)),
            "precision": .string(options.precision.rawValue),
            "initialised": .string(outcome.load.file == nil ? "random weights" : "pretrained weights"),
            "model": [
                "layers": .integer(size.layers), "hidden": .integer(size.hidden),
                "heads": .integer(size.heads),
            ],
            "history": .array(history), "evaluations": .array(outcome.state.evaluations.map(Self.figure)),
        ]
        if let step = summary.bestStep { figures["best_step"] = .integer(step) }
        if let metric = summary.bestMetric { figures["best_metric"] = .number(metric) }
        return .object(figures)
    }

    /// Means over equal stretches of steps, so that a long run keeps its shape in few points.
    private var history: [JSONValue] {
        let history = outcome.state.history
        let count = history.losses.count
        let stretch = max(1, (count + Self.longestHistory - 1) / Self.longestHistory)
        let stepsPerEpoch = Double(max(1, summary.steps)) / max(summary.epochs, 1e-9)
        func mean(_ values: ArraySlice<Double>) -> JSONValue {
            .number(values.reduce(0, +) / Double(values.count))
        }
        return stride(from: 0, to: count, by: stretch).map { start in
            let part = start..<min(start + stretch, count)
            return [
                "step": .integer(part.upperBound), "epoch": .number(Double(part.upperBound) / stepsPerEpoch),
                "loss": mean(history.losses[part]), "accuracy": mean(history.accuracies[part]),
                "learning_rate": .number(history.learningRates[part.upperBound - 1]),
            ]
        }
    }

    private static func figure(_ report: EvaluationReport) -> JSONValue {
        var figure: [String: JSONValue] = [
            "step": .integer(report.step), "epoch": .number(report.epoch),
            "loss": .number(report.scores.loss), "best": .bool(report.isBest),
        ]
        for score in report.scores.headline { figure[score.name] = .number(score.value) }
        return .object(figure)
    }
}
