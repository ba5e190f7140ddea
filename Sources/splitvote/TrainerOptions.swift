internal import ArgumentParser
internal import Diagnostics
internal import ProcessControl
internal import Training
internal import TrainingStages

/// How the trainer alone is to train; named as in the train stage.
struct TrainerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Folder of token shards with its manifest.json.", valueName: "dir"),
        completion: .directory)
    var shards: String?
    @Option(
        help: ArgumentHelp(
            "Model to start from: a Hugging Face folder, or the name of a model in the Hugging Face cache.",
            valueName: "model"), completion: .directory)
    var `init`: String?
    @Option(help: "folder loads the weights of --init; random ignores them and draws new ones.")
    var initWeights: String?
    @Option(help: ArgumentHelp("Folder for the trained model.", valueName: "dir"), completion: .directory)
    var out: String?
    @OptionGroup var settings: SettingFlags
    @Option(
        help:
            "Several seeds, separated by commas: one model each in DIR/seed-N, and their mean with its 95 % interval."
    )
    var seeds: String?
    @Option(help: "Threads; all processors by default. Results repeat exactly only with the same number.")
    var threads: Int?
    @Option(
        help: ArgumentHelp("Write each step as one line of JSON.", valueName: "file.jsonl"),
        completion: .file())
    var metrics: String?
    @Flag(help: "Find a good learning rate instead of training; only --metrics is written.")
    var findLr = false
    @Option(help: "Folder for checkpoints, which then stay.", completion: .directory) var checkpoints: String?
    @Option(help: "What takes the steps: splitvote, or torchrun for PyTorch.") var engine: String?
    @Option(help: "Processes of --engine torchrun that share each step; 1 by default.") var processes: Int?
    @Option(help: "Who starts them: torchrun on this machine, or sbatch.") var launcher: String?
    @Option(help: "The Python that has PyTorch; python3 by default.") var python: String?

    /// What was given.
    var flags: StandaloneFlags {
        StandaloneFlags(
            initial: self.`init`, output: out, initialWeights: initWeights, seeds: seeds, threads: threads,
            metrics: metrics, findsRate: findLr, engine: engine, processes: processes, launcher: launcher,
            python: python, checkpoints: checkpoints, settings: settings.given)
    }

    /// - Throws: `ValidationError` for what can be seen to be wrong before any file is opened.
    func checked() throws -> (training: TrainingSettings, seeds: [UInt64]) {
        try UsageProblem.reported { () throws(DiagnosticsError) in
            try flags.checked(machineThreads: Machine.threads)
        }
    }
}
