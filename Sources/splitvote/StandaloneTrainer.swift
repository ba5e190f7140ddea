internal import Console
internal import Diagnostics
private import Foundation
internal import PipelineEngine
internal import PipelinePlan
internal import Prediction
internal import StageKit
internal import TrainingStages

/// `train --shards`: the trainer alone, as the command line asks for it.
struct StandaloneTrainer {
    let flags: TrainerOptions
    let running: RunOptions

    func perform() throws {
        StopSignals.install()
        let folder = FileManager.default.currentDirectoryPath
        func absolute(_ path: String?) -> String { path.map { AbsolutePath.of($0, in: folder) } ?? "" }
        let (shards, initial) = (absolute(flags.shards), absolute(flags.`init`))
        try ModelFiles.checkFolder(shards, flag: "--shards")
        try ModelFiles.checkFolder(initial, flag: "--init")
        let training = try flags.trainingSettings()
        var settings = StandaloneTraining.Settings(
            shards: shards, initial: initial, output: absolute(flags.out), options: training.options,
            seeds: try flags.seedList())
        settings.metrics = flags.metrics
        settings.checkpointInterval = training.checkpointInterval
        settings.keptCheckpoints = training.keptCheckpoints
        settings.timeLimitSeconds = flags.timeLimit.flatMap(Quantity.seconds)
        let trainer = StandaloneTraining(settings, progress: StageEvents(stage: "train", running.sink)) {
            StopSignals.isStopRequested
        }
        do {
            let result = try flags.findLr ? trainer.findRate() : trainer.train()
            try StandardStream.output.write(Array(result.utf8))
        } catch is StandaloneTraining.TimeLimitReached {
            throw ExitStatus.workPending
        }
    }
}
