import LinearModels
import Models

/// Trains the last linear map alone, on what the frozen model makes of each row.
struct FeatureTraining {
    let model: any TrainableModel
    let task: TrainingTask
    let options: TrainingOptions
    let training: TokenRows
    let dev: TokenRows?

    /// - Parameters:
    ///   - folder: where features are kept; the same ones are never computed twice.
    ///   - observe: called with each event.
    ///   - shouldStop: asked between pieces of work.
    /// - Returns: what the run came to, or nil when it was asked to stop. The model then has its new classifier.
    func run(
        folder: String, observe: (TrainingEvent) throws -> Void, shouldStop: () -> Bool
    ) throws -> (summary: TrainingSummary, state: TrainingState)? {
        let store = try FeatureStore(model, precision: options.precision, folder: folder)
        let all = training.count + (dev?.count ?? 0)
        func progress(_ done: Int) throws { try observe(.features(done: done, of: all)) }
        guard let features = try store.features(of: training, progress: progress, shouldStop: shouldStop)
        else {
            return nil
        }
        // The dev rows are scored from their tokens below; reading them once more costs less than keeping two ways.
        let fit = task.fit(
            DenseFeatures(features, columnCount: model.configuration.plan.hiddenSize), of: training,
            options: options, scoreCount: model.labelCount)
        install(fit)
        var state = TrainingState()
        state.step = fit.iterations
        if let dev { try evaluate(on: dev, &state) }
        state.isFinished = true
        for report in state.evaluations { try observe(.evaluation(report)) }
        let summary = TrainingSummary(
            steps: fit.iterations, epochs: 0, bestStep: state.best?.step, bestMetric: state.best?.metric,
            stoppedEarly: false)
        try observe(.finished(summary))
        return (summary, state)
    }

    private func install(_ fit: LinearFit) {
        model.parameters.withValues(of: .head(.classifier, .weight)) { values in
            for index in values.indices { values[index] = Float(fit.coefficients[index]) }
        }
        model.parameters.withValues(of: .head(.classifier, .bias)) { values in
            for index in values.indices { values[index] = Float(fit.intercepts[index]) }
        }
    }

    private func evaluate(on dev: TokenRows, _ state: inout TrainingState) throws {
        let answers = try Predictor(model, task: task).probabilities(of: dev)
        let scores = try task.scores(
            ScoredRows(
                dev, form: task.name.form, names: ModelFolder.madeUp(model.labelCount), answers: answers))
        let metric = scores.value(of: options.metric)
        if let metric { state.best = TrainingState.Best(step: state.step, metric: metric) }
        state.evaluations = [
            EvaluationReport(
                step: state.step, epoch: 0, scores: scores, metric: metric, isBest: metric != nil)
        ]
        state.lastEvaluatedStep = state.step
    }
}
