private import Foundation
internal import Programs
internal import StageKit
internal import Training

/// A training in several processes that a launcher starts: `train --shards`, which leaves the checkpoint after its last step.
/// From there this process continues, which has nothing left to do but write the model.
struct MPIRun {
    let engine: MPIEngine
    let settings: TrainingSettings
    let hasRandomWeights: Bool
    /// Folder that the launcher's path counts from. Absolute.
    let baseFolder: String
    /// For the training alone. Absolute.
    let workFolder: String
    /// Threads of all processes on this machine together.
    let threads: Int
    let progress: any ProgressSink
    let isStopRequested: @Sendable () -> Bool

    /// Trains, or continues; the checkpoint after the last step is then in `places`.
    /// - Throws: `StageInterrupted` when asked to stop, `StageError`; what was trained is kept then.
    func train(_ tuning: FineTuning, _ places: FineTuning.Paths) async throws {
        let launcher = Program([engine.launcher], folder: baseFolder)
        guard let path = launcher.path else {
            throw StageError(
                "there is no program '\(engine.launcher)', which is to start \(engine.processes) processes",
                hint:
                    "install MPI, as python3 -m pip install mpich does, or name the program: launcher under 'mpi'"
            )
        }
        let log = MPILog(progress: progress, workFolder: workFolder)
        let ending: Program.Ending
        do {
            ending = try await Program(
                [path] + arguments(tuning, places, program: Self.program), folder: baseFolder
            ).run(isStopRequested: isStopRequested, onLine: { log.take($0) })
        } catch let error as ProgramError {
            throw StageError(error.message, hint: error.hint)
        }
        if ending == .stopped { throw StageInterrupted() }
        guard ending == .exited(0) else {
            throw log.error("the training by \(engine.launcher) \(ending.text)")
        }
    }

    /// Writes the model of a training whose steps are all taken.
    func finish(_ tuning: FineTuning, _ places: FineTuning.Paths) throws -> FineTuning.Outcome {
        let early = StageError(
            "the training by \(engine.launcher) ended, and its last step is not in \(places.checkpoints)",
            hint: "run again to continue")
        let outcome = try tuning.run(
            places, loaded: { if $0.resumedFrom == nil { throw early } },
            observe: { if case .step = $0 { throw early } }, shouldStop: isStopRequested)
        guard let outcome else { throw StageInterrupted() }
        return outcome
    }

    private static var program: String { Bundle.main.executablePath ?? CommandLine.arguments[0] }

    /// What the launcher is told.
    func arguments(_ tuning: FineTuning, _ places: FineTuning.Paths, program: String) -> [String] {
        var words = ["-n", "\(engine.processes)"]
        words += engine.options.split(separator: " ").map(String.init)
        words += [program, "train", "--shards", tuning.shards.path, "--init", tuning.start.path]
        words += [
            "--out", workFolder + "/model", "--checkpoints", places.checkpoints, "--log-format", "json",
        ]
        if hasRandomWeights { words += ["--init-weights", "random"] }
        // On other hosts there may be more processors, or fewer.
        if engine.options.isEmpty { words += ["--threads", "\(max(1, threads / engine.processes))"] }
        return words + settingWords(blockRows: MPIEngine.blockRows(settings.options))
    }

    /// All settings as flags, so that no default of another version counts.
    private func settingWords(blockRows: Int) -> [String] {
        var settings = settings
        settings.options.blockRows = blockRows
        return TrainingSetting.all.flatMap { setting -> [String] in
            switch setting.value(in: settings) {
            case nil, .flag(false)?: []
            case .flag(true)?: [setting.flag]
            case .numbers(let numbers)?:
                [setting.flag, numbers.map { TrainingSetting.Value.number($0).text }.joined(separator: ",")]
            case let value?: [setting.flag, value.text]
            }
        }
    }
}
