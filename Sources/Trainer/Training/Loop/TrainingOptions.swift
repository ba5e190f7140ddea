package import Models

/// How a classifier is trained. Everything that decides the result is here, but for model and data.
package struct TrainingOptions: Hashable, Codable, Sendable {
    /// What is trained.
    package enum Method: String, CaseIterable, Codable, Sendable {
        /// All weights.
        case fineTune = "fine_tune"
        /// The last linear map alone, on the features of the frozen model: a logistic regression.
        case features
    }

    /// Score on the dev rows by which checkpoints are compared.
    package struct Metric: RawRepresentable, Hashable, Codable, Sendable {
        /// As settings and figures name it.
        package let rawValue: String

        init(named name: String) { rawValue = name }

        /// - Returns: nil for a name that none has.
        package init?(rawValue: String) {
            guard Self.allCases.contains(where: { $0.rawValue == rawValue }) else { return nil }
            self.rawValue = rawValue
        }

        /// Whether one value is better than another: of the loss the lower one, of all others the higher.
        package func isBetter(_ value: Double, than other: Double) -> Bool {
            self == .loss ? value < other : value > other
        }

        package static let macroF1 = Metric(named: "macro_f1")
        package static let accuracy = Metric(named: "accuracy")
        /// Mean loss by the objective; the lower the better.
        package static let loss = Metric(named: "loss")
        package static let rocAUC = Metric(named: "roc_auc")
        /// F1 over all decisions together; of one class of each row the accuracy.
        package static let microF1 = Metric(named: "micro_f1")
        /// Matthews' correlation.
        package static let mcc = Metric(named: "mcc")
        /// Correlation of scores.
        package static let pearson = Metric(named: "pearson")
        /// That of their ranks.
        package static let spearman = Metric(named: "spearman")
    }

    /// What is chosen on the dev rows so that scores become answers; see ``AnswerRule``.
    package enum Answers: String, CaseIterable, Codable, Sendable {
        /// Nothing: the most probable class is the answer.
        case plain
        /// The temperature.
        case calibrated
        /// The temperature, and of two classes the threshold.
        case tuned
    }

    /// When the dev rows are scored; always at the end of the run as well.
    package enum EvaluationInterval: Hashable, Codable, Sendable {
        case epoch
        /// Every this many steps, at least 1.
        case steps(Int)
    }

    /// How much a row of each class counts in the loss.
    package enum ClassWeights: Hashable, Codable, Sendable {
        /// All the same.
        case uniform
        /// Rows / (classes · rows of the class), so that each class counts the same.
        case balanced
        /// One for each class, not negative.
        case given([Double])
    }

    package var method = Method.fineTune
    /// Weight of the squared coefficients in the loss of ``Method/features``, above 0.
    package var l2 = 1.0
    /// Skips the training rows, at least 1.
    package var epochs = 5
    /// Steps of the run, instead of ``epochs`` where given. At least 1.
    package var maxSteps: Int?
    /// Rows of a step, at least 1; the last step of an epoch has the remainder.
    package var batchSize = 32
    /// Highest learning rate, above 0.
    package var learningRate = 3e-5
    /// Share of the steps in which the rate rises, 0 ... 1, rounded up to whole steps.
    package var warmup = 0.1
    /// Share of a weight removed per unit of learning rate; not from biases and LayerNorm. Not negative.
    package var weightDecay = 0.01
    /// Gradients are scaled down to this norm where theirs is larger; above 0, or nil for never.
    package var clipNorm: Double? = 1
    /// Decides the order of the rows, dropout and new weights.
    package var seed: UInt64 = 42
    package var evaluation = EvaluationInterval.epoch
    /// Dev evaluations in a row without a better score after which the run stops; at least 1, or nil for never.
    package var patience: Int?
    package var metric = Metric.macroF1
    package var classWeights = ClassWeights.uniform
    /// Trains toward the probability that the votes give instead of the class, where the shards have it.
    package var usesProbabilities = false
    /// Draws a class for each row and epoch by that probability instead, where true.
    ///
    /// Few votes are a sample: so drawn, they teach as many answers as they leave open.
    package var samplesProbabilities: Bool?
    /// Share of each target that is spread evenly over all classes, 0 ..< 1.
    package var labelSmoothing = 0.0
    /// Factor of the learning rate from each layer to the one below it, above 0 and at most 1.
    package var layerDecay = 1.0
    /// Freezes the embeddings and this many of the first layers; nil trains all. Not negative.
    package var frozenLayers: Int?
    /// Rank of low-rank adapters, at least 1, that are trained beside the head in place of all weights; nil for none.
    package var loraRank: Int?
    /// What the adapters count is this over their rank; nil for twice the rank. Above 0.
    package var loraAlpha: Double?
    /// Which maps have adapters; nil for those to queries and values.
    package var loraMaps: LowRankPlan.Maps?
    /// Number of micro-batches per step (gradient accumulation), at least 1. More parts need less memory; the result
    /// is the same but for rounding.
    package var accumulate = 1
    /// Rows of a block, at least 1: gradients of blocks are computed each on its own and added in a fixed order, so that any
    /// number of processes comes to the same bits. Nil for all rows of a part at once, by one process.
    package var blockRows: Int?
    /// Whether activations are computed a second time instead of kept: the same bits from less memory and more time.
    package var recomputesActivations = false
    /// Share of its running means that Adadelta keeps, 0 ..< 1; nil for AdamW.
    package var adadelta: Double?
    /// What is chosen on the dev rows once the model is trained.
    package var answers = Answers.tuned
    /// Share of the dev rows, those with the least sure answers, that the band without an answer is to take in; 0 for none.
    package var abstaining = 0.0
    /// Threads of the matrix products, at least 1. Results repeat exactly only with the same number.
    package var threads = 1
    /// Number format of the matrix products.
    package var precision = Precision.fp32

    package init() {}

    /// How gradients become steps.
    var optimizer: AdamW.Settings {
        var settings = AdamW.Settings()
        settings.weightDecay = weightDecay
        if let adadelta {
            settings.rule = .adadelta(rho: adadelta)
            settings.epsilon = 1e-6
        }
        return settings
    }

    /// The adapters to train; nil for none.
    package var lowRank: LowRankPlan? {
        loraRank.map {
            LowRankPlan(rank: $0, alpha: loraAlpha ?? 2 * Double($0), maps: loraMaps ?? .queryValue)
        }
    }

    /// Every setting out of range for this model; empty when all is well.
    func problems(for model: any TrainableModel) -> [String] {
        var problems = problems(classCount: model.labelCount)
        if let frozen = frozenLayers, frozen > model.layerCount {
            problems.append("freeze_layers is \(frozen); the model has \(model.layerCount) layers")
        }
        guard model.configuration.plan.sharing != .none else { return problems }
        let family =
            "layers of a model of type '\(model.configuration.dialect.modelType)' share their weights"
        if frozenLayers ?? 0 > 0 {
            problems.append("freeze_layers is \(frozenLayers ?? 0); \(family), so only 0 is possible")
        }
        if layerDecay != 1 {
            problems.append("layer_decay is \(layerDecay); \(family), so only 1 is possible")
        }
        return problems
    }

    /// Steps of an epoch over this many rows.
    package func stepsPerEpoch(rows: Int) -> Int { (rows + batchSize - 1) / batchSize }

    /// Steps of the whole run over this many rows.
    package func totalSteps(rows: Int) -> Int { maxSteps ?? epochs * stepsPerEpoch(rows: rows) }

    /// The learning rate of each step over this many rows.
    package func schedule(rows: Int) -> LinearSchedule {
        LinearSchedule(peak: learningRate, warmupShare: warmup, totalSteps: totalSteps(rows: rows))
    }
}

extension Precision: Codable {}
