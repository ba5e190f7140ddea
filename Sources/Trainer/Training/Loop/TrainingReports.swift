/// The outcome of one optimizer step.
package struct StepReport: Hashable, Codable, Sendable {
    /// Steps taken so far, this one included.
    package let step: Int
    /// Skips the rows so far, this step included: 1.5 is the middle of the second.
    package let epoch: Double
    /// Mean loss of the batch, weighted, with dropout; of cross-entropy in nats.
    package let loss: Double
    /// Share of the batch predicted right, with dropout; of a student that answered as its teachers did.
    package let accuracy: Double
    package let learningRate: Double
    /// Norm of all gradients before clipping.
    package let gradientNorm: Double
    /// Tokens of the batch.
    package let tokens: Int
    /// Tokens by the time this step took. The only value here that differs from run to run.
    package let tokensPerSecond: Double

    package init(
        step: Int, epoch: Double, loss: Double, accuracy: Double, learningRate: Double, gradientNorm: Double,
        tokens: Int, tokensPerSecond: Double
    ) {
        self.step = step
        self.epoch = epoch
        self.loss = loss
        self.accuracy = accuracy
        self.learningRate = learningRate
        self.gradientNorm = gradientNorm
        self.tokens = tokens
        self.tokensPerSecond = tokensPerSecond
    }

    enum CodingKeys: String, CodingKey {
        case step, epoch, loss, accuracy, tokens
        case learningRate = "learning_rate"
        case gradientNorm = "gradient_norm"
        case tokensPerSecond = "tokens_per_second"
    }
}

/// How the model scores on the dev rows after a step.
package struct EvaluationReport: Hashable, Codable, Sendable {
    package let step: Int
    package let epoch: Double
    package let scores: TaskScores
    /// The score that checkpoints are compared by; nil if it is undefined.
    package let metric: Double?
    /// Whether no evaluation before scored as high.
    package let isBest: Bool

    enum CodingKeys: String, CodingKey {
        case step, epoch, scores, metric
        case isBest = "is_best"
    }
}

/// Why and how a run ended.
package struct TrainingSummary: Hashable, Codable, Sendable {
    package let steps: Int
    package let epochs: Double
    /// Step of the best dev evaluation; nil without dev rows.
    package let bestStep: Int?
    package let bestMetric: Double?
    /// Whether it ended because the score no longer rose.
    package let stoppedEarly: Bool

    enum CodingKeys: String, CodingKey {
        case steps, epochs
        case bestStep = "best_step"
        case bestMetric = "best_metric"
        case stoppedEarly = "stopped_early"
    }
}

/// What a trainer yields: one event at a time, in the order in which they happen.
package enum TrainingEvent: Hashable, Sendable {
    case step(StepReport)
    case evaluation(EvaluationReport)
    /// This many rows have gone through the frozen encoder.
    case features(done: Int, of: Int)
    /// The teachers have answered this many rows.
    case answers(done: Int, of: Int)
    /// The last event of a run.
    case finished(TrainingSummary)
}
