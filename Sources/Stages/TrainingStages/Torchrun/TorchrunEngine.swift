internal import StageKit
internal import Training

/// PyTorch in place of the program's own trainer, on one or more processes that torchrun starts.
package struct TorchrunEngine: Hashable, Sendable {
    /// Who starts the processes.
    package enum Launcher: String, CaseIterable, Sendable {
        /// torchrun, on this machine.
        case torchrun
        /// Slurm, which runs torchrun where there is room.
        case sbatch
    }

    /// Processes that share each step, at least 1.
    package var processes = 1
    package var launcher = Launcher.torchrun
    /// A Python that has PyTorch: a name to look for in `PATH`, or a path.
    package var python = Self.standardPython

    package init() {}

    package static let name = "torchrun"
    package static let mostProcesses = 4096
    package static let standardPython = "python3"

    init(options parameters: inout ParameterReader) {
        processes = parameters.int(
            "processes", default: processes, in: 1...Self.mostProcesses,
            help: "Processes that share each step; as many as there are GPUs.")
        launcher =
            Launcher(
                rawValue: parameters.unfingerprintedChoice(
                    "launcher", default: launcher.rawValue, of: Launcher.allCases.map(\.rawValue),
                    help: "Who starts them: torchrun on this machine, or Slurm's sbatch.")) ?? .torchrun
        python = parameters.unfingerprintedString(
            "python", default: python,
            help: "A Python that has PyTorch: a name in PATH, or a path from the pipeline file's folder.")
    }

    /// What does not go with it, by key; what splitvote's own trainer does and this one does not is refused.
    ///
    /// - Parameter model: what is trained.
    func conflicts(_ settings: TrainingSettings, model: String) -> [(key: String, text: String)] {
        let options = settings.options
        let found: [(Bool, String, String)] = [
            (model != BaselineParameters.encoder, "model", "is \(model); engine torchrun trains encoders"),
            (
                options.method == .features, "method",
                "is features; engine torchrun trains all weights, method: fine_tune"
            ),
            (
                options.recomputesActivations, "gradient_checkpointing",
                "is not done by engine torchrun; accumulate needs less memory as well and gives the same result"
            ),
            (
                options.blockRows != nil, "block_rows",
                "is for splitvote's own trainer; the gradients of engine torchrun are added by PyTorch"
            ),
            (
                settings.keptCheckpoints > 1, "keep_checkpoints",
                "is \(settings.keptCheckpoints); engine torchrun keeps one"
            ),
        ]
        return found.filter(\.0).map { (key: $0.1, text: $0.2) }
    }
}
