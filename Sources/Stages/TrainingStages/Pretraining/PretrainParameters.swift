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
                        "mlm names masked words; rtd finds words that a small generator replaced (models of type electra)."
                )) ?? objective
        if let given = parameters.map("masking", help: "Which tokens are to be named.", { Self.masking(&$0) })
        {
            masking = given
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
                parameters.reject(
                    "generator",
                    "'generator' is for objective: rtd, and the objective is \(objective.rawValue)")
            }
        }
        if objective == .replacedWords, pairs != .none {
            parameters.reject("pairs", "'pairs' is for objective: mlm, and the objective is rtd")
        }
        maxTokens = parameters.int(
            "max_tokens", default: maxTokens, in: 8...65_536, unit: "tokens",
            help: "Maximum row length, special tokens included; longer rows are cut.")
        heldOut = parameters.number(
            "held_out", default: heldOut, in: 0...0.5,
            help: "Share of the texts that are not learned from and tell how well the others were learned.")
        evaluationInterval = parameters.optionalInt(
            "evaluate_every", in: 1...100_000_000, unit: "steps",
            help: "Steps between two looks at the held-out texts; by default at the end of each epoch.")
        readTraining(&parameters)
    }

    private mutating func readTraining(_ parameters: inout ParameterReader) {
        training.epochs = parameters.int(
            "epochs", default: training.epochs, in: 1...10_000, help: "Passes over the texts.")
        training.maxSteps = parameters.optionalInt(
            "max_steps", in: 1...100_000_000, help: "Total number of optimizer steps, instead of epochs.")
        training.batchSize = parameters.int(
            "batch_size", default: training.batchSize, in: 1...65_536, unit: "texts",
            help: "Number of texts per step.")
        training.learningRate = parameters.number(
            "learning_rate", default: training.learningRate, in: 1e-12...1,
            help: "Peak learning rate, after warm-up.")
        training.warmup = parameters.number(
            "warmup", default: training.warmup, in: 0...1,
            help: "Share of the steps during which the rate rises.")
        training.weightDecay = parameters.number(
            "weight_decay", default: training.weightDecay, in: 0...1,
            help: "Weight decay; biases and LayerNorm are exempt.")
        training.clipNorm = parameters.number(
            "clip", default: 1, in: 1e-6...1e6, help: "Maximum gradient norm.")
        training.seed = UInt64(
            parameters.int(
                "seed", default: 42, in: 0...Int(Int32.max),
                help: "Determines row order, masks, dropout and new weights."))
        training.accumulate = parameters.int(
            "accumulate", default: 1, in: 1...65_536, unit: "parts",
            help: "Number of micro-batches per step: less memory, the same result.")
        if training.accumulate > training.batchSize {
            parameters.reject(
                "accumulate",
                "'accumulate' is \(training.accumulate); at most batch_size, \(training.batchSize)")
        }
        training.recomputesActivations = parameters.bool(
            "gradient_checkpointing", default: false,
            help: "Compute activations twice instead of keeping them: less memory, the same bits.")
        let precision = parameters.choice(
            "precision", default: ComputeEnvironment.precisionNames[0], of: ComputeEnvironment.precisionNames,
            help: "Number format of the matrix products; auto is bf16 where the CPU has it.")
        training.precision = ComputeEnvironment.precision(named: precision) ?? training.precision
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
