internal import ArgumentParser
internal import Diagnostics
private import Foundation
internal import Models
internal import StageKit
internal import Training

/// How the trainer alone is to train; named as in the train stage.
struct TrainerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Folder of token shards with its manifest.json.", valueName: "dir"))
    var shards: String?

    @Option(
        help: ArgumentHelp(
            "Model to start from: a Hugging Face folder, or the name of a model in the Hugging Face cache.",
            valueName: "model"))
    var `init`: String?

    @Option(help: "folder loads the weights of --init; random leaves them alone and draws new ones.")
    var initWeights: String?

    @Option(help: ArgumentHelp("Folder for the trained model.", valueName: "dir"))
    var out: String?

    @Option(help: "fine_tune trains all weights; features a logistic regression on the frozen model.")
    var method: String?

    @Option(help: "Penalty of the logistic regression of method features; 1 by default.")
    var l2: Double?

    @Option(help: "Passes over the training rows; 5 by default.")
    var epochs: Int?

    @Option(help: "Optimiser steps in all, instead of epochs.")
    var maxSteps: Int?

    @Option(help: "Rows of a step; 32 by default.")
    var batchSize: Int?

    @Option(help: "Parts that each batch is worked through in: less memory, the same result.")
    var accumulate: Int?

    @Option(help: "Highest learning rate, after warm-up; 3e-5 by default.")
    var learningRate: Double?

    @Option(help: "Share of the steps in which the rate rises; 0.1 by default.")
    var warmup: Double?

    @Option(help: "Weight decay, not of biases and LayerNorm; 0.01 by default.")
    var weightDecay: Double?

    @Option(help: "Largest gradient norm; 1 by default.")
    var clip: Double?

    @Option(help: "Decides order, dropout and new weights; 42 by default.")
    var seed: UInt64?

    @Option(
        help: "Several seeds with commas: a model each in DIR/seed-N, and their mean with its 95 % interval.")
    var seeds: String?

    @Option(help: "Score on dev by which the checkpoint is chosen: macro_f1, accuracy, loss or roc_auc.")
    var metric: String?

    @Option(help: "Steps between dev scores; each epoch's end by default.")
    var evaluateEvery: Int?

    @Option(help: "Stop after so many dev scores without a better one.")
    var patience: Int?

    @Option(help: "uniform, balanced, or a factor for each class with commas.")
    var classWeights: String?

    @Option(help: "Train towards labels, or towards the probability that the votes give: labels or votes.")
    var targets: String?

    @Option(help: "Share of each target that is spread over all classes.")
    var labelSmoothing: Double?

    @Option(help: "Factor of the learning rate from each layer to the one below it.")
    var layerDecay: Double?

    @Option(help: "Keep the embeddings and so many of the first layers as they are.")
    var freezeLayers: Int?

    @Flag(help: "Compute activations twice instead of keeping them: less memory, the same bits.")
    var gradientCheckpointing = false

    @Option(help: "Number format of the matrix products: auto, fp32 or bf16.")
    var precision: String?

    @Option(help: "Threads; all processors by default. Results repeat exactly only with the same number.")
    var threads: Int?

    @Option(help: "Steps between checkpoints; 200 by default.")
    var checkpointEvery: Int?

    @Option(help: "Last checkpoints to keep; 1 by default.")
    var keepCheckpoints: Int?

    @Option(
        help: ArgumentHelp("Stop cleanly after so long, as in 2h; run again to go on.", valueName: "time"))
    var timeLimit: String?

    @Option(help: ArgumentHelp("Write each step as a line of JSON.", valueName: "file.jsonl"))
    var metrics: String?

    @Flag(help: "Look for a good learning rate instead of training; nothing is written but --metrics.")
    var findLr = false

    /// The flags that were given.
    var given: [String] {
        let flags: [(String, Bool)] = [
            ("--init", self.`init` != nil), ("--init-weights", initWeights != nil),
            ("--out", out != nil), ("--method", method != nil),
            ("--l2", l2 != nil), ("--epochs", epochs != nil),
            ("--max-steps", maxSteps != nil), ("--batch-size", batchSize != nil),
            ("--accumulate", accumulate != nil),
            ("--learning-rate", learningRate != nil), ("--warmup", warmup != nil),
            ("--weight-decay", weightDecay != nil), ("--clip", clip != nil), ("--seed", seed != nil),
            ("--seeds", seeds != nil), ("--metric", metric != nil),
            ("--evaluate-every", evaluateEvery != nil),
            ("--patience", patience != nil), ("--class-weights", classWeights != nil),
            ("--targets", targets != nil),
            ("--label-smoothing", labelSmoothing != nil), ("--layer-decay", layerDecay != nil),
            ("--freeze-layers", freezeLayers != nil), ("--gradient-checkpointing", gradientCheckpointing),
            ("--precision", precision != nil), ("--threads", threads != nil),
            ("--checkpoint-every", checkpointEvery != nil), ("--keep-checkpoints", keepCheckpoints != nil),
            ("--time-limit", timeLimit != nil), ("--metrics", metrics != nil), ("--find-lr", findLr),
        ]
        return flags.filter(\.1).map(\.0)
    }

    /// - Throws: `ValidationError` for what can be seen to be wrong before any file is opened.
    func check() throws {
        guard self.`init` != nil else {
            throw ValidationError("--init is missing: the model folder to start from")
        }
        guard out != nil || findLr else {
            throw ValidationError("--out is missing: the folder for the trained model")
        }
        if let timeLimit, Quantity.seconds(timeLimit) == nil {
            throw ValidationError("--time-limit is '\(timeLimit)'; expected a time such as 30m or 2h")
        }
        for (flag, number) in [
            ("--checkpoint-every", checkpointEvery), ("--keep-checkpoints", keepCheckpoints),
        ] {
            if let number, number < 1 { throw ValidationError("\(flag) is \(number); at least 1") }
        }
        if seeds != nil, seed != nil {
            throw ValidationError("--seed and --seeds are two ways to say it; give one")
        }
        if let seeds, try seedList().count < 2 {
            throw ValidationError(
                "--seeds is '\(seeds)'; expected at least two different numbers with commas")
        }
        if findLr, seeds != nil { throw ValidationError("--find-lr takes one seed") }
        _ = try choice("--init-weights", initWeights, default: InitialWeights.folder)
        let problems = try options().problems(classCount: nil)
        if !problems.isEmpty {
            throw ValidationError(problems.map { "--" + Self.flagName($0) }.joined(separator: "\n"))
        }
    }

    /// A problem named as the flag is.
    private static func flagName(_ problem: String) -> String {
        let name = problem.prefix { $0 != " " }
        return String(name.replacing("_", with: "-")) + problem.dropFirst(name.count)
    }

    /// The seeds to train with.
    func seedList() throws -> [UInt64] {
        guard let seeds else { return [seed ?? TrainingOptions().seed] }
        let numbers = try seeds.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let number = UInt64(part.trimmingPrefix(" ")) else {
                throw ValidationError(
                    "--seeds is '\(seeds)'; expected whole numbers with commas, as in 1,2,3")
            }
            return number
        }
        guard Set(numbers).count == numbers.count else {
            throw ValidationError("--seeds is '\(seeds)'; it names a seed twice")
        }
        return numbers
    }

    /// The options with defaults where nothing was said.
    func options() throws -> TrainingOptions {
        var options = TrainingOptions()
        options.method = try choice("--method", method, default: options.method)
        options.l2 = l2 ?? options.l2
        options.epochs = epochs ?? options.epochs
        options.maxSteps = maxSteps
        options.batchSize = batchSize ?? options.batchSize
        options.accumulate = accumulate ?? options.accumulate
        options.learningRate = learningRate ?? options.learningRate
        options.warmup = warmup ?? options.warmup
        options.weightDecay = weightDecay ?? options.weightDecay
        options.clipNorm = clip ?? options.clipNorm
        options.seed = seed ?? options.seed
        options.metric = try choice("--metric", metric, default: options.metric)
        if let evaluateEvery { options.evaluation = .steps(evaluateEvery) }
        options.patience = patience
        options.classWeights = try weights()
        options.usesProbabilities = try choice("--targets", targets, default: Targets.labels) == .votes
        options.labelSmoothing = labelSmoothing ?? options.labelSmoothing
        options.layerDecay = layerDecay ?? options.layerDecay
        options.frozenLayers = freezeLayers
        options.recomputesActivations = gradientCheckpointing
        options.precision = try number(format: choice("--precision", precision, default: Format.auto))
        options.threads = threads ?? Machine.threads
        return options
    }

    private enum InitialWeights: String, CaseIterable { case folder, random }

    /// Whether weights in the folder to start from are left alone.
    var hasRandomWeights: Bool { initWeights == InitialWeights.random.rawValue }

    private enum Targets: String, CaseIterable { case labels, votes }
    private enum Format: String, CaseIterable { case auto, fp32, bf16 }

    private func number(format: Format) -> Precision {
        switch format {
        case .auto: ComputeFacts.fastestPrecision
        case .fp32: .fp32
        case .bf16: .bf16
        }
    }

    private func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ flag: String, _ text: String?, default fallback: Choice
    ) throws -> Choice {
        guard let text else { return fallback }
        guard let choice = Choice(rawValue: text) else {
            let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(flag) is '\(text)'; expected one of \(all)")
        }
        return choice
    }

    private func weights() throws -> TrainingOptions.ClassWeights {
        switch classWeights {
        case nil, "uniform": return .uniform
        case "balanced": return .balanced
        case let text?:
            let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
            let factors = numbers.compactMap { $0 }
            guard factors.count == numbers.count else {
                throw ValidationError(
                    "--class-weights is '\(text)'; expected uniform, balanced, or numbers with commas, as in 1,2.5"
                )
            }
            return .given(factors)
        }
    }
}
