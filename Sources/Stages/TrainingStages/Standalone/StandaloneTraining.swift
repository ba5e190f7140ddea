private import Foundation
package import MessagePassing
internal import Models
package import StageKit
package import Training

/// Training on a folder of shards, without pipeline and store.
package struct StandaloneTraining {
    /// What is to be trained, and where.
    package struct Settings {
        /// Folder of the shards. Absolute.
        package var shards: String
        /// Folder of the model to start from. Absolute.
        package var initial: String
        /// Folder of the trained model, without a slash at its end. Absolute; empty when only a learning rate is
        /// looked for.
        package var output: String
        package var training: TrainingSettings
        /// Whether weights in the folder to start from are left alone.
        package var hasRandomWeights = false
        /// One model for each; at least one.
        package var seeds: [UInt64]
        /// File to which each step is written as a line of JSON.
        package var metrics: String?
        /// Folder for checkpoints, which stay there; nil for one beside the model, removed at the end.
        package var checkpoints: String?
        /// What takes the steps in place of the program itself.
        package var torchrun: TorchrunEngine?
        /// What started this process together with others, if anything did.
        package var launcher: MPILauncher?
        /// Whether the number of threads was given, and not that of the processors.
        package var hasOwnThreads = true

        package init(
            shards: String, initial: String, output: String, training: TrainingSettings, seeds: [UInt64]
        ) {
            self.shards = shards
            self.initial = initial
            self.output = output
            self.training = training
            self.seeds = seeds
        }
    }

    var settings: Settings
    var progress: any ProgressSink
    /// The processes that share each step.
    var communicator: any Communicator = SingleProcess()
    private let isStopRequested: @Sendable () -> Bool

    /// - Parameter isStopRequested: asked before each step.
    package init(
        _ settings: Settings, progress: any ProgressSink, isStopRequested: @escaping @Sendable () -> Bool
    ) {
        self.settings = settings
        self.progress = progress
        self.isStopRequested = isStopRequested
    }

    /// Trains a model with each seed.
    /// - Returns: a table of the models and their scores, tab-separated; of several processes the first has it.
    /// - Throws: `StageInterrupted` when asked to stop, `StageError`.
    package func train() async throws -> String {
        guard let launcher = settings.launcher else { return try await trainAlone() }
        return try await train(with: launcher)
    }

    /// The same in this process and those that ``communicator`` knows.
    func trainAlone() async throws -> String {
        try await TrainingFailure.waiting {
            let shards = try openShards(["train", "dev"])
            if communicator.isLeader { try checkOutput() }
            if shards.manifest.rows["dev", default: 0] == 0 {
                progress.warn("there is no side dev with rows, so the last weights are kept, not the best")
            }
            let isOneOfSeveral = settings.seeds.count > 1
            var scores: [SeedScore] = []
            for seed in settings.seeds {
                if isOneOfSeveral { progress.log("seed \(seed)", [:]) }
                scores.append(try await train(shards, seed, isOneOfSeveral))
            }
            if !communicator.isLeader { return "" }
            return SeedScore.report(
                scores, metric: settings.training.options.metric(for: shards.manifest.taskName))
        }
    }

    private func openShards(_ sides: Set<String>) throws -> ShardFolder {
        let shards = try ShardFolder(settings.shards)
        if settings.torchrun == nil { progress.log(ComputeEnvironment.text(settings.training.options), [:]) }
        try shards.checkFiles(besides: sides)
        return shards
    }

    // MARK: One model

    private func train(
        _ shards: ShardFolder, _ seed: UInt64, _ isOneOfSeveral: Bool
    ) async throws -> SeedScore {
        var options = settings.training.options
        options.seed = seed
        let place = isOneOfSeveral ? "\(settings.output)/seed-\(seed)" : settings.output
        let work = place + ".checkpoints"
        let start = try startFolder(shards)
        var tuning = try FineTuning(shards: shards, start: start, tokenizerDigest: nil, options: options)
        tuning.startName = settings.initial
        tuning.communicator = communicator
        let metrics = MetricsSink(
            settings.metrics.map { isOneOfSeveral ? Self.metricsPath($0, seed: seed) : $0 })
        var places = FineTuning.Paths(
            checkpoints: settings.checkpoints ?? work + "/states", output: place)
        places.removesCheckpoints = settings.checkpoints == nil
        places.checkpointInterval = settings.training.checkpointInterval
        places.kept = settings.training.keptCheckpoints
        places.skipsFinished = true
        let outcome: FineTuning.Outcome?
        if let engine = settings.torchrun {
            outcome = try await train(tuning, by: engine, work, place, metrics)
        } else {
            outcome = try watch.follow(tuning, places, metrics: metrics, shouldStop: isStopRequested)
        }
        guard let outcome else {
            progress.warn(
                "stopped with everything in \(settings.checkpoints ?? work); run again to continue")
            throw StageInterrupted()
        }
        if communicator.isLeader { try? FileManager.default.removeItem(atPath: work) }
        progress.log(
            outcome.isFromBefore ? "\(place) is this very training's model; nothing to do" : "wrote \(place)",
            [:])
        return SeedScore(seed: seed, summary: outcome.summary)
    }

    /// - Returns: `nil` when it was stopped.
    private func train(
        _ tuning: FineTuning, by engine: TorchrunEngine, _ work: String, _ place: String,
        _ metrics: MetricsSink
    ) async throws -> FineTuning.Outcome? {
        let handOff = try TrainingHandOff(
            tuning, in: work + "/torchrun", output: place, skipsFinished: true)
        let run = TorchrunRun(
            engine: engine, baseFolder: FileManager.default.currentDirectoryPath, progress: progress,
            expectsRandomWeights: settings.hasRandomWeights, isStopRequested: isStopRequested)
        do {
            let outcome = try await run.train(
                handOff, threads: tuning.options.threads,
                checkpointInterval: settings.training.checkpointInterval)
            if !outcome.isFromBefore {
                try metrics.open(after: 0)
                for report in try handOff.steps() { try metrics.append(report) }
            }
            return outcome
        } catch is StageInterrupted {
            return nil
        }
    }

    private func startFolder(_ shards: ShardFolder) throws -> ModelFolder {
        try StartFolder.open(settings.initial, shards: shards, randomWeights: settings.hasRandomWeights)
    }

    private var watch: TrainingWatch {
        TrainingWatch(progress: progress, expectsRandomWeights: settings.hasRandomWeights)
    }

    /// `metrics.jsonl` as `metrics-seed-3.jsonl`.
    package static func metricsPath(_ path: String, seed: UInt64) -> String {
        let ending = path.hasSuffix(".jsonl") ? ".jsonl" : ""
        return path.dropLast(ending.count) + "-seed-\(seed)" + ending
    }

    /// A folder of something else is not replaced.
    private func checkOutput() throws(StageError) {
        let out = settings.output
        let files = FileManager.default
        guard files.fileExists(atPath: out), let names = try? files.contentsOfDirectory(atPath: out),
            !names.isEmpty
        else { return }
        let isOurs = names.contains(FineTuning.recordName) || names.allSatisfy { $0.hasPrefix("seed-") }
        guard isOurs else {
            throw StageError(
                "--out \(out) exists and holds something else than a model of this command",
                hint: "name a folder that does not exist yet")
        }
    }

    // MARK: A learning rate

    /// Tries learning rates from small to large on the training rows; leaves nothing but the metrics.
    /// - Returns: a line with the rate to train with.
    /// - Throws: `StageInterrupted` when asked to stop, `StageError`.
    package func findRate() throws -> String {
        try checkAlone("--find-lr")
        return try TrainingFailure.asStageError { try findRate(openShards(["train"])) }
    }

    private func findRate(_ shards: ShardFolder) throws -> String {
        let options = settings.training.options
        let folder = try startFolder(shards)
        let (model, load, note) = try folder.makeModel(
            for: shards.manifest.labelNames, task: TrainingTask(shards.manifest.taskName), options: options)
        if let note { progress.warn(note) }
        progress.log(load.file == nil ? load.summary : load.table, [:])
        var finder = try LearningRateFinder(
            model, options: options, training: shards.rows(of: "train"),
            task: TrainingTask(shards.manifest.taskName))
        let metrics = MetricsSink(settings.metrics)
        try metrics.open(after: 0)
        while let report = try finder.next() {
            if isStopRequested() { throw StageInterrupted() }
            try metrics.append(report)
            progress.report(report.step, of: finder.steps, unit: "steps", note: "rate \(report.learningRate)")
        }
        guard let rate = finder.suggestion else {
            throw StageError(
                "the loss fell at no learning rate between 1e-7 and 1",
                hint: "look at the data, or at the weights training starts from")
        }
        return "learning_rate\t\(String(format: "%.2g", rate))\n"
    }
}
