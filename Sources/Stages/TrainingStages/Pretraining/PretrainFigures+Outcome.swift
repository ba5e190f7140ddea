internal import Pretraining
internal import StageKit
internal import Training

extension PretrainFigures {
    /// A finished run, as it is reported.
    init(
        _ outcome: Pretraining.Outcome, _ options: PretrainingOptions, excluded: Int, alone: Int?,
        tokens: Int
    ) {
        let state = outcome.state
        let last = state.evaluations.last
        self.init(
            parameters: outcome.parameterCount, texts: outcome.rows, heldOut: outcome.heldOutRows,
            excluded: excluded, alone: alone, tokens: tokens, steps: state.step, epochs: outcome.epochs,
            wordLoss: last?.wordLoss, wordAccuracy: last?.wordAccuracy, pairAccuracy: last?.pairAccuracy,
            replacedLoss: last?.replacedLoss, replacedAccuracy: last?.replacedAccuracy,
            pseudoPerplexity: outcome.pseudoPerplexity, perplexity: outcome.perplexity,
            objective: options.objective.rawValue,
            start: outcome.load.file == nil ? "random weights" : "pretrained weights",
            seed: Int(options.training.seed), precision: options.training.precision.rawValue,
            history: TrainFigures.Point.points(
                of: state.history, stepsPerEpoch: Double(max(1, state.step)) / max(outcome.epochs, 1e-9)),
            evaluations: state.evaluations.map {
                Evaluation(
                    step: $0.step, epoch: $0.epoch, wordLoss: $0.wordLoss, wordAccuracy: $0.wordAccuracy,
                    pairAccuracy: $0.pairAccuracy, replacedLoss: $0.replacedLoss,
                    replacedAccuracy: $0.replacedAccuracy, replacedShare: $0.replacedShare)
            })
    }
}

extension TrainFigures.Point {
    /// Most points of a curve.
    private static let most = 400

    /// Means over equal stretches of steps, so that a long run keeps its shape in few points.
    static func points(of history: StepHistory, stepsPerEpoch: Double) -> [TrainFigures.Point] {
        let count = history.losses.count
        let stretch = max(1, (count + most - 1) / most)
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
