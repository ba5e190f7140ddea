internal import Console
internal import Diagnostics
private import Foundation
internal import PipelineEngine
internal import PipelinePlan
internal import Prediction
internal import ProcessControl
internal import StageKit
internal import TrainingStages

/// `train --shards`: the trainer alone, as the command line asks for it.
struct StandaloneTrainer {
    let options: TrainerOptions
    let running: RunOptions

    func perform() async throws {
        running.installStops()
        let folder = FileManager.default.currentDirectoryPath
        func absolute(_ path: String?) -> String { path.map { AbsolutePath.of($0, in: folder) } ?? "" }
        let flags = options.flags
        let (training, seeds) = try options.checked()
        let shards = absolute(options.shards)
        try ModelFiles.checkFolder(shards, flag: "--shards")
        let initial = absolute(try ModelFiles.locate(flags.initial ?? "", flag: "--init"))
        var settings = StandaloneTraining.Settings(
            shards: shards, initial: initial, output: absolute(flags.output),
            training: training, seeds: seeds)
        flags.complete(&settings)
        let trainer = StandaloneTraining(settings, progress: StageEvents(stage: "train", running.sink)) {
            StopSignals.isStopRequested
        }
        let result = flags.findsRate ? try trainer.findRate() : try await trainer.train()
        try StandardStream.output.write(Array(result.utf8))
    }
}
