import CLibrary
package import Models

/// Trains with ever higher learning rates and finds where the loss falls fastest.
///
/// The rate grows by the same factor each step, from 1e-7 to 1. The model is of no use afterward.
///
/// Source: Smith, "Cyclical Learning Rates for Training Neural Networks" (2017), section 3.3, arXiv:1506.01186; the
/// smoothing and the end as in fastai's `lr_find`.
package struct LearningRateFinder {
    /// Steps at most.
    package let steps: Int
    private let model: any TrainableModel
    private let moved: MovedParameters
    private let training: TokenRows
    private let order: DataOrder
    private let options: TrainingOptions
    private let classWeights: [Float]?
    private let targets: SoftTargets?
    private let objective: any Objective
    private var step = 0
    private var average = 0.0
    /// Smoothed losses and their rates so far.
    private var curve: [(rate: Double, loss: Double)] = []

    private static let range = (low: 1e-7, high: 1.0)
    private static let memory = 0.9

    /// - Throws: ``TrainingError`` when options are out of range or there are no rows.
    package init(
        _ model: any TrainableModel, options: TrainingOptions, training: TokenRows,
        task: TrainingTask = .singleLabel, steps: Int = 100
    ) throws(TrainingError) {
        let problems = options.problems(for: model)
        guard problems.isEmpty else { throw .options(problems) }
        guard training.count > 0 else { throw .data("there are no training rows; at least 2 are needed") }
        self.model = model
        self.options = options
        self.training = training
        self.steps = steps
        order = DataOrder(rows: training.count, batchSize: options.batchSize, seed: options.seed)
        moved = try MovedParameters(of: model, options)
        objective = task.objective(options, training, model.labelCount)
        classWeights = task.rowWeights(options, training, model.labelCount)
        targets = SoftTargets(options, classCount: model.labelCount)
        model.recomputesActivations = options.recomputesActivations
    }

    /// Takes a step; nil when the end is reached or the loss has grown beyond use.
    package mutating func next() throws -> StepReport? {
        guard step < steps else { return nil }
        let share = Double(step) / Double(max(1, steps - 1))
        let rate = Self.range.low * pow(Self.range.high / Self.range.low, share)
        let (epoch, range) = order.position(of: step)
        let batch = training.batch(
            order.permutation(epoch: epoch)[range], classWeights: classWeights, targets: targets)
        model.parameters.zeroGradients()
        let key = DropoutKey(seed: options.seed, step: UInt32(step))
        let started = ContinuousClock.now
        let result = try model.trainStep(batch, toward: objective, dropout: key, lossDenominator: nil)
        guard result.loss.isFinite else { return nil }
        average = Self.memory * average + (1 - Self.memory) * result.loss
        let smoothed = average / (1 - pow(Self.memory, Double(step + 1)))
        let lowest = curve.map(\.loss).min() ?? smoothed
        guard smoothed <= 4 * lowest || step < 10 else { return nil }
        let norm = try moved.step(learningRate: rate)
        guard norm.isFinite else { return nil }
        curve.append((rate, smoothed))
        step += 1
        let seconds = Double((ContinuousClock.now - started) / .seconds(1))
        return StepReport(
            step: step, epoch: Double(step) / Double(order.stepsPerEpoch), loss: result.loss, accuracy: 0,
            learningRate: rate, gradientNorm: norm, tokens: batch.tokens,
            tokensPerSecond: Double(batch.tokens) / max(seconds, 1e-9))
    }

    /// The rate at which the smoothed loss falls fastest before it is lowest, or nil if it never falls.
    package var suggestion: Double? {
        guard let lowest = curve.indices.min(by: { curve[$0].loss < curve[$1].loss }), lowest > 4 else {
            return nil
        }
        // Slopes over five steps; single ones follow the noise of single batches.
        let slopes = (4...lowest).map { (curve[$0].loss - curve[$0 - 4].loss, curve[$0 - 2].rate) }
        guard let steepest = slopes.min(by: { $0.0 < $1.0 }), steepest.0 < 0 else { return nil }
        return steepest.1
    }
}
