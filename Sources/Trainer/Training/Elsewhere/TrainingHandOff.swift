import Digests
import Files
import JSON
import Models
import ShardFormat

/// A training whose steps another program takes, PyTorch say: the folder that it happens in.
///
/// The folder holds all that decides the model, resolved: `settings.json`, the shards in `shards`, and in `init` the model
/// to start from with every weight, so that no random number is drawn elsewhere. What comes back is in `out`;
/// ``ReturnedTraining`` reads it.
package struct TrainingHandOff {
    /// Absolute.
    package let folder: String
    let tuning: FineTuning
    let work: FineTuning.Work

    /// Families that the other program knows.
    package static let modelTypes = ["albert", "bert", "distilbert", "electra", "ernie", "roberta"]
    private static let engine = "torchrun"
    static let settingsFile = "settings.json"
    static let format = "splitvote-torchrun"
    static let version = 1

    /// Checks shards, start and options as a training here would.
    ///
    /// - Parameters:
    ///   - folder: for the training alone.
    ///   - output: folder of the model that will come of it.
    ///   - skipsFinished: as ``FineTuning/Paths/skipsFinished``.
    /// - Throws: ``TrainingError`` where the training asks for what the other program cannot do.
    package init(
        _ tuning: FineTuning, in folder: String, output: String, skipsFinished: Bool = false
    ) throws {
        try Self.checkSupport(of: tuning)
        self.tuning = tuning
        self.folder = folder
        let manifest = tuning.shards.manifest
        let training = try tuning.shards.rows(of: "train")
        let dev = manifest.rows["dev", default: 0] > 0 ? try tuning.shards.rows(of: "dev") : nil
        let (model, load, note) = try tuning.start.makeModel(
            for: manifest.labelNames, task: tuning.task, options: tuning.options)
        let trainer = try Trainer(
            model, options: tuning.options, training: training, dev: dev, task: tuning.task,
            labels: manifest.labelNames)
        trainer.identity.engine = Self.engine
        var places = FineTuning.Paths(checkpoints: folder, output: output)
        places.skipsFinished = skipsFinished
        work = FineTuning.Work(
            trainer: trainer, model: model, load: load, training: training, dev: dev, places: places,
            notes: [note].compactMap { $0 } + tuning.answerTuning(dev).notes
                + [tuning.readNote].compactMap { $0 }, lesson: nil)
    }

    /// What is done otherwise than one might expect, a sentence each.
    package var notes: [String] { work.notes }

    /// What became of each tensor of the start.
    package var load: LoadReport { work.load }

    /// Names of the classes.
    package var labels: [String] { tuning.shards.manifest.labelNames }

    /// What the output says of this very training, if it is its model already.
    package func finishedBefore() throws -> FineTuning.Outcome? {
        guard work.places.skipsFinished,
            case .same(let summary) = try TrainingRecord.find(
                in: work.places.output, of: work.trainer.identity)
        else { return nil }
        return FineTuning.Outcome(
            summary: summary, state: work.trainer.state, load: work.load, resumedFrom: nil,
            parameterCount: work.model.parameters.parameterCount, isFromBefore: true)
    }

    /// What the other program cannot do is refused, never left out.
    private static func checkSupport(of tuning: FineTuning) throws(TrainingError) {
        let options = tuning.options
        let type = tuning.start.configuration.dialect.modelType
        func refuse(_ what: String, _ hint: String) -> TrainingError {
            .advised("engine torchrun does not take \(what)", hint: hint)
        }
        let own = "or leave 'engine' out, and splitvote trains it itself"
        if !modelTypes.contains(type) {
            throw refuse(
                "models of type '\(type)'; it takes \(modelTypes.joined(separator: ", "))",
                "choose one, \(own)")
        }
        if tuning.shards.manifest.taskName != .singleLabel {
            throw refuse(
                "the task \(tuning.shards.manifest.taskName.rawValue); it takes rows of one class each",
                "leave 'engine' out, and splitvote trains it itself")
        }
        if options.method == .features {
            throw refuse("method: features", "set method: fine_tune, \(own)")
        }
        if options.lowRank != nil { throw refuse("lora_rank", "leave it out, \(own)") }
        if options.recomputesActivations {
            throw refuse(
                "gradient_checkpointing",
                "set accumulate for less memory, which gives the same result, \(own)")
        }
        if tuning.teaching != nil { throw refuse("teachers", "leave input 'teacher' out, \(own)") }
    }

    // MARK: Writing

    /// Writes the folder, unless it is there from an earlier try of this very training, which then continues.
    ///
    /// - Parameters:
    ///   - threads: of each process.
    ///   - checkpointInterval: steps between checkpoints.
    /// - Returns: whether there was something to continue from.
    package func write(threads: Int, checkpointInterval: Int) throws -> Bool {
        let before = try former
        if before == nil {
            try Disk.remove(folder)
            try Disk.makeFolder(folder)
            try linkShards()
            try writeStart()
        }
        var settings = try before ?? settings(startDigest: Self.digest(weightsPath))
        settings["upkeep"] = [
            "checkpoint_every": .integer(checkpointInterval), "threads": .integer(max(1, threads)),
        ]
        try DurableFile.write(settings.encoded(indented: true), to: folder + "/" + Self.settingsFile)
        return before != nil
    }

    /// The settings of the folder without their upkeep, if it is that of this very training.
    private var former: JSONValue? {
        get throws {
            let path = folder + "/" + Self.settingsFile
            guard try Disk.facts(path) != nil, try Disk.facts(weightsPath) != nil,
                var found = try? JSONValue(parsing: MappedFile(path: path).copied()),
                let digest = found["init_sha256"]?.stringValue
            else { return nil }
            found["upkeep"] = nil
            return try found == settings(startDigest: digest) ? found : nil
        }
    }

    private var startPath: String { folder + "/init" }
    private var weightsPath: String { startPath + "/" + WeightFile.name }

    private func linkShards() throws {
        let target = folder + "/shards"
        try Disk.makeFolder(target)
        for name in try Disk.names(in: tuning.shards.path) {
            let path = tuning.shards.path + "/" + name
            if Disk.isFolder(path) { continue }
            if !Disk.share(path, as: target + "/" + name) { try Disk.copy(path, to: target + "/" + name) }
        }
    }

    private func writeStart() throws {
        let manifest = tuning.shards.manifest
        var start = TrainedModel(
            model: work.model, task: tuning.task, labels: manifest.labelNames, source: tuning.start,
            provenance: ModelProvenance(manifest), lowercase: manifest.tokenizer.lowercase,
            card: "The model that a training by splitvote starts from. Not trained yet.\n")
        start.stripsAccents = manifest.tokenizer.stripAccents
        try start.write(to: startPath)
    }

    /// All that decides the model.
    private func settings(startDigest: String) throws -> JSONValue {
        let manifest = tuning.shards.manifest
        return [
            "format": .string(Self.format), "version": .integer(Self.version),
            "identity": .string(try work.trainer.identity.digest), "init_sha256": .string(startDigest),
            "label_names": .array(manifest.labelNames.map(JSONValue.string)),
            "shards": [
                "manifest_sha256": .string(
                    try Self.digest(tuning.shards.path + "/" + ShardManifest.fileName)),
                "tokenizer_digest": .string(manifest.tokenizer.digest),
            ],
            "model": [
                "type": .string(tuning.start.configuration.dialect.modelType), "tensors": .array(tensors),
            ],
            "training": training,
        ]
    }

    static func digest(_ path: String) throws -> String {
        try MappedFile(path: path).withBytes { ContentDigest.of($0) }
    }

    /// Which tensors are trained, which of them decay, and the factor of each one's learning rate.
    private var tensors: [JSONValue] {
        let parameters = work.model.parameters
        return parameters.entries.enumerated().map { number, entry in
            [
                "name": .string(entry.name), "shape": .array(entry.shape.map(JSONValue.integer)),
                "decays": .bool(entry.decays), "frozen": .bool(parameters.isFrozen[number]),
                "rate": .number(work.trainer.moved.optimizer.rates[number]),
            ]
        }
    }

    private var training: JSONValue {
        let (options, trainer) = (tuning.options, work.trainer)
        func integer(_ number: Int?) -> JSONValue { number.map(JSONValue.integer) ?? .null }
        let interval: Int? = if case .steps(let steps) = options.evaluation { steps } else { nil }
        let targets =
            !options.usesProbabilities
            ? "labels" : options.samplesProbabilities == true ? "votes_sampled" : "votes"
        return [
            "accumulate": .integer(options.accumulate), "batch_size": .integer(options.batchSize),
            "class_weights": trainer.classWeights.map { .array($0.map { .number(Double($0)) }) } ?? .null,
            "clip": options.clipNorm.map(JSONValue.number) ?? .null, "evaluate_every": integer(interval),
            "freeze_layers": integer(options.frozenLayers),
            "label_smoothing": .number(options.labelSmoothing),
            "learning_rate": .number(options.learningRate),
            "metric": .string(options.metric.rawValue), "patience": integer(options.patience),
            "precision": .string(options.precision.rawValue),
            "seed": .integer(Int(clamping: options.seed)), "targets": .string(targets),
            "total_steps": .integer(trainer.totalSteps),
            "warmup_steps": .integer(trainer.schedule.warmupSteps),
            "weight_decay": .number(options.weightDecay),
        ]
    }
}

extension RunIdentity {
    /// Tells the run from others.
    var digest: String {
        get throws { ContentDigest.of(try JSONCoding.bytes(of: self)) }
    }
}
