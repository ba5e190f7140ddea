import LinearModels
import Models

/// Trains the last linear map alone, on what the frozen model makes of each row.
struct FeatureTraining {
    /// Where the features come from.
    enum Source {
        /// They are computed, and kept in this folder; the same ones are never computed twice.
        case computed(folder: String)
        /// They are known.
        case known(FeatureFolder)
    }

    let model: any TrainableModel
    let task: TrainingTask
    let options: TrainingOptions
    let training: TokenRows
    let dev: TokenRows?

    /// What a run came to.
    struct Outcome {
        let summary: TrainingSummary
        let state: TrainingState
        /// Scores of the dev rows before the softmax, `[rows, labels]`, row-major; empty without dev rows.
        let devLogits: [Float]
    }

    /// Rows whose scores are computed at once.
    private static let blockRows = 4096

    /// - Parameters:
    ///   - observe: called with each event.
    ///   - shouldStop: asked between pieces of work.
    /// - Returns: what the run came to, or nil when it was asked to stop. The model then has its new classifier.
    func run(
        _ source: Source, observe: (TrainingEvent) throws -> Void, shouldStop: () -> Bool
    ) throws -> Outcome? {
        let all = training.count + (dev?.count ?? 0)
        var before = 0
        var store: FeatureStore?
        if case .computed(let folder) = source {
            store = try FeatureStore(model, precision: options.precision, folder: folder)
        }
        func features(_ rows: TokenRows, _ side: String) throws -> [Float]? {
            if case .known(let folder) = source { return try folder.vectors(of: side, matching: rows) }
            let found = try store?.features(
                of: rows, progress: { try observe(.features(done: before + $0, of: all)) },
                shouldStop: shouldStop)
            before += rows.count
            return found
        }
        guard let known = try features(training, "train") else { return nil }
        let fit = task.fit(
            DenseFeatures(known, columnCount: model.configuration.featureWidth), of: training,
            options: options, scoreCount: model.labelCount)
        install(fit)
        var state = TrainingState()
        state.step = fit.iterations
        var logits: [Float] = []
        if let dev {
            guard let known = try features(dev, "dev") else { return nil }
            logits = try self.logits(of: known)
            try evaluate(logits, on: dev, &state)
        }
        state.isFinished = true
        for report in state.evaluations { try observe(.evaluation(report)) }
        let summary = TrainingSummary(
            steps: fit.iterations, epochs: 0, bestStep: state.best?.step, bestMetric: state.best?.metric,
            stoppedEarly: false)
        try observe(.finished(summary))
        return Outcome(summary: summary, state: state, devLogits: logits)
    }

    private func install(_ fit: LinearFit) {
        model.parameters.withValues(of: .head(.classifier, .weight)) { values in
            for index in values.indices { values[index] = Float(fit.coefficients[index]) }
        }
        model.parameters.withValues(of: .head(.classifier, .bias)) { values in
            for index in values.indices { values[index] = Float(fit.intercepts[index]) }
        }
    }

    private func logits(of features: [Float]) throws -> [Float] {
        let width = model.configuration.featureWidth
        return try stride(from: 0, to: features.count, by: Self.blockRows * width).flatMap { start in
            try model.logits(
                ofFeatures: Array(features[start..<min(start + Self.blockRows * width, features.count)]))
        }
    }

    private func evaluate(_ logits: [Float], on dev: TokenRows, _ state: inout TrainingState) throws {
        let scores = try task.scores(
            ScoredRows(
                dev, form: task.name.form, names: ModelFolder.madeUp(model.labelCount),
                answers: task.answers(logits, model.labelCount)))
        let metric = scores.value(of: options.metric)
        if let metric { state.best = TrainingState.Best(step: state.step, metric: metric) }
        state.evaluations = [
            EvaluationReport(
                step: state.step, epoch: 0, scores: scores, metric: metric, isBest: metric != nil)
        ]
        state.lastEvaluatedStep = state.step
    }
}
