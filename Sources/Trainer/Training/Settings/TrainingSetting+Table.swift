internal import Models

extension TrainingSetting {
    /// Every setting of training; the number of threads is the machine's matter and not among them.
    package static let all: [TrainingSetting] = common + refinements + upkeep

    private static let common: [TrainingSetting] = [
        TrainingSetting(
            "epochs", \.options.epochs, .integer(1...10_000), "Passes over the training rows."),
        TrainingSetting(
            "max_steps", optional: \.options.maxSteps, .integer(1...100_000_000),
            "Total number of optimizer steps, instead of epochs."),
        TrainingSetting(
            "batch_size", \.options.batchSize, .integer(1...65_536), unit: "rows", "Number of rows per step."),
        TrainingSetting(
            "learning_rate", \.options.learningRate, .number(1e-12...1),
            "Peak learning rate, after warm-up."),
        TrainingSetting(
            "warmup", \.options.warmup, .number(0...1), "Share of the steps during which the rate rises."),
        TrainingSetting(
            "weight_decay", \.options.weightDecay, .number(0...1),
            "Weight decay; biases and LayerNorm are exempt."),
        TrainingSetting(
            "clip", optional: \.options.clipNorm, .number(1e-6...1e6), "Maximum gradient norm."),
        TrainingSetting(
            "seed", .integer(0...Int(Int32.max)), "Determines row order, dropout and new weights.",
            get: { .integer(Int(clamping: $0.options.seed)) },
            set: { if let seed = Int($1) { $0.options.seed = UInt64(clamping: seed) } }),
        TrainingSetting(
            "patience", optional: \.options.patience, .integer(1...10_000), unit: "evaluations",
            "Stop after this many evaluations without improvement."),
        TrainingSetting(
            "metric", oneOf: \.options.metric, "Score on dev by which the best checkpoint is chosen."),
        TrainingSetting(
            "evaluate_every", .integer(1...100_000_000), unit: "steps",
            "Steps between evaluations on dev; by default at the end of each epoch.",
            get: { if case .steps(let steps) = $0.options.evaluation { .integer(steps) } else { nil } },
            set: { if let steps = Int($1) { $0.options.evaluation = .steps(steps) } }),
        TrainingSetting(
            "class_weights", .wordOrNumbers(["uniform", "balanced"], 0...1e6),
            "uniform counts each row the same, balanced each class; or a factor for each class.",
            get: { Value($0.options.classWeights) },
            set: { $0.options.classWeights = .init($1) ?? $0.options.classWeights }),
        TrainingSetting(
            "precision", .choice(ComputeEnvironment.precisionNames),
            "Number format of the matrix products; auto is bf16 where the CPU has it.",
            default: .word(automatic),
            get: { .word($0.options.precision.rawValue) },
            set: { settings, value in
                guard case .word(let word) = value else { return }
                guard let precision = ComputeEnvironment.precision(named: word) else { return }
                settings.options.precision = precision
            }),
    ]

    /// What most runs leave alone.
    private static let refinements: [TrainingSetting] = [
        TrainingSetting(
            "method", oneOf: \.options.method,
            "Train all weights, or a logistic regression on the frozen model's features of each row."),
        TrainingSetting(
            "l2", \.options.l2, .number(1e-9...1e9),
            "Penalty of the logistic regression; for method features."),
        TrainingSetting(
            "accumulate", \.options.accumulate, .integer(1...65_536), unit: "parts",
            "Number of micro-batches per step (gradient accumulation): less memory, the same result."),
        TrainingSetting(
            "block_rows", optional: \.options.blockRows, .integer(1...65_536), unit: "rows",
            "Sum gradients of blocks of this many rows in a fixed order: the same bits in one process or several. Several take \(TrainingOptions.standardBlockRows) by default."
        ),
        TrainingSetting(
            "label_smoothing", \.options.labelSmoothing, .number(0...0.99),
            "Share of each target that is spread over all classes."),
        TrainingSetting(
            "layer_decay", \.options.layerDecay, .number(1e-3...1),
            "Factor by which the learning rate falls from each layer to the one below it."),
        TrainingSetting(
            "freeze_layers", optional: \.options.frozenLayers, .integer(0...4095), unit: "layers",
            "Freeze the embeddings and this many of the first layers."),
        TrainingSetting(
            "lora_rank", optional: \.options.loraRank, .integer(1...1024),
            "Train low-rank adapters (LoRA) of this rank and the head, and leave all other weights as they are."
        ),
        TrainingSetting(
            "lora_alpha", optional: \.options.loraAlpha, .number(1e-3...1e4),
            "What adapters count is this over their rank; by default twice the rank."),
        TrainingSetting(
            "lora_maps", .choice(LowRankPlan.Maps.allCases.map(\.rawValue)),
            "Which maps of each layer have adapters: to queries and values (the default), all of the attention, or all.",
            get: { $0.options.loraMaps.map { .word($0.rawValue) } },
            set: { settings, value in
                if case .word(let word) = value { settings.options.loraMaps = .init(rawValue: word) }
            }),
        TrainingSetting(
            "targets", .choice(["labels", "votes", "votes_sampled"]),
            "Train on each row's label, on the probability that its votes imply, or on a class drawn by it in each epoch.",
            get: { settings in
                let options = settings.options
                if !options.usesProbabilities { return .word("labels") }
                return .word(options.samplesProbabilities == true ? "votes_sampled" : "votes")
            },
            set: { settings, value in
                settings.options.usesProbabilities = value != .word("labels")
                settings.options.samplesProbabilities = value == .word("votes_sampled") ? true : nil
            }),
        TrainingSetting(
            "answers", oneOf: \.options.answers,
            "What is tuned on dev and stored in the model's folder: temperature and threshold, only the temperature, or nothing."
        ),
        TrainingSetting(
            "abstain", \.options.abstaining, .number(0...0.9),
            "Share of the least certain dev rows that the band without an answer covers."),
        // Part of the fingerprint of the stage though it changes no bit: it always has been.
        TrainingSetting(
            "gradient_checkpointing", \.options.recomputesActivations, .flag,
            "Compute activations twice instead of keeping them: less memory, the same bits.",
            decidesModel: false),
    ]

    private static let upkeep: [TrainingSetting] = [
        TrainingSetting(
            "checkpoint_every", \.checkpointInterval, .integer(1...100_000_000),
            "Steps between checkpoints.", decidesModel: false, isFingerprinted: false),
        TrainingSetting(
            "keep_checkpoints", \.keptCheckpoints, .integer(1...100_000_000),
            "How many of the latest checkpoints to keep during training.", decidesModel: false,
            isFingerprinted: false),
    ]

    private static let automatic = "auto"
}

extension TrainingSetting.Value {
    fileprivate init(_ weights: TrainingOptions.ClassWeights) {
        switch weights {
        case .uniform: self = .word("uniform")
        case .balanced: self = .word("balanced")
        case .given(let factors): self = .numbers(factors)
        }
    }
}

extension TrainingOptions.ClassWeights {
    fileprivate init?(_ value: TrainingSetting.Value) {
        switch value {
        case .word("uniform"): self = .uniform
        case .word("balanced"): self = .balanced
        case .numbers(let factors): self = .given(factors)
        default: return nil
        }
    }
}
