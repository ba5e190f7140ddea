import Models
import ShardFormat

/// A whole training run from folder to folder: shards and a model to start from in, a trained model out.
public struct FineTuning {
    /// What is known before the first step.
    public struct Start {
        public let load: LoadReport
        /// Step of the checkpoint the run goes on from; nil where it starts anew.
        public let resumedFrom: Int?
        /// Nil for a method that has no steps.
        public let budget: TrainingBudget?
        public let totalSteps: Int
    }

    /// What a finished run came to.
    public struct Outcome {
        public let summary: TrainingSummary
        /// The curves and all dev evaluations.
        public let state: TrainingState
        public let load: LoadReport
        /// Step of the checkpoint the run went on from; nil where it started anew.
        public let resumedFrom: Int?
        /// Weights of the model.
        public let parameterCount: Int
    }

    public let shards: ShardFolder
    public let start: ModelFolder
    public let options: TrainingOptions

    /// Checks that shards and model belong together.
    ///
    /// - Parameters:
    ///   - start: the model to start from; without weights it starts from random numbers.
    ///   - tokenizerDigest: digest of the start model's tokenizer, which must be that of the shards.
    /// - Throws: `ShardError` that names the field that differs.
    public init(
        shards: ShardFolder, start: ModelFolder, tokenizerDigest: String?, options: TrainingOptions
    ) throws {
        try shards.manifest.requireFit(
            tokenizerDigest: tokenizerDigest, vocabularySize: start.configuration.vocabularySize,
            positions: start.configuration.maxPositions)
        try start.provenance?.requireCleaning(of: shards.manifest)
        self.shards = shards
        self.start = start
        self.options = options
    }

    /// Trains, or goes on where a run of the same kind was interrupted, and writes the model.
    ///
    /// - Parameters:
    ///   - checkpoints: folder for checkpoints.
    ///   - removesCheckpoints: whether that folder is removed when the model has been written.
    ///   - checkpointInterval: steps between checkpoints, beside those at each dev evaluation.
    ///   - kept: checkpoints to keep, at least 1.
    ///   - output: folder of the trained model.
    ///   - loaded: called once with what became of each tensor and what is to come; may refuse the run.
    ///   - observe: called with each event.
    ///   - saved: called with the step and the path of each checkpoint.
    ///   - shouldStop: asked before each step; on true a checkpoint is saved and the run interrupted.
    /// - Returns: what the run came to, or nil when it was interrupted.
    public func run(
        checkpoints: String, removesCheckpoints: Bool = true, checkpointInterval: Int? = nil, kept: Int = 1,
        output: String,
        loaded: (Start) throws -> Void = { _ in },
        observe: (TrainingEvent) throws -> Void = { _ in }, saved: (Int, String) throws -> Void = { _, _ in },
        shouldStop: () -> Bool = { false }
    ) throws -> Outcome? {
        let manifest = shards.manifest
        let training = try shards.rows(of: "train")
        let dev = manifest.rows["dev", default: 0] > 0 ? try shards.rows(of: "dev") : nil
        let (model, load) = try start.makeModel(
            labelCount: manifest.labelNames.count, seed: options.seed, threads: options.threads,
            precision: options.precision)
        let trainer = try Trainer(model, options: options, training: training, dev: dev)
        let run = try TrainingRun(
            trainer, folder: checkpoints, checkpointInterval: checkpointInterval, kept: kept)
        try loaded(
            Start(
                load: load, resumedFrom: run.resumedFrom,
                budget: TrainingBudget(trainer, keptCheckpoints: kept, room: SystemRoom(folder: checkpoints)),
                totalSteps: trainer.totalSteps))
        guard let summary = try run.run(observe: observe, saved: saved, shouldStop: shouldStop) else {
            return nil
        }
        let card = ModelCard(
            options: options, manifest: manifest, load: load, state: trainer.state, summary: summary,
            parameterCount: model.parameters.parameterCount)
        try TrainedModel(
            model: model, labels: manifest.labelNames, source: start, provenance: ModelProvenance(manifest),
            lowercase: manifest.tokenizer.lowercase, card: card.text
        ).write(to: output)
        if removesCheckpoints { try run.removeCheckpoints() }
        return Outcome(
            summary: summary, state: trainer.state, load: load, resumedFrom: run.resumedFrom,
            parameterCount: model.parameters.parameterCount)
    }
}
