internal import Diagnostics
private import Foundation
internal import Models
internal import PipelineEngine
internal import PipelinePlan
internal import StageKit
internal import Training
internal import TrainingStages

/// Training on a folder of shards, without pipeline and store.
struct LooseTraining {
    private let flags: TrainerOptions
    private let sink: any EngineEventSink
    private let shardsPath: String
    private let initPath: String
    /// Without a slash at its end; empty when only a learning rate is looked for.
    private let out: String

    init(_ flags: TrainerOptions, _ running: RunOptions) {
        self.flags = flags
        sink = running.sink
        func absolute(_ path: String?) -> String {
            path.map { AbsolutePath.of($0, in: FileManager.default.currentDirectoryPath) } ?? ""
        }
        shardsPath = absolute(flags.shards)
        initPath = absolute(flags.`init`)
        out = absolute(flags.out)
    }

    func perform() throws {
        StopSignals.install()
        try ModelFiles.checkFolder(shardsPath, flag: "--shards")
        try ModelFiles.checkFolder(initPath, flag: "--init")
        try TrainingFailure.asStageError { try trainAll(ShardFolder(shardsPath)) }
    }

    private func trainAll(_ shards: ShardFolder) throws {
        let options = try flags.options()
        let progress = LooseProgress(sink: sink)
        progress.log(ComputeFacts.text(options), [:])
        try shards.checkFiles(besides: flags.findLr ? ["train"] : ["train", "dev"])
        if flags.findLr { return try findRate(shards, options, progress) }
        try checkOut()
        if shards.manifest.rows["dev", default: 0] == 0 {
            progress.warn("there is no side dev with rows, so the last weights are kept, not the best")
        }
        let seeds = try flags.seedList()
        let deadline = flags.timeLimit.flatMap(Quantity.seconds).map { ContinuousClock.now + .seconds($0) }
        var scores: [SeedScore] = []
        for seed in seeds {
            var options = options
            options.seed = seed
            let place = seeds.count > 1 ? "\(out)/seed-\(seed)" : out
            if seeds.count > 1 { progress.log("seed \(seed)", [:]) }
            scores.append(try train(shards, options, place, seeds.count > 1, deadline, progress))
        }
        try StandardStream.output.write(Array(SeedScore.report(scores, metric: options.metric).utf8))
    }

    // MARK: One model

    private func train(
        _ shards: ShardFolder, _ options: TrainingOptions, _ place: String, _ isOneOfSeveral: Bool,
        _ deadline: ContinuousClock.Instant?, _ progress: LooseProgress
    ) throws -> SeedScore {
        let work = place + ".checkpoints"
        let start = try startFolder(shards, at: work + "/start")
        let tuning = try FineTuning(shards: shards, start: start, tokenizerDigest: nil, options: options)
        let watch = TrainingWatch(progress: progress)
        let metrics = MetricsSink(
            flags.metrics.map { isOneOfSeveral ? Self.named($0, seed: options.seed) : $0 })
        var isLate = false
        var places = FineTuning.Places(checkpoints: work + "/states", output: place)
        places.checkpointInterval = flags.checkpointEvery ?? 200
        places.kept = flags.keepCheckpoints ?? 1
        places.skipsFinished = true
        let outcome = try tuning.run(
            places,
            loaded: { start in
                try metrics.open(after: start.resumedFrom ?? 0)
                try watch.begin(start)
            },
            observe: { event in
                if case .step(let report) = event { try metrics.append(report) }
                watch.observe(event)
            },
            shouldStop: {
                isLate = deadline.map { ContinuousClock.now >= $0 } ?? false
                return isLate || StopSignals.isStopRequested
            })
        guard let outcome else {
            progress.warn(
                "stopped\(isLate ? " by the time limit" : "") with everything in \(work); run again to go on")
            if isLate, !StopSignals.isStopRequested { throw ExitStatus.workPending }
            throw StageInterrupted()
        }
        try? FileManager.default.removeItem(atPath: work)
        watch.end(outcome.profile)
        progress.log(
            outcome.isFromBefore ? "\(place) is this very training's model; nothing to do" : "wrote \(place)",
            [:])
        return SeedScore(seed: options.seed, summary: outcome.summary)
    }

    /// `metrics.jsonl` as `metrics-seed-3.jsonl`.
    private static func named(_ path: String, seed: UInt64) -> String {
        let ending = path.hasSuffix(".jsonl") ? ".jsonl" : ""
        return path.dropLast(ending.count) + "-seed-\(seed)" + ending
    }

    private func startFolder(_ shards: ShardFolder, at place: String) throws -> ModelFolder {
        try StartFolder.assemble(from: initPath, shards: shards, at: place)
        return try ModelFolder(place)
    }

    /// A folder of something else is not replaced.
    private func checkOut() throws(StageError) {
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

    private func findRate(_ shards: ShardFolder, _ options: TrainingOptions, _ progress: LooseProgress) throws
    {
        let work = NSTemporaryDirectory() + "splitvote-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: work) }
        let folder = try startFolder(shards, at: work)
        let (model, load) = try folder.makeModel(
            labelCount: shards.manifest.labelNames.count, seed: options.seed, threads: options.threads,
            precision: options.precision)
        progress.log(load.file == nil ? load.summary : load.table, [:])
        var finder = try LearningRateFinder(
            model, options: options, training: shards.rows(of: "train"),
            task: TrainingTask(shards.manifest.taskName))
        let metrics = MetricsSink(flags.metrics)
        try metrics.open(after: 0)
        while let report = try finder.next() {
            if StopSignals.isStopRequested { throw StageInterrupted() }
            try metrics.append(report)
            progress.report(report.step, of: finder.steps, unit: "steps", note: "rate \(report.learningRate)")
        }
        guard let rate = finder.suggestion else {
            throw StageError(
                "the loss fell at no learning rate between 1e-7 and 1",
                hint: "look at the data, or at the weights training starts from")
        }
        try StandardStream.output.write(Array("learning_rate\t\(String(format: "%.2g", rate))\n".utf8))
    }
}

/// Tells events of training as a pipeline's stage tells them.
struct LooseProgress: ProgressSink {
    let sink: any EngineEventSink

    func report(_ done: Int, of total: Int?, unit: String, note: String) {
        sink.receive(.progress(stage: "train", done: done, total: total, unit: unit, note: note))
    }

    func log(_ message: String, _ metadata: [String: String]) {
        sink.receive(.log(stage: "train", message: message, metadata: metadata))
    }

    func warn(_ message: String) { sink.receive(.warning(stage: "train", message: message)) }
}

/// The file of the metrics, if one was asked for.
final class MetricsSink {
    private let path: String?
    private var file: MetricsFile?

    init(_ path: String?) { self.path = path }

    func open(after step: Int) throws { file = try path.map { try MetricsFile($0, after: step) } }

    func append(_ report: StepReport) throws { try file?.append(report) }
}
