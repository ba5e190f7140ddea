internal import Models
internal import StageKit
internal import Training

extension TrainingOptions {
    /// Reads what a pipeline file says; `threads` is not among it.
    init(_ parameters: inout ParameterReader) {
        self.init()
        epochs = parameters.int(
            "epochs", default: 5, in: 1...10_000, help: "Passes over the training rows.")
        maxSteps = parameters.optionalInt(
            "max_steps", in: 1...100_000_000, help: "Optimiser steps in all, instead of epochs.")
        batchSize = parameters.int("batch_size", default: 32, in: 1...65_536, unit: "rows")
        learningRate = parameters.number(
            "learning_rate", default: 3e-5, in: 1e-12...1, help: "Highest learning rate, after warm-up.")
        warmup = parameters.number(
            "warmup", default: 0.1, in: 0...1, help: "Share of the steps in which the rate rises.")
        weightDecay = parameters.number(
            "weight_decay", default: 0.01, in: 0...1, help: "Not applied to biases and LayerNorm.")
        clipNorm = parameters.number(
            "clip", default: 1, in: 1e-6...1e6, help: "Largest gradient norm.")
        seed = UInt64(
            parameters.int(
                "seed", default: 42, in: 0...Int(Int32.max), help: "Decides order, dropout and new weights."))
        patience = parameters.optionalInt(
            "patience", in: 1...10_000, unit: "evaluations",
            help: "Stop after so many without a better score.")
        metric =
            TrainingOptions.Metric(
                rawValue: parameters.choice(
                    "metric", default: "macro_f1", of: TrainingOptions.Metric.allCases.map(\.rawValue),
                    help: "Score on dev by which the checkpoint is chosen.")) ?? .macroF1
        if let steps = parameters.optionalInt(
            "evaluate_every", in: 1...100_000_000, unit: "steps",
            help: "Steps between dev scores; each epoch's end by default.")
        {
            evaluation = .steps(steps)
        }
        if parameters.choice(
            "class_weights", default: "uniform", of: ["uniform", "balanced"],
            help: "Whether each class counts the same, however many rows it has.") == "balanced"
        {
            classWeights = .balanced
        }
        precision =
            Precision(
                rawValue: parameters.choice(
                    "precision", default: "auto", of: ["auto"] + Precision.allCases.map(\.rawValue),
                    help: "Number format of the matrix products; auto is bf16 where the CPU has it."))
            ?? ComputeFacts.fastestPrecision
        readRefinements(&parameters)
    }

    /// What most runs leave alone.
    private mutating func readRefinements(_ parameters: inout ParameterReader) {
        method =
            Method(
                rawValue: parameters.choice(
                    "method", default: "fine_tune", of: Method.allCases.map(\.rawValue),
                    help:
                        "Train all weights, or a logistic regression on what the frozen model makes of each row."
                ))
            ?? .fineTune
        l2 = parameters.number(
            "l2", default: 1, in: 1e-9...1e9, help: "Penalty of the logistic regression; for method features."
        )
        accumulate = parameters.int(
            "accumulate", default: 1, in: 1...65_536, unit: "parts",
            help: "Parts that each batch is worked through in: less memory, the same result.")
        labelSmoothing = parameters.number(
            "label_smoothing", default: 0, in: 0...0.99, help: "Share of each target spread over all classes."
        )
        layerDecay = parameters.number(
            "layer_decay", default: 1, in: 1e-3...1,
            help: "Factor of the learning rate from each layer to the one below it.")
        frozenLayers = parameters.optionalInt(
            "freeze_layers", in: 0...4095, unit: "layers",
            help: "Keep the embeddings and so many of the first layers as they are.")
        usesProbabilities =
            parameters.choice(
                "targets", default: "labels", of: ["labels", "votes"],
                help: "Train towards each row's label, or the probability that its votes give.") == "votes"
        recomputesActivations = parameters.bool(
            "gradient_checkpointing", default: false,
            help: "Compute activations twice instead of keeping them: less memory, the same bits.")
    }
}
