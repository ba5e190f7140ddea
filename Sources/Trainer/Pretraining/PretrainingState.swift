import Models
package import Training

/// How far a pretraining has come: with weights and moments, all that is needed to continue.
package struct PretrainingState: Hashable, CheckpointState, Sendable {
    /// Steps taken.
    package internal(set) var step = 0
    package internal(set) var lastEvaluatedStep = -1
    package internal(set) var evaluations: [Evaluation] = []
    /// One entry a step: the loss that is trained on, and the share of masked words that were named right.
    package var history = StepHistory()

    /// How well held-out texts were understood after a step.
    package struct Evaluation: Hashable, Codable, Sendable {
        package var step: Int
        package var epoch: Double
        /// Mean cross-entropy of the masked words in nats, and the share of them named right.
        package var wordLoss: Double
        package var wordAccuracy: Double
        /// Share of pairs that were told right; nil without pairs.
        package var pairAccuracy: Double?
        /// Mean cross-entropy of finding replaced words, the share of tokens told right, and the share that were replaced; nil
        /// without a generator.
        package var replacedLoss: Double?
        package var replacedAccuracy: Double?
        package var replacedShare: Double?
    }

    // The history is long and is kept as numbers beside this.
    enum CodingKeys: String, CodingKey {
        case step, evaluations
        case lastEvaluatedStep = "last_evaluated_step"
    }
}

/// What a pretraining yields: one event at a time, in the order in which they happen.
package enum PretrainingEvent: Hashable, Sendable {
    /// Its loss is the one that is trained on, its accuracy that of naming masked words.
    case step(StepReport)
    case evaluation(PretrainingState.Evaluation)
    /// This many of the held-out rows have been read token by token for the pseudo-perplexity.
    case scoring(done: Int, of: Int)
}

/// What a run is made of. Two runs with the same identity take the same steps.
struct PretrainingIdentity: Hashable, Codable, Sendable {
    var options: PretrainingOptions
    var layout: String
    var initialWeights: String
    var texts: String
    var configuration: String

    enum CodingKeys: String, CodingKey {
        case options, layout, texts, configuration
        case initialWeights = "initial_weights"
    }

    /// What differs from another identity; nil if nothing does.
    func difference(from other: PretrainingIdentity) -> String? {
        if texts != other.texts { return "the texts" }
        if layout != other.layout || configuration != other.configuration { return "the model" }
        if initialWeights != other.initialWeights { return "the weights it started from" }
        return options == other.options ? nil : "its settings"
    }
}
