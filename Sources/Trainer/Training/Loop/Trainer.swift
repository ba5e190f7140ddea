package import MessagePassing
package import Models

/// Trains a classifier and yields one event at a time: a step, a dev evaluation, the end.
///
/// ```swift
/// let trainer = try Trainer(model, options: options, training: train, dev: dev)
/// while let event = try trainer.next() {
///     if case .step(let report) = event { print(report.step, report.loss) }
/// }
/// ```
///
/// It prints and saves nothing; between two events its state can be saved with ``saveCheckpoint(to:)``. With the
/// same binary, kind of processor, threads, options and data, the same events follow, interrupted or not.
package final class Trainer {
    package let options: TrainingOptions
    package internal(set) var state = TrainingState()
    /// Steps of the whole run, if it does not stop early.
    package let totalSteps: Int
    /// The learning rate of each step.
    package let schedule: LinearSchedule
    /// What the run is made of; a checkpoint of another run is refused.
    var identity: RunIdentity
    let model: any TrainableModel
    let task: TrainingTask
    let objective: any Objective
    /// Names of the classes.
    let names: [String]
    let moved: MovedParameters
    let training: TokenRows
    let dev: TokenRows?
    let order: DataOrder
    let classWeights: [Float]?
    let targets: SoftTargets?
    /// What a student learns from its teachers; nil for a model without any.
    let distillation: Distillation?
    /// The processes that share each step.
    package let communicator: any Communicator
    /// Adds up the gradients of blocks; nil without any.
    let reduction: BlockReduction?
    /// Seconds that the sums of blocks took in this step.
    var sumSeconds = 0.0
    /// Where the time of this process's steps went.
    package internal(set) var profile = StepProfile()
    var permutation: (epoch: Int, rows: [Int])?

    /// - Parameters:
    ///   - model: with the weights that training starts from.
    ///   - training: rows to learn from, of at least two classes.
    ///   - dev: rows that choose the best checkpoint; without them the last one is the best.
    ///   - task: what is to be learned of them.
    ///   - labels: names of the classes; nil for made-up ones.
    ///   - distillation: what is learned of teachers.
    ///   - communicator: the processes that share each step, of which all have the same model, options and rows.
    /// - Throws: ``TrainingError`` when options are out of range or the rows cannot be trained on.
    package init(
        _ model: any TrainableModel, options: TrainingOptions, training: TokenRows, dev: TokenRows?,
        task: TrainingTask = .singleLabel, labels: [String]? = nil, distillation: Distillation? = nil,
        communicator: any Communicator = SingleProcess()
    ) throws(TrainingError) {
        let problems = options.problems(for: model)
        guard problems.isEmpty else { throw .options(problems) }
        self.model = model
        self.task = task
        names = labels ?? ModelFolder.madeUp(model.labelCount)
        self.options = options
        self.training = training
        self.dev = dev
        try Self.check(options, training, dev, task, scoreCount: model.labelCount)
        try Self.checkBlocks(options, training, communicator, isTaught: distillation != nil)
        self.communicator = communicator
        reduction = options.blockRows.map { _ in
            BlockReduction(communicator, threads: options.threads)
        }
        let own = task.objective(options, training, model.labelCount)
        objective = distillation?.options.objective(own, task.name.form) ?? own
        let rows = distillation?.rowCount ?? training.count
        order = DataOrder(rows: rows, batchSize: options.batchSize, seed: options.seed)
        schedule = options.schedule(rows: rows)
        totalSteps = schedule.totalSteps
        classWeights = task.rowWeights(options, training, model.labelCount)
        moved = try MovedParameters(of: model, options, hints: distillation?.hints?.layers.parameters)
        targets = SoftTargets(options, classCount: model.labelCount)
        self.distillation = distillation
        model.recomputesActivations = options.recomputesActivations
        var identity = RunIdentity(
            options: options, model: model.parameters,
            configuration: model.configuration.digest(
                labels: names, problemType: task.identity),
            training: training, dev: dev)
        identity.teaching = distillation?.identity
        self.identity = identity
    }

    /// Does the next piece of work, a step or an evaluation, and says what came of it; nil past the end.
    ///
    /// - Throws: ``TrainingError/notFinite(step:place:comments:)``, or what the model throws. The state is then
    ///   that before the call.
    package func next() throws -> TrainingEvent? {
        if state.isFinished { return nil }
        if let dev, evaluationIsDue { return .evaluation(try evaluate(on: dev)) }
        if state.step >= totalSteps || hasLostPatience { return .finished(finish()) }
        return .step(try step())
    }

    /// What the run came to so far.
    package var summary: TrainingSummary {
        TrainingSummary(
            steps: state.step, epochs: epoch, bestStep: state.best?.step, bestMetric: state.best?.metric,
            stoppedEarly: hasLostPatience && state.step < totalSteps)
    }

    /// What is trained in place of the layers' weights; nil if these are.
    package var adapters: LowRankAdapters? { moved.adapters }

    var epoch: Double { Double(state.step) / Double(order.stepsPerEpoch) }

    private var hasLostPatience: Bool { options.patience.map { state.evaluationsSinceBest >= $0 } ?? false }

    private var evaluationIsDue: Bool {
        guard state.step > state.lastEvaluatedStep else { return false }
        let interval =
            switch options.evaluation {
            case .epoch: order.stepsPerEpoch
            case .steps(let steps): steps
            }
        return state.step % interval == 0 || state.step == totalSteps
    }

    private func finish() -> TrainingSummary {
        state.isFinished = true
        return summary
    }

    // MARK: Evaluation

    private func evaluate(on dev: TokenRows) throws -> EvaluationReport {
        try checkWeights()
        let answers = try Predictor(model, task: task, communicator: communicator).probabilities(of: dev)
        let scores = try task.scores(
            ScoredRows(dev, form: task.name.form, names: names, answers: answers))
        return state.add(scores, epoch: epoch, comparedBy: options.metric)
    }
}

extension ClassificationScores {
    /// One of the scores; nil if it is undefined.
    package func value(of metric: TrainingOptions.Metric) -> Double? {
        switch metric {
        case .macroF1: macroF1
        case .accuracy: accuracy
        case .loss: ownLoss ?? logLoss
        case .rocAUC: rocAUC
        case .microF1: accuracy
        case .mcc: confusion.matthews
        default: further?[metric.rawValue]
        }
    }
}

extension Trainer {
    fileprivate static func check(
        _ options: TrainingOptions, _ training: TokenRows, _ dev: TokenRows?, _ task: TrainingTask,
        scoreCount: Int
    ) throws(TrainingError) {
        guard training.count > 0 else { throw .data("there are no training rows; at least 2 are needed") }
        let width = [.oneClass, .wordClasses, .answerPlaces].contains(task.name.form) ? 0 : scoreCount
        for rows in [training, dev].compactMap({ $0 }) where rows.count > 0 && rows.targetWidth != width {
            throw .data(
                "rows have targets of \(rows.targetWidth) numbers; a model of \(scoreCount) scores for the task "
                    + "\(task.name.rawValue) needs \(width)")
        }
        if let rows = [training, dev].compactMap({ $0 }).first(where: {
            $0.count > 0 && $0.hasTags != (task.name.form == .wordClasses)
        }) {
            throw .data(
                "rows have \(rows.hasTags ? "a tag for each word" : "no tags of words"), and the task is \(task.name.rawValue)"
            )
        }
        if let rows = [training, dev].compactMap({ $0 }).first(where: {
            $0.count > 0 && $0.hasAnswers != (task.name.form == .answerPlaces)
        }) {
            throw .data(
                "rows have \(rows.hasAnswers ? "answers" : "no answers") in contexts, and the task is \(task.name.rawValue)"
            )
        }
        try task.check(options, training, dev, scoreCount)
        if let dev, dev.count == 0 {
            throw .data("there are no dev rows; leave dev out or give it a larger share")
        }
    }

    static func weights(_ weights: TrainingOptions.ClassWeights, _ counts: [Int]) -> [Float]? {
        switch weights {
        case .uniform: return nil
        case .given(let weights): return weights.map(Float.init)
        case .balanced:
            let rows = counts.reduce(0, +)
            return counts.map { $0 == 0 ? 0 : Float(Double(rows) / Double(counts.count * $0)) }
        }
    }
}
