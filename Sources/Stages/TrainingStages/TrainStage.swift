public import Diagnostics
private import Foundation
internal import Models
internal import ShardFormat
public import StageKit
internal import Training

/// Trains a BERT classifier on token shards and keeps the checkpoint that does best on the dev side.
///
/// A run that is killed goes on from its last checkpoint and ends with the same bytes.
public struct TrainStage: Stage {
    public static let kind = StageKind(
        "train",
        revision: 1,
        summary: "Train a BERT classifier on token shards; the best checkpoint on dev is kept.",
        inputs: [Port("data", "shards-v1"), Port("init", "model-v1", optional: true)],
        outputs: [Port("model", "model-v1")],
        figures: [
            Figure("parameters", "weights of the model"),
            Figure("steps", "optimiser steps taken"),
            Figure("epochs", "passes over the training rows"),
            Figure("best_step", "step of the checkpoint that was kept"),
            Figure("best_metric", "its score on the dev side"),
        ]
    )

    private let options: TrainingOptions
    private let checkpointInterval: Int
    private let path: String?

    public init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.folder(
            "init", required: false,
            help: "Model to start from: a Hugging Face folder; without weights it starts from random ones.")
        let options = TrainingOptions(&parameters)
        checkpointInterval = parameters.unfingerprintedInt(
            "checkpoint_every", default: 200, in: 1...100_000_000, help: "Steps between checkpoints.")
        path = parameters.outputPath(
            "path", default: nil, placeholders: ["date", "label_set", "run"],
            help: "Folder to put the model into.")
        try parameters.finish()
        self.options = options
    }

    public func run(in context: StageContext) async throws -> StageResult {
        do {
            return try train(context)
        } catch let error as TrainingError {
            throw StageError(error.description)
        } catch let error as ShardError {
            throw StageError(error.description)
        }
    }

    private func train(_ context: StageContext) throws -> StageResult {
        let data = try context.inputs.one("data")
        let shards = try ShardFolder(data.path)
        try checkSides(shards.manifest)
        let start = context.workFolder + "/start"
        try StartFolder.assemble(from: try initialFolder(context), shards: shards, at: start)
        let folder = try ModelFolder(start)
        try folder.provenance?.requireCleaning(of: shards.manifest)
        try checkLength(folder.configuration, shards.manifest)
        var options = options
        options.threads = context.threads
        let (model, load) = try folder.makeModel(
            labelCount: shards.manifest.labelNames.count, seed: options.seed, threads: context.threads,
            precision: options.precision)
        if folder.hasWeights {
            context.progress.log(load.table, [:])
        } else {
            context.progress.warn("no weights in the start folder: the model starts from random ones")
        }
        let trainer = try Trainer(
            model, options: options, training: shards.rows(of: "train"), dev: devRows(of: shards, context))
        let run = try TrainingRun(
            trainer, folder: context.workFolder + "/checkpoints", checkpointInterval: checkpointInterval)
        if let step = run.resumedFrom { context.progress.log("training goes on", ["step": "\(step)"]) }
        let watch = TrainingWatch(progress: context.progress, totalSteps: trainer.totalSteps)
        let finished = try run.run(
            observe: watch.observe, shouldStop: { (try? context.checkpoint()) == nil })
        guard let summary = finished else { throw StageInterrupted() }
        let card = ModelCard(
            options: options, manifest: shards.manifest, load: load, state: trainer.state, summary: summary,
            parameterCount: model.parameters.values.count)
        try TrainedModel(
            model: model, labels: shards.manifest.labelNames, source: folder,
            provenance: ModelProvenance(shards.manifest), lowercase: shards.manifest.tokenizer.lowercase,
            card: card.text
        ).write(to: context.outputFolder + "/model")
        return StageResult(
            outputs: [StageOutput(port: "model", path: "model", locator: data.locator)],
            figures: TrainingFigures(
                trainer: trainer, summary: summary,
                size: TrainingFigures.ModelSize(
                    parameters: model.parameters.values.count, layers: model.configuration.layers,
                    hidden: model.configuration.hiddenSize, heads: model.configuration.heads),
                startsRandom: !folder.hasWeights
            ).figures,
            publications: try publications(context))
    }

    private func initialFolder(_ context: StageContext) throws -> String {
        let connected = context.inputs.first("init")?.path
        if let named = context.files["init"]?.first, connected != nil {
            throw StageError(
                "the train stage has two models to start from: the folder \(named.shownPath), and the one of input 'init'",
                hint: "leave one of them out")
        }
        guard let folder = connected ?? context.files["init"]?.first?.path else {
            throw StageError(
                "the train stage does not say which model to start from",
                hint: "set 'init' to a folder with config.json, or connect input 'init' to a model")
        }
        return folder
    }

    private func checkSides(_ manifest: ShardManifest) throws(StageError) {
        guard manifest.rows["train", default: 0] == 0 else { return }
        let sides = manifest.rows.keys.sorted().joined(separator: ", ")
        throw StageError(
            "there are no rows to train on: the shards have the sides \(sides), and none called train with rows",
            hint: "name the sides train, dev and test in 'shares' of the split stage")
    }

    private func devRows(of shards: ShardFolder, _ context: StageContext) throws -> TokenRows? {
        guard shards.manifest.rows["dev", default: 0] > 0 else {
            context.progress.warn(
                "there is no side dev with rows, so the last checkpoint is kept, not the best")
            return nil
        }
        return try shards.rows(of: "dev")
    }

    private func checkLength(_ configuration: BERTConfiguration, _ manifest: ShardManifest) throws(StageError)
    {
        guard configuration.maxPositions >= manifest.maxTokens else {
            throw StageError(
                "rows of the shards have up to \(manifest.maxTokens) tokens; the model has "
                    + "\(configuration.maxPositions) positions",
                hint: "set max_tokens of the shards stage to \(configuration.maxPositions) or less")
        }
    }

    private func publications(_ context: StageContext) throws -> [Publication] {
        guard let path else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: context.outputFolder + "/model").sorted()
            .map {
                Publication(path: "model/\($0)", template: "\(path)/\($0)")
            }
    }
}

extension TrainingOptions {
    /// Reads what a pipeline file says; `threads` is not among it.
    fileprivate init(_ parameters: inout ParameterReader) {
        self.init()
        epochs = parameters.int(
            "epochs", default: 5, in: 1...10_000, help: "Passes over the training rows.")
        maxSteps = parameters.optionalInt(
            "max_steps", in: 1...100_000_000, help: "Optimiser steps in all, instead of epochs.")
        batchSize = parameters.int("batch_size", default: 32, in: 1...65_536, unit: "rows")
        learningRate = parameters.number(
            "learning_rate", default: 3e-5, in: 1e-12...10, help: "Highest learning rate, after warm-up.")
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
                    "precision", default: "fp32", of: Precision.allCases.map(\.rawValue),
                    help: "Number format of the matrix products.")) ?? .fp32
    }
}

/// Shows how training goes on.
private struct TrainingWatch {
    let progress: any ProgressSink
    let totalSteps: Int

    func observe(_ event: TrainingEvent) {
        switch event {
        case .step(let report):
            progress.report(
                report.step, of: totalSteps, unit: "steps",
                note: "loss \(Self.rounded(report.loss)), \(Int(report.tokensPerSecond)) tokens/s")
        case .evaluation(let report):
            progress.log(
                "dev scores",
                [
                    "step": "\(report.step)", "accuracy": Self.rounded(report.scores.accuracy),
                    "macro_f1": Self.rounded(report.scores.macroF1),
                    "loss": Self.rounded(report.scores.logLoss),
                    "best": report.isBest ? "yes" : "no",
                ])
        case .finished: break
        }
    }

    private static func rounded(_ value: Double) -> String {
        String(format: "%.4f", value)
    }
}
