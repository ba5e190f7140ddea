private import Foundation
internal import Programs
internal import StageKit
internal import Training

/// A training whose steps are taken by PyTorch: its folder is written, its processes are started and followed, and what
/// comes back is checked and becomes the model.
struct TorchrunRun {
    let engine: TorchrunEngine
    /// Folder that the name of the Python counts from. Absolute.
    let baseFolder: String
    let progress: any ProgressSink
    /// Whether random weights were requested, so that no warning is needed.
    let expectsRandomWeights: Bool
    let isStopRequested: @Sendable () -> Bool

    /// - Parameter threads: of all processes together.
    /// - Throws: `StageInterrupted` when asked to stop; what was trained is kept then, as after a failure.
    func train(
        _ handOff: TrainingHandOff, threads: Int, checkpointInterval: Int
    ) async throws -> FineTuning.Outcome {
        if let outcome = try handOff.finishedBefore() { return outcome }
        let watch = TrainingWatch(progress: progress, expectsRandomWeights: expectsRandomWeights)
        watch.tell(handOff.load, notes: handOff.notes)
        let threads = max(1, threads / engine.processes)
        let isFromBefore = try handOff.write(threads: threads, checkpointInterval: checkpointInterval)
        if !(isFromBefore && handOff.isReturned) {
            var engine = engine
            engine.python = try python()
            let folder = TorchrunFolder(path: handOff.folder, engine: engine, threads: threads)
            try folder.write()
            try await start(folder)
            guard handOff.isReturned else {
                throw StageError(
                    "the training by torchrun ended, and there is no \(handOff.folder)/out",
                    hint: "run again to continue")
            }
        }
        let outcome = try handOff.receive { agreement in
            var facts = ["largest difference": String(format: "%.1e", agreement.largestDifference)]
            facts["metric there"] = agreement.there.map { String(format: "%.6f", $0) }
            facts["metric here"] = agreement.here.map { String(format: "%.6f", $0) }
            progress.log("the dev rows were scored again here, with the weights that came back", facts)
            if let there = agreement.there, let here = agreement.here, abs(there - here) > 0.01 {
                progress.warn(
                    "on dev the model scores \(here) here and \(there) in PyTorch; precision bf16 rounds more"
                )
            }
        }
        watch.warn(of: outcome.state, labels: handOff.labels)
        return outcome
    }

    /// The Python that was named, by its whole path where it is named by a path.
    private func python() throws -> String {
        let named = Program([engine.python], folder: baseFolder)
        // A cluster's nodes may have what this machine has not.
        if engine.launcher == .sbatch {
            return engine.python.contains("/") ? named.path ?? engine.python : engine.python
        }
        guard let path = named.path else {
            throw StageError(
                "there is no program '\(engine.python)', which is to train",
                hint:
                    "install Python 3.10 or newer, or name the Python that has PyTorch: python under 'torchrun', or "
                    + "--python")
        }
        return engine.python.contains("/") ? path : engine.python
    }

    private func start(_ folder: TorchrunFolder) async throws {
        let command: [String]
        switch engine.launcher {
        case .torchrun: command = ["sh", TorchrunFolder.script]
        case .sbatch:
            command = ["sbatch", "--wait", TorchrunFolder.job]
            guard Program(["sbatch"], folder: folder.path).path != nil else {
                throw StageError(
                    "there is no program 'sbatch' here, and launcher: sbatch hands the training to Slurm",
                    hint: "run it on a machine of the cluster, or set launcher: torchrun")
            }
            progress.log("the training is a job of Slurm; what it prints is in \(folder.path)/job.log", [:])
        }
        let log = TorchrunLog(progress: progress)
        let before = try jobLog(folder).count
        let ending: Program.Ending
        do {
            // What a shell has in these variables is for those who start the script themselves.
            let own = ["PYTHON": folder.engine.python, "PROCESSES": "\(engine.processes)"]
            ending = try await Program(command, folder: folder.path, environment: own).run(
                isStopRequested: isStopRequested, onLine: { log.take($0) })
        } catch let error as ProgramError {
            throw StageError(error.message, hint: error.hint)
        }
        if ending == .stopped {
            if let job = log.job { try await cancel(job, folder) }
            throw StageInterrupted()
        }
        for line in try jobLog(folder).dropFirst(before) { log.take(line) }
        guard ending == .exited(0) else { throw log.error(ending.text, in: folder.path) }
    }

    /// Lines that jobs have printed.
    private func jobLog(_ folder: TorchrunFolder) throws -> [String] {
        guard engine.launcher == .sbatch,
            let data = FileManager.default.contents(atPath: folder.path + "/" + TorchrunFolder.jobLog)
        else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func cancel(_ job: String, _ folder: TorchrunFolder) async throws {
        _ = try? await Program(["scancel", job], folder: folder.path).run { _ in }
    }
}
