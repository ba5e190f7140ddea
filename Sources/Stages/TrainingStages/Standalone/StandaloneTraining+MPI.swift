private import Foundation
internal import MessagePassing
internal import StageKit
internal import Training

/// The same training in several processes that a launcher of MPI started.
extension StandaloneTraining {
    /// Joins the other processes and trains with them; one of them says how it goes and writes.
    func train(with launcher: MPILauncher) async throws -> String {
        do {
            if settings.torchrun != nil { try checkAlone("--engine torchrun") }
            var shared = self
            shared.settings.training.options.blockRows =
                settings.training.options.blockRows ?? TrainingOptions.standardBlockRows
            if launcher.size == 1 { return try await shared.trainAlone() }
            let processes = try TrainingFailure.asStageError {
                try MPIProcesses(launcher, MPILibrary(for: launcher))
            }
            return try await shared.train(in: processes)
        } catch let error as StageError where launcher.rank > 0 {
            // What is wrong with all of them the first one says, and ends them.
            try? await Task.sleep(for: .seconds(2))
            throw StageError("process \(launcher.rank): \(error.message)", hint: error.hint)
        }
    }

    private func train(in processes: MPIProcesses) async throws -> String {
        var shared = self
        shared.communicator = processes
        if !settings.hasOwnThreads {
            let threads = settings.training.options.threads / processes.sizeOnProcessors
            shared.settings.training.options.threads = max(1, threads)
        }
        if processes.isLeader {
            let rows = shared.settings.training.options.blockRows ?? 0
            progress.log(
                "\(processes.size) processes share the blocks of \(rows) rows of each step, by \(processes.library.version)",
                ["library": processes.library.path])
        } else {
            shared.progress = SilentProgress()
            shared.settings.metrics = nil
        }
        do {
            let result = try await shared.trainAlone()
            try TrainingFailure.asStageError { try processes.finish() }
            return result
        } catch let error as StageInterrupted {
            try TrainingFailure.asStageError { try processes.finish() }
            throw error
        }
    }

    /// - Parameter flag: what one process does.
    /// - Throws: `StageError` where several were started.
    func checkAlone(_ flag: String) throws(StageError) {
        guard let launcher = settings.launcher, launcher.size != 1 else { return }
        throw StageError(
            "\(flag) is for one process, and \(launcher.name) started \(launcher.size.map(String.init) ?? "several")",
            hint: "start it without \(launcher.name), or leave \(flag) out")
    }
}

/// Says nothing: the first process speaks for all.
private struct SilentProgress: ProgressSink {
    func report(_ done: Int, of total: Int?, unit: String, note: String) {}
    func log(_ message: String, _ metadata: [String: String]) {}
    func warn(_ message: String) {}
}
