import HubFiles
import JSON
package import MessagePassing
import Models
import ShardFormat

/// A whole training run from folder to folder: shards and a model to start from in, a trained model out.
package struct FineTuning {
    /// What is known before the first step.
    package struct Start {
        package let load: LoadReport
        /// Step of the checkpoint the run continues from; nil if it starts over.
        package let resumedFrom: Int?
        /// Nil for a method that has no steps.
        package let budget: TrainingBudget?
        /// What is done otherwise than one might expect, a sentence each.
        package let notes: [String]
    }

    /// What a finished run came to.
    package struct Outcome {
        package let summary: TrainingSummary
        /// The curves and all dev evaluations.
        package let state: TrainingState
        package let load: LoadReport
        /// Step of the checkpoint the run continued from; nil if it started over.
        package let resumedFrom: Int?
        /// Weights of the model.
        package let parameterCount: Int
        /// Where the time of its steps went.
        package var profile = StepProfile()
        /// Whether the model was there already, from an earlier run of the very same training.
        package var isFromBefore = false
        /// What took the steps, if that is not this program.
        package var trainedBy: String?
        /// Of a student, how it was taught.
        package var taught: Taught?
    }

    /// How a student was taught.
    package struct Taught {
        package let options: DistillationOptions
        package let teachers: Int
        /// What probabilities were compared at; nil for numbers.
        package let temperature: Double?
        /// Rows without labels that it learned from.
        package let unlabeledRows: Int
        /// The teachers' score on dev by the metric that checkpoints are compared by; nil without dev rows.
        package let devMetric: Double?
    }

    /// Where a run reads and writes, and what it keeps.
    package struct Paths {
        /// Folder for checkpoints.
        package var checkpoints: String
        /// Folder of the trained model.
        package var output: String
        /// Steps between checkpoints, beside those at each dev evaluation.
        package var checkpointInterval: Int?
        /// Checkpoints to keep, at least 1.
        package var kept = 1
        /// Whether the checkpoints are removed when the model has been written.
        package var removesCheckpoints = true
        /// Whether a record is left in the output, and a training whose record is there already is not done again.
        package var skipsFinished = false

        package init(checkpoints: String, output: String) {
            self.checkpoints = checkpoints
            self.output = output
        }
    }

    /// Name of the record of a finished training in its model's folder.
    package static let recordName = "training.json"

    package let shards: ShardFolder
    package let start: ModelFolder
    package let options: TrainingOptions
    /// Whom the model learns from beside the shards; nil for nobody.
    package var teaching: Teaching?
    /// What people call the model to start from; nil for its path.
    package var startName: String?
    /// Features of the rows, where they are known; for ``TrainingOptions/Method/features`` alone.
    package var features: FeatureFolder?
    /// The processes that share each step. The first of them reads and writes checkpoints, writes the model and is told of
    /// what happens; the others read shards and start alone.
    package var communicator: any Communicator = SingleProcess()
    /// What the shards are to teach.
    package var task: TrainingTask { TrainingTask(shards.manifest.taskName) }

    /// Checks that shards and model belong together.
    ///
    /// - Parameters:
    ///   - start: the model to start from; without weights it starts from random numbers.
    ///   - tokenizerDigest: digest of the start model's tokenizer, which must be that of the shards.
    /// - Throws: `ShardError` that names the field that differs.
    package init(
        shards: ShardFolder, start: ModelFolder, tokenizerDigest: String?, options: TrainingOptions
    ) throws {
        try shards.manifest.requireFit(
            tokenizerDigest: tokenizerDigest, vocabularySize: start.configuration.plan.vocabularySize,
            positions: start.configuration.plan.maxTokens)
        try start.provenance?.requireCleaning(of: shards.manifest)
        let plan = start.configuration.plan
        if let pair = shards.manifest.textPair, plan.segmentTypes < 2, !plan.ignoresSegments {
            throw ShardError(
                "text_pair: the shards hold pairs of \(pair) and comment; the model knows one segment (type_vocab_size), "
                    + "two are needed")
        }
        self.shards = shards
        self.start = start
        var options = options
        options.metric = options.metric(for: shards.manifest.taskName)
        self.options = options
    }

    /// Trains, or continues where a run of the same kind was interrupted, and writes the model.
    ///
    /// - Parameters:
    ///   - loaded: called once with what became of each tensor and what is to come; may refuse the run.
    ///   - observe: called with each event.
    ///   - saved: called with the step and the path of each checkpoint.
    ///   - shouldStop: asked before each step; on true a checkpoint is saved and the run interrupted.
    /// - Returns: what the run came to, or nil when it was interrupted.
    package func run(
        _ places: Paths, loaded: (Start) throws -> Void = { _ in },
        observe: (TrainingEvent) throws -> Void = { _ in }, saved: (Int, String) throws -> Void = { _, _ in },
        shouldStop: () -> Bool = { false }
    ) throws -> Outcome? {
        try checkAdapters()
        let manifest = shards.manifest
        let training = try shards.rows(of: "train")
        let dev = manifest.rows["dev", default: 0] > 0 ? try shards.rows(of: "dev") : nil
        let (model, load, headNote) = try start.makeModel(
            for: manifest.labelNames, task: task, options: options, pooling: try knownPooling())
        var notes = answerTuning(dev).notes
        if let headNote { notes.insert(headNote, at: 0) }
        if let readNote { notes.append(readNote) }
        // Checks options and rows, whatever the method.
        let student = Teaching.Student(
            model: model, task: task, options: options, training: training, dev: dev)
        let lesson = try teaching.map {
            try Lesson(
                from: $0, to: student, names: manifest.labelNames, folder: places.checkpoints,
                observe: observe, shouldStop: shouldStop)
        }
        if let lesson, lesson.isStopped { return nil }
        let trainer = try Trainer(
            model, options: options, training: training, dev: dev, task: task, labels: manifest.labelNames,
            distillation: lesson?.distillation, communicator: communicator)
        try trainer.checkAgreement()
        if places.skipsFinished {
            switch try findFinished(trainer, places) {
            case .nothing: break
            case .same(let summary):
                return Outcome(
                    summary: summary, state: trainer.state, load: load, resumedFrom: nil,
                    parameterCount: model.parameters.parameterCount, isFromBefore: true)
            case .former(let why): notes.append(why)
            }
        }
        let work = Work(
            trainer: trainer, model: model, load: load, training: training, dev: dev, places: places,
            notes: notes, lesson: lesson)
        guard
            let result = try train(
                work, loaded: loaded, observe: observe, saved: saved, shouldStop: shouldStop)
        else { return nil }
        if communicator.isLeader { try write(result, of: work) }
        if communicator.isLeader, places.removesCheckpoints {
            try TrainingRun.removeCheckpoints(in: places.checkpoints)
        }
        return Outcome(
            summary: result.summary, state: result.state, load: load, resumedFrom: result.resumedFrom,
            parameterCount: model.parameters.parameterCount, profile: trainer.profile, taught: lesson?.taught)
    }

    /// Adapters belong to weights that somebody has, and are not of others.
    private func checkAdapters() throws(TrainingError) {
        if options.lowRank == nil { return }
        let name = startName ?? start.path
        if !start.hasWeights {
            throw .advised(
                "lora_rank leaves the weights of the start as they are, and \(name) has none",
                hint: "start from a model with weights, or leave lora_rank out")
        }
        if start.adapter != nil {
            throw .advised(
                "lora_rank trains adapters of a model, and \(name) holds adapters itself",
                hint:
                    "start from a folder that has these in its weights, such as the one that 'adapter' is in")
        }
    }

    struct Work {
        let trainer: Trainer
        let model: any TrainableModel
        let load: LoadReport
        let training: TokenRows
        let dev: TokenRows?
        let places: Paths
        let notes: [String]
        let lesson: Lesson?
    }

    struct Result {
        let summary: TrainingSummary
        let state: TrainingState
        var resumedFrom: Int?
        /// Scores of the dev rows, where they are known.
        var devLogits: [Float]?
        /// What trained it, if that is not this program; see ``ModelProvenance/trainedBy``.
        var trainedBy: String?
    }

    /// How the known features were pooled; nil if none are known.
    /// - Throws: ``TrainingError`` for features of another encoder than the one to start from.
    func knownPooling() throws -> StatePooling? {
        guard let features else { return nil }
        guard try features.manifest.encoder == start.encoderDigest(seed: options.seed) else {
            throw TrainingError.advised(
                "the features were made by another model than \(start.path)"
                    + (start.hasWeights ? "" : ", whose random weights follow from seed \(options.seed)"),
                hint: "start from the model that the features stage names"
                    + (start.hasWeights ? "" : ", with the same seed"))
        }
        return try features.manifest.statePooling(in: features.path)
    }

    /// Trains by the method that the options name; nil when interrupted.
    private func train(
        _ work: Work, loaded: (Start) throws -> Void, observe: (TrainingEvent) throws -> Void,
        saved: (Int, String) throws -> Void, shouldStop: () -> Bool
    ) throws -> Result? {
        let places = work.places
        switch options.method {
        case .fineTune:
            guard communicator.isLeader else { return try follow(work, shouldStop: shouldStop) }
            let run = try TrainingRun(
                work.trainer, folder: places.checkpoints, checkpointInterval: places.checkpointInterval,
                kept: places.kept)
            let resources = SystemResources(folder: places.checkpoints)
            let budget = TrainingBudget(work.trainer, keptCheckpoints: places.kept, resources: resources)
            try loaded(
                Start(load: work.load, resumedFrom: run.resumedFrom, budget: budget, notes: work.notes))
            try work.trainer.shareState()
            var stop = SharedStop(communicator)
            guard
                let summary = try run.run(
                    observe: observe, saved: saved, shouldStop: { stop.isDue(shouldStop()) })
            else {
                try stop.throwProblem()
                return nil
            }
            return Result(summary: summary, state: work.trainer.state, resumedFrom: run.resumedFrom)
        case .features:
            try loaded(Start(load: work.load, resumedFrom: nil, budget: nil, notes: work.notes))
            let features = FeatureTraining(
                model: work.model, task: task, options: options, training: work.training, dev: work.dev)
            let source = self.features.map { FeatureTraining.Source.known($0) }
            let found = try features.run(
                source ?? .computed(folder: places.checkpoints), observe: observe, shouldStop: shouldStop)
            return found.map { Result(summary: $0.summary, state: $0.state, devLogits: $0.devLogits) }
        }
    }

    /// Takes the same steps as the leader, and keeps nothing.
    private func follow(_ work: Work, shouldStop: () -> Bool) throws -> Result? {
        try work.trainer.shareState()
        var stop = SharedStop(communicator)
        while !work.trainer.state.isFinished {
            if stop.isDue(shouldStop()) {
                try stop.throwProblem()
                return nil
            }
            _ = try work.trainer.next()
        }
        return Result(summary: work.trainer.summary, state: work.trainer.state)
    }

    /// What the leader finds in the output, for all processes.
    private func findFinished(_ trainer: Trainer, _ places: Paths) throws -> TrainingRecord.Found {
        if communicator.isAlone { return try TrainingRecord.find(in: places.output, of: trainer.identity) }
        var found = TrainingRecord.Found.nothing
        var told: [UInt8] = []
        if communicator.isLeader {
            found = try TrainingRecord.find(in: places.output, of: trainer.identity)
            if case .same(let summary) = found { told = try JSONCoding.bytes(of: summary) }
        }
        told = try communicator.broadcast(told)
        if communicator.isLeader || told.isEmpty { return found }
        return .same(try JSONCoding.value(from: told))
    }

    /// What to say of a start that had read the texts of every side; nil for others.
    package var readNote: String? {
        if let teaching, teaching.hasReadEverySide {
            return
                "The model learned from texts of every side, itself or by a teacher that had read them (sides: all): scores on "
                + "dev and test are those of a model that has seen their texts"
        }
        guard start.provenance?.hasReadEverySide == true else { return nil }
        return
            "The model started from an encoder that had read the texts of every side (sides: all): scores on dev and test are "
            + "those of a model that has seen their texts"
    }

    func answerTuning(_ dev: TokenRows?) -> AnswerTuning {
        AnswerTuning(options, task: task, names: shards.manifest.labelNames, dev: dev)
    }

    func write(_ result: Result, of work: Work) throws {
        let manifest = shards.manifest
        let card = ModelCard(
            options: options, manifest: manifest, load: work.load, state: result.state,
            summary: result.summary, modelType: start.configuration.dialect.modelType,
            hasPooler: start.configuration.hasPooler,
            parameterCount: work.model.parameters.parameterCount,
            teaching: work.lesson?.card(teaching?.sentences ?? []),
            pooling: work.model.configuration.plan.pooling)
        var provenance = ModelProvenance(manifest)
        provenance.hasReadEverySide =
            start.provenance?.hasReadEverySide == true || teaching?.hasReadEverySide == true
        provenance.trainedBy = result.trainedBy
        let tuning = answerTuning(work.dev)
        func logits() throws -> [Float] {
            try result.devLogits ?? work.dev.map { try Predictor(work.model, task: task).logits(of: $0) }
                ?? []
        }
        provenance.thresholds = try tuning.thresholds(logits)
        provenance.answers = try tuning.rule(logits)
        provenance.nullThreshold = try tuning.nullThreshold(logits)
        var trained = TrainedModel(
            model: work.model, task: task, labels: manifest.labelNames, source: start, provenance: provenance,
            lowercase: manifest.tokenizer.lowercase,
            card: card.text + (readNote.map { "\n**\($0).**\n" } ?? "")
                + (result.trainedBy.map { "\nThe steps were taken by \($0).\n" } ?? ""))
        trained.adapters = work.trainer.adapters
        trained.baseName = HubCache.modelName(ofSnapshot: start.path) ?? startName ?? start.path
        trained.stripsAccents = manifest.tokenizer.stripAccents
        if work.places.skipsFinished {
            trained.record = try TrainingRecord(work.trainer.identity, result.summary).encoded
        }
        try trained.write(to: work.places.output)
    }
}
