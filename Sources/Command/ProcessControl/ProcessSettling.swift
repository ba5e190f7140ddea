internal import MessagePassing

/// What has to be settled before any thread is started.
package enum ProcessSettling {
    /// Settles signals, threads and memory. A run settles its threads when it knows its stages.
    package static func settle(forCommand command: String?, _ environment: [String: String]) {
        StopSignals.outliveReaders()
        if command == "train", CommandLine.arguments.contains(where: { $0.hasPrefix("--shards") }) {
            MPILauncher(environment: environment)?.expectJoining()
        }
        if let command, ["train", "predict", "evaluate", "features", "similar"].contains(command) {
            WorkerThreads.settle(environment)
        }
        if command == "run", !WorkerThreads.areSettled(in: environment) { ProcessMemory.settle() }
    }
}
