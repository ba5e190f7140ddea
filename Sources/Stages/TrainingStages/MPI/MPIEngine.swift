internal import StageKit
internal import Training

/// The program's own trainer in several processes, which a launcher of MPI starts.
struct MPIEngine: Hashable, Sendable {
    /// Processes that share each step, at least 1. The model is the same for any number of them.
    var processes = 2
    /// Who starts them: a name to look for in `PATH`, or a path. Takes `-n` and the number of processes.
    var launcher = Self.standardLauncher
    /// What else the launcher is told.
    var options = ""

    static let name = "mpi"
    static let mostProcesses = 4096
    static let standardLauncher = "mpiexec"

    init() {}

    init(_ parameters: inout ParameterReader) {
        processes = parameters.unfingerprintedInt(
            "processes", default: processes, in: 1...Self.mostProcesses,
            help: "Processes that share each step. The model is the same for any number of them.")
        launcher = parameters.unfingerprintedString(
            "launcher", default: launcher,
            help:
                "Who starts them: mpiexec, srun, or the path of one. Without a slash it is looked for in PATH."
        )
        options = parameters.unfingerprintedString(
            "options", default: options,
            help: "Further options of the launcher, separated by spaces, such as the hosts.")
    }

    /// Rows of a block.
    static func blockRows(_ options: TrainingOptions) -> Int {
        options.blockRows ?? TrainingOptions.standardBlockRows
    }

    /// What does not go with it, by key.
    ///
    /// - Parameter model: what is trained.
    func conflicts(_ settings: TrainingSettings, model: String) -> [(key: String, text: String)] {
        let options = settings.options
        let rows = Self.blockRows(options)
        let blocks = BlockPlan(rows: options.batchSize, blockRows: rows, processes: 1).count
        let found: [(Bool, String, String)] = [
            (model != BaselineParameters.encoder, "model", "is \(model); engine mpi trains encoders"),
            (
                options.method == .features, "method",
                "is features; engine mpi trains all weights, method: fine_tune"
            ),
            (
                options.accumulate > 1 && options.blockRows == nil, "accumulate",
                "is \(options.accumulate); engine mpi takes the rows of a step in blocks, which need less memory as well"
            ),
            (
                processes > blocks, TrainingEngine.key,
                "has \(processes) processes, and a step of \(options.batchSize) rows has \(blocks) block\(blocks == 1 ? "" : "s") of "
                    + "\(rows) rows to share; raise 'batch_size', or lower 'block_rows'"
            ),
        ]
        return found.filter(\.0).map { (key: $0.1, text: $0.2) }
    }
}
