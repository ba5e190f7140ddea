internal import ArgumentParser
internal import Diagnostics
internal import TrainingStages

/// `splitvote train`: everything up to the trained model of a pipeline, or the trainer alone.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        of: "train",
        abstract:
            "Run a pipeline up to its trained models, or train on a folder of shards without any pipeline.")

    @Argument(help: "The pipeline file; none with --shards.") var file: String?

    @OptionGroup var settings: PipelineSettings

    @OptionGroup var running: RunOptions

    @OptionGroup var labels: LabelSetOption

    @OptionGroup(title: "The trainer alone") var trainer: TrainerOptions

    func validate() throws {
        switch (file, trainer.shards) {
        case (nil, nil):
            throw ValidationError("give a pipeline file, or --shards, --init and --out to train without one")
        case (let file?, _?):
            throw ValidationError("\(file) and --shards are two sources of data; give one of them")
        case (_?, nil):
            if let flag = trainer.flags.given.first {
                throw ValidationError(
                    "\(flag) is for training without a pipeline; in a pipeline set it in 'with' of the train stage"
                )
            }
        case (nil, _?): _ = try trainer.checked()
        }
    }

    func run() async throws {
        guard let file else {
            return try await StandaloneTrainer(options: trainer, running: running).perform()
        }
        let shortcut = PipelineShortcut(
            kind: TrainStage.kind.name, pipeline: PipelineOptions(file: file, settings: settings),
            running: running,
            labels: labels)
        try await shortcut.perform()
    }
}
