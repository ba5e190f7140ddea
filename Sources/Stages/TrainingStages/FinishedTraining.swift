internal import StageKit
internal import Training

/// A finished run, as it is reported.
struct FinishedTraining {
    let options: TrainingOptions
    let outcome: FineTuning.Outcome
    let size: TrainFigures.ModelSize

    private var summary: TrainingSummary { outcome.summary }

    /// Most points of a curve.
    private static let longestHistory = 400

    var figures: TrainFigures {
        TrainFigures(
            parameters: outcome.parameterCount, steps: summary.steps, epochs: summary.epochs,
            bestStep: summary.bestStep, bestMetric: summary.bestMetric, metric: options.metric.rawValue,
            start: outcome.load.file == nil ? "random weights" : "pretrained weights",
            stoppedEarly: summary.stoppedEarly, batchSize: options.batchSize,
            learningRate: options.learningRate, seed: Int(options.seed),
            precision: options.precision.rawValue, size: size, history: history,
            evaluations: outcome.state.evaluations.map { TrainFigures.Evaluation($0) })
    }

    /// Means over equal stretches of steps, so that a long run keeps its shape in few points.
    private var history: [TrainFigures.Point] {
        let history = outcome.state.history
        let count = history.losses.count
        let stretch = max(1, (count + Self.longestHistory - 1) / Self.longestHistory)
        let stepsPerEpoch = Double(max(1, summary.steps)) / max(summary.epochs, 1e-9)
        func mean(_ values: ArraySlice<Double>) -> Double { values.reduce(0, +) / Double(values.count) }
        return stride(from: 0, to: count, by: stretch).map { start in
            let part = start..<min(start + stretch, count)
            return TrainFigures.Point(
                step: part.upperBound, epoch: Double(part.upperBound) / stepsPerEpoch,
                loss: mean(history.losses[part]), accuracy: mean(history.accuracies[part]),
                rate: history.learningRates[part.upperBound - 1])
        }
    }
}

extension TrainFigures.Evaluation {
    init(_ report: EvaluationReport) {
        self.init(
            step: report.step, epoch: report.epoch, loss: report.scores.loss, isBest: report.isBest,
            scores: report.scores.headlineFigures)
    }
}
