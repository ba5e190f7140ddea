package import Diagnostics
private import Foundation
internal import Models
internal import ShardFormat
package import StageKit
internal import Training

/// Trains a classifier on token shards: an encoder, of which the checkpoint is kept that does best on the dev side, or a
/// baseline, which reads the texts of their rows.
///
/// A run that is killed continues from its last checkpoint and ends with the same bytes.
package struct TrainStage: Stage {
    package static let kind = StageKind(
        "train",
        revision: 5,  // 5: no temperature where dev tells none, no start from a classifier for something else
        summary:
            "Train a classifier on token shards: an encoder, whose best checkpoint on dev is kept, a Text-CNN, or a baseline.",
        inputs: [
            Port("data", "shards-v1"), Port("init", "model-v1", optional: true),
            Port("vectors", VectorFolder.artifactType, optional: true),
            Port("teacher", "model-v1", optional: true, many: true),
            Port("texts", "texts-v1", "split-v1", optional: true), Port("split", "split-v1", optional: true),
            Port("features", "features-v1", optional: true),
        ],
        outputs: [Port("model", "model-v1")],
        figures: TrainFigures.declared(),
        headline: TrainFigures.names(\.steps, \.bestStep, \.metric, \.bestMetric),
        report: .train,
        example: """
            model:
              uses: train
              from: {data: shards, init: pretrained}
              with: {epochs: 5, batch_size: 32, learning_rate: 3e-5, path: out/model}
            """,
        values: [
            "block_rows": "8",
            "distillation.max_texts": "20000",
            "distillation.temperature": "2",
            "engine.mpi.launcher": "srun",
            "engine.mpi.options": "-hosts alpha,beta",
            "engine.mpi.processes": "4",
            "engine.torchrun.processes": "2",
            "engine.torchrun.python": "venv/bin/python",
            "evaluate_every": "500",
            "freeze_layers": "2",
            "init": "beomi/kcbert-base",
            "lora_alpha": "16",
            "lora_maps": "all",
            "lora_rank": "8",
            "max_steps": "2000",
            "path": "out/model",
            "patience": "3",
            "text_cnn.file": "vectors.bin",
            "text_cnn.vector_size": "300",
            "tfidf.max_features": "200000",
            "track": "[tensorboard]",
        ]
    )

    private let settings: TrainingSettings
    private let path: String?
    private let trackers: [String]
    private let resolved: JSONValue
    /// Whether weights of the start folder are left alone.
    let hasRandomWeights: Bool
    /// What to fit in place of an encoder.
    let baseline: BaselineParameters?
    /// What a Text-CNN is made of, in place of an encoder.
    let textCNN: TextCNNParameters?
    /// How to learn from teachers, where there are some.
    let distillation: DistillationParameters
    /// What takes the steps, where that is not this process alone.
    let engine: TrainingEngine?

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.folder(
            "init", required: false,
            part: .model,
            help:
                "Model to start from: a Hugging Face folder, or the name of a model in the Hugging Face cache; without weights it starts from random ones."
        )
        hasRandomWeights =
            parameters.choice(
                "init_weights", default: "folder", of: ["folder", "random"],
                help: "Whether to load the weights of 'init', or to draw random ones instead.")
            == "random"
        let settings = TrainingSettings(&parameters)
        let model = BaselineParameters.model(&parameters)
        baseline = BaselineParameters(&parameters, model: model)
        textCNN = TextCNNParameters(&parameters, model: model)
        distillation = DistillationParameters(
            &parameters, model: model, method: settings.options.method)
        engine = TrainingEngine(&parameters)
        for conflict in engine?.conflicts(settings, model: model) ?? [] {
            parameters.reject(
                conflict.key, "'\(conflict.key)' \(conflict.text)", hint: "or leave 'engine' out")
        }
        if baseline == nil, textCNN == nil { settings.warnOfRate(&parameters) }
        if baseline != nil, settings.options.samplesProbabilities == true {
            parameters.reject(
                "targets",
                "'targets' is votes_sampled, which draws classes in each epoch, and a baseline has none",
                hint: "set it to votes")
        }
        path = parameters.outputPath(
            "path", default: nil, placeholders: ["date", "label_set", "run"],
            help: "Folder to write the model into.")
        trackers = parameters.trackers()
        try parameters.finish()
        self.settings = settings
        resolved = parameters.resolved
    }

    package func run(in context: StageContext) async throws -> StageResult {
        switch engine {
        case nil: return try TrainingFailure.asStageError { try train(context) }
        case .torchrun(let engine)?:
            return try await TrainingFailure.waiting { try await train(by: engine, context) }
        case .mpi(let engine)?:
            return try await TrainingFailure.waiting { try await train(by: engine, context) }
        }
    }

    private func train(by engine: MPIEngine, _ context: StageContext) async throws -> StageResult {
        let data = try context.inputs.one("data")
        var options = settings.options
        options.threads = context.threads
        options.blockRows = MPIEngine.blockRows(options)
        let (tuning, _) = try tuning(data, options, context)
        let places = places(context)
        let run = MPIRun(
            engine: engine, settings: settings, hasRandomWeights: hasRandomWeights,
            baseFolder: context.baseFolder, workFolder: context.workFolder, threads: context.threads,
            progress: context.progress, isStopRequested: { context.isStopping })
        try await run.train(tuning, places)
        let outcome = try run.finish(tuning, places)
        let result = try result(outcome, tuning, data, context)
        track(context).write(result.figures)
        return result
    }

    private func places(_ context: StageContext) -> FineTuning.Paths {
        var places = FineTuning.Paths(
            checkpoints: context.workFolder + "/checkpoints", output: context.outputFolder + "/model")
        places.removesCheckpoints = false
        places.checkpointInterval = settings.checkpointInterval
        places.kept = settings.keptCheckpoints
        return places
    }

    private func train(by engine: TorchrunEngine, _ context: StageContext) async throws -> StageResult {
        let data = try context.inputs.one("data")
        var options = settings.options
        options.threads = context.threads
        let (tuning, _) = try tuning(data, options, context)
        let handOff = try TrainingHandOff(
            tuning, in: context.workFolder + "/torchrun", output: context.outputFolder + "/model")
        let run = TorchrunRun(
            engine: engine, baseFolder: context.baseFolder, progress: context.progress,
            expectsRandomWeights: hasRandomWeights, isStopRequested: { context.isStopping })
        let outcome = try await run.train(
            handOff, threads: context.threads, checkpointInterval: settings.checkpointInterval)
        let result = try result(outcome, tuning, data, context)
        track(context).write(result.figures)
        return result
    }

    private func train(_ context: StageContext) throws -> StageResult {
        let data = try context.inputs.one("data")
        if let baseline {
            let shards = try shards(data, context)
            return try fit(baseline, shards, data, context)
        }
        var options = textCNN?.options(settings.options) ?? settings.options
        options.threads = context.threads
        let (tuning, vectors) = try tuning(data, options, context)
        let places = places(context)
        context.progress.log(ComputeEnvironment.text(options), [:])
        let track = track(context)
        let finished = try TrainingWatch(
            progress: context.progress, expectsRandomWeights: hasRandomWeights || textCNN != nil
        ).follow(tuning, places, track: track) {
            (try? context.checkpoint()) == nil
        }
        guard let outcome = finished else { throw StageInterrupted() }
        if let vectors { try vectors.add(to: places.output + "/README.md") }
        let result = try result(outcome, tuning, data, context)
        track.finish(result.figures)
        return result
    }

    /// The shards, with rows to learn from, and no input beside them that means nothing.
    private func shards(_ data: InputArtifact, _ context: StageContext) throws -> ShardFolder {
        let connected = Self.optionalInputs.filter { context.inputs.first($0) != nil }
        if let problem = unusedInput(among: connected) { throw problem }
        let shards = try ShardFolder(data.path)
        try checkSides(shards.manifest, context)
        return shards
    }

    /// All that a training of an encoder or a Text-CNN is made of, and of given vectors what was found.
    private func tuning(
        _ data: InputArtifact, _ options: TrainingOptions, _ context: StageContext
    ) throws -> (FineTuning, TextCNNStart.Vectors?) {
        let shards = try shards(data, context)
        let teachers = try Teachers(distillation, of: shards, data, context)
        let (initial, vectors) = try start(shards, options, teachers, context)
        let folder = try StartFolder.open(initial, shards: shards, randomWeights: hasRandomWeights)
        try folder.provenance?.requireCleaning(of: shards.manifest)
        try checkLength(folder.configuration, shards.manifest)
        var tuning = try FineTuning(shards: shards, start: folder, tokenizerDigest: nil, options: options)
        tuning.teaching = try teachers?.teaching(threads: options.threads, precision: options.precision)
        tuning.startName =
            context.inputs.first("init").map { "the model of stage '\($0.stage)'" }
            ?? context.files["init"]?.first?.shownPath
        tuning.features = try context.inputs.first("features").map { try FeatureFolder($0.path) }
        return (tuning, vectors)
    }

    private func result(
        _ outcome: FineTuning.Outcome, _ tuning: FineTuning, _ data: InputArtifact, _ context: StageContext
    ) throws -> StageResult {
        let figures = FinishedTraining(
            options: tuning.options, outcome: outcome,
            size: TrainFigures.ModelSize(tuning.start.configuration.plan)
        ).figures.json
        return StageResult(
            outputs: [StageOutput(port: "model", path: "model", locator: data.locator)],
            figures: figures,
            publications: try publications(context))
    }

    private func track(_ context: StageContext) -> TrainingTrack {
        TrainingTrack(trackers, settings: resolved, context)
    }

    private func fit(
        _ baseline: BaselineParameters, _ shards: ShardFolder, _ data: InputArtifact, _ context: StageContext
    ) throws -> StageResult {
        let run = BaselineRun(settings: baseline.settings, options: settings.options, context: context)
        let track = track(context)
        track.open(after: 0)
        let figures = try run.run(shards, of: data, to: context.outputFolder + "/model")
        track.finish(figures.json)
        return StageResult(
            outputs: [StageOutput(port: "model", path: "model", locator: data.locator)],
            figures: figures.json,
            publications: try publications(context))
    }

    /// The folder to start from, and of a Text-CNN's given vectors what was found.
    private func start(
        _ shards: ShardFolder, _ options: TrainingOptions, _ teachers: Teachers?, _ context: StageContext
    ) throws -> (folder: String, vectors: TextCNNStart.Vectors?) {
        if let folder = try teachers?.start() { return (folder, nil) }
        guard let textCNN else { return (try StartFolder.path(in: context, of: Self.kind), nil) }
        let folder = context.workFolder + "/start"
        let start = TextCNNStart(parameters: textCNN, shards: shards, context: context, seed: options.seed)
        return (folder, try start.write(to: folder))
    }

    static let optionalInputs = ["init", "vectors", "features"] + DistillationParameters.inputs

    /// An input that the model has no use for; `nil` if there is none.
    func unusedInput(among connected: [String]) -> StageError? {
        let model = baseline?.settings.kind.rawValue ?? (textCNN == nil ? nil : TextCNNParameters.model)
        if let model, connected.contains("init") {
            return StageError(
                "input 'init' is for encoders, and the model is \(model)", hint: "leave the input out")
        }
        if textCNN == nil, connected.contains("vectors") {
            return StageError(
                "input 'vectors' is for a Text-CNN, and the model is \(model ?? "an encoder")",
                hint: "set model: text_cnn, or leave the input out")
        }
        if connected.contains("features"), model != nil || settings.options.method != .features {
            return StageError(
                "input 'features' is for the last map of a frozen encoder, and this stage trains "
                    + (model ?? "all of its weights"),
                hint: model == nil ? "set method: features, or leave the input out" : "leave the input out")
        }
        if let engine, connected.contains("teacher") {
            let alone = engine.name == MPIEngine.name ? "one process" : "splitvote's own trainer"
            return StageError(
                "input 'teacher' is for \(alone), and the engine is \(engine.name)",
                hint: "leave the input out, or leave 'engine' out")
        }
        if distillation.copiedLayers != nil, connected.contains("init") {
            return StageError(
                "input 'init' names a start, and copy_layers begins with layers of the teacher",
                hint: "leave one of them out")
        }
        let method = settings.options.method
        return distillation.problem(
            among: connected,
            model: baseline?.settings.kind.rawValue
                ?? (method == .features ? "trained by method: features" : nil))
    }

    private func checkSides(_ manifest: ShardManifest, _ context: StageContext) throws(StageError) {
        guard manifest.rows["train", default: 0] > 0 else {
            let sides = manifest.rows.keys.sorted().joined(separator: ", ")
            throw StageError(
                "there are no rows to train on: the shards have the sides \(sides), and none called train with rows",
                hint: "name the sides train, dev and test in 'shares' of the split stage")
        }
        if manifest.rows["dev", default: 0] == 0 {
            context.progress.warn(
                "there is no side dev with rows, so "
                    + (baseline == nil
                        ? "the last checkpoint is kept, not the best"
                        : "parts of the training rows choose the penalty"))
        }
    }

    private func checkLength(_ configuration: ModelConfiguration, _ manifest: ShardManifest)
        throws(StageError)
    {
        guard configuration.plan.maxTokens >= manifest.maxTokens else {
            throw StageError(
                "rows of the shards have up to \(manifest.maxTokens) tokens; the model has "
                    + "\(configuration.plan.maxTokens) positions",
                hint: "set max_tokens of the shards stage to \(configuration.plan.maxTokens) or less")
        }
    }

    private func publications(_ context: StageContext) throws -> [Publication] {
        try path.map { try Publication.files(of: "model", in: context, to: $0) } ?? []
    }
}
