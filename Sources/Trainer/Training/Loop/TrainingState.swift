/// How far a run has come: with weights and moments, all that is needed to continue.
///
/// The place in the data and the dropout masks follow from the step and the seed.
package struct TrainingState: Hashable, CheckpointState, Sendable {
    /// The best dev evaluation so far.
    package struct Best: Hashable, Codable, Sendable {
        package var step: Int
        package var metric: Double
    }

    /// Steps taken.
    package internal(set) var step = 0
    package internal(set) var lastEvaluatedStep = 0
    package internal(set) var best: Best?
    package internal(set) var evaluationsSinceBest = 0
    /// Whether the last event was yielded.
    package internal(set) var isFinished = false
    package internal(set) var evaluations: [EvaluationReport] = []
    /// One entry a step.
    package var history = StepHistory()

    // The history is long and is kept as numbers beside this.
    enum CodingKeys: String, CodingKey {
        case step, best, evaluations
        case lastEvaluatedStep = "last_evaluated_step"
        case evaluationsSinceBest = "evaluations_since_best"
        case isFinished = "is_finished"
    }

    package init() {}

    /// The evaluation whose weights are the best so far; nil without any.
    package var keptEvaluation: EvaluationReport? { evaluations.last { $0.step == best?.step } }

    /// Notes the scores of the dev rows after the steps taken so far.
    ///
    /// Of equally good scores, which a model that answers one class gives again and again, the lower loss is better.
    mutating func add(
        _ scores: TaskScores, epoch: Double, comparedBy metric: TrainingOptions.Metric
    ) -> EvaluationReport {
        let value = scores.value(of: metric)
        var isBest = false
        if let value {
            isBest =
                switch best {
                case nil: true
                case let best? where value == best.metric:
                    keptEvaluation.map { scores.loss < $0.scores.loss } ?? false
                case let best?: metric.isBetter(value, than: best.metric)
                }
            if isBest { best = Best(step: step, metric: value) }
        }
        let report = EvaluationReport(step: step, epoch: epoch, scores: scores, metric: value, isBest: isBest)
        evaluationsSinceBest = isBest ? 0 : evaluationsSinceBest + 1
        lastEvaluatedStep = step
        evaluations.append(report)
        return report
    }

    /// The class that the kept weights answer every dev row with, though there are rows of others; nil if they distinguish
    /// classes apart.
    package var onlyAnswer: Int? {
        guard let confusion = keptEvaluation?.scores.classification?.confusion else { return nil }
        let answered = (0..<confusion.classCount).filter { confusion.predictions(of: $0) > 0 }
        let present = (0..<confusion.classCount).filter { confusion.support(of: $0) > 0 }
        return answered.count == 1 && present.count > 1 ? answered[0] : nil
    }
}

/// The curves of a run: one number for each step taken.
package struct StepHistory: Hashable, Sendable {
    package internal(set) var losses: [Double] = []
    package internal(set) var accuracies: [Double] = []
    package internal(set) var learningRates: [Double] = []
    package internal(set) var gradientNorms: [Double] = []
    package internal(set) var tokens: [Int64] = []

    package init() {}

    /// Steps, or nil if the curves have different lengths.
    package var count: Int? {
        let counts = [losses.count, accuracies.count, learningRates.count, gradientNorms.count, tokens.count]
        return Set(counts).count == 1 ? counts[0] : nil
    }

    package mutating func append(_ report: StepReport) {
        losses.append(report.loss)
        accuracies.append(report.accuracy)
        learningRates.append(report.learningRate)
        gradientNorms.append(report.gradientNorm)
        tokens.append(Int64(report.tokens))
    }
}
