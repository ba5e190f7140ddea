internal import Models
internal import StageKit
internal import Training

/// A finished run, as it is reported.
struct FinishedTraining {
    let options: TrainingOptions
    let outcome: FineTuning.Outcome
    let size: TrainFigures.ModelSize

    private var summary: TrainingSummary { outcome.summary }

    var figures: TrainFigures {
        var figures = TrainFigures(
            parameters: outcome.parameterCount, steps: summary.steps, epochs: summary.epochs,
            bestStep: summary.bestStep, bestMetric: summary.bestMetric, metric: options.metric.rawValue,
            start: outcome.load.file == nil ? "random weights" : "pretrained weights",
            stoppedEarly: summary.stoppedEarly, batchSize: options.batchSize,
            learningRate: options.learningRate, seed: Int(options.seed),
            precision: options.precision.rawValue, size: size, history: history,
            evaluations: outcome.state.evaluations.map { TrainFigures.Evaluation($0) })
        figures.trainedBy = outcome.trainedBy
        figures.distillation = outcome.taught.map { TrainFigures.Distillation($0) }
        return figures
    }

    private var history: [TrainFigures.Point] {
        TrainFigures.Point.points(
            of: outcome.state.history,
            stepsPerEpoch: Double(max(1, summary.steps)) / max(summary.epochs, 1e-9))
    }
}

extension TrainFigures.ModelSize {
    init(_ plan: TransformerPlan) {
        self.init(layers: plan.layers, hidden: plan.hiddenSize, heads: plan.heads)
    }
}

extension TrainFigures.Distillation {
    init(_ taught: FineTuning.Taught) {
        let options = taught.options
        self.init(
            teachers: taught.teachers, temperature: taught.temperature, weight: options.weight,
            hidden: options.hidden > 0 ? options.hidden : nil,
            attention: options.attention > 0 ? options.attention : nil, unlabeled: taught.unlabeledRows,
            metric: taught.devMetric)
    }
}

extension TrainFigures.Evaluation {
    init(_ report: EvaluationReport) {
        self.init(
            step: report.step, epoch: report.epoch, loss: report.scores.loss, isBest: report.isBest,
            scores: report.scores.headlineFigures)
    }
}
