internal import Pretraining
internal import StageKit
internal import Training

extension PretrainingOptions {
    /// Reads the values of a pipeline file.
    init(_ parameters: inout ParameterReader) {
        self.init()
        objective =
            Objective(
                rawValue: parameters.choice(
                    "objective", default: objective.rawValue, of: Objective.allCases.map(\.rawValue),
                    help:
                        "mlm names masked words; rtd finds words that a small generator replaced (models of type electra); "
                        + "clm tells each word from those before it (models of type gpt2 or openai-gpt)."
                )) ?? objective
        if let given = parameters.map("masking", help: "Which tokens are to be named.", { Self.masking(&$0) })
        {
            masking = given
        }
        if objective == .nextWords {
            parameters.rejectIfGiven(
                "masking", "'masking' is for objectives mlm and rtd, and the objective is clm")
        }
        pairs =
            Pairs(
                rawValue: parameters.choice(
                    "pairs", default: pairs.rawValue, of: Pairs.allCases.map(\.rawValue),
                    help:
                        "What is learned of the title and the comment: whether they belong together (next), whether they are in "
                        + "order, or nothing.")) ?? pairs
        if let generator = parameters.map(
            "generator", help: "The generator of objective rtd.",
            {
                parameters -> (size: Double, weight: Double) in
                (
                    parameters.number(
                        "size", default: 0.25, in: 0.01...1, help: "Its width by that of the encoder."),
                    parameters.number(
                        "weight", default: 50, in: 0.01...10_000,
                        help: "Weight of finding replaced words, beside 1 for naming masked ones.")
                )
            })
        {
            (generatorSize, replacedWeight) = generator
            if objective != .replacedWords {
                parameters.reject("generator", "'generator' is for objective: rtd, not \(objective.rawValue)")
            }
        }
        if objective != .maskedWords, pairs != .none {
            parameters.reject(
                "pairs", "'pairs' is for objective: mlm, and the objective is \(objective.rawValue)")
        }
        maxTokens = parameters.int(
            "max_tokens", default: maxTokens, in: 8...65_536, unit: "tokens",
            help: "Maximum row length, special tokens included; longer rows are cut.")
        heldOut = parameters.number(
            "held_out", default: heldOut, in: 0...0.5,
            help: "Share of the texts that are not learned from and tell how well the others were learned.")
        if let steps = parameters.optionalInt(
            "evaluate_every", in: 1...100_000_000, unit: "steps",
            help: "Steps between two looks at the held-out texts; by default at the end of each epoch.")
        {
            training.evaluation = .steps(steps)
        }
    }

    /// Settings of training that mean the same here; the first of them have defaults of their own.
    private static let shared = [
        "epochs", "batch_size", "learning_rate", "warmup", "max_steps", "weight_decay", "clip", "seed",
        "accumulate", "gradient_checkpointing", "precision", "checkpoint_every",
    ]
    private static let ownDefaults = 4

    /// Reads what pretraining has in common with training.
    /// - Returns: steps between checkpoints.
    mutating func readTraining(_ parameters: inout ParameterReader) -> Int {
        var settings = TrainingSettings()
        settings.options = training
        for (number, key) in Self.shared.enumerated() {
            guard let setting = TrainingSetting.named(key) else {
                preconditionFailure("there is no setting '\(key)'")
            }
            let standard = number < Self.ownDefaults ? setting.value(in: settings) : nil
            if let value = parameters.value(of: setting, default: standard) {
                setting.write(value, to: &settings)
            }
        }
        for conflict in settings.options.conflicts(classCount: nil) {
            parameters.reject(conflict.key, "'\(conflict.key)' \(conflict.text)")
        }
        settings.warnOfRate(&parameters)
        training = settings.options
        return settings.checkpointInterval
    }

    private static func masking(_ parameters: inout ParameterReader) -> MaskingRule {
        var rule = MaskingRule()
        rule.share = parameters.number(
            "share", default: rule.share, in: 0.01...0.9, help: "Share of the tokens that are masked.")
        rule.unit =
            MaskingRule.Unit(
                rawValue: parameters.choice(
                    "by", default: rule.unit.rawValue, of: MaskingRule.Unit.allCases.map(\.rawValue),
                    help: "What is masked together: pieces, whole words, or spans of words.")) ?? rule.unit
        rule.count =
            MaskingRule.Count(
                rawValue: parameters.choice(
                    "count", default: rule.count.rawValue, of: MaskingRule.Count.allCases.map(\.rawValue),
                    help: "Each with the same probability, or an exact number of each text.")) ?? rule.count
        rule.masks = parameters.number(
            "masks", default: rule.masks, in: 0...1, help: "Share of them that is seen as the mask.")
        rule.randoms = parameters.number(
            "randoms", default: rule.randoms, in: 0...1,
            help: "Share of them that is seen as a random word; the rest is seen as it is.")
        if rule.masks + rule.randoms > 1 {
            parameters.reject(
                "randoms", "'masks' and 'randoms' are \(rule.masks + rule.randoms) together; at most 1")
        }
        return rule
    }
}
