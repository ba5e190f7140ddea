internal import StageKit
internal import Training

/// What takes the steps of a train stage, where that is not this process alone.
enum TrainingEngine: Hashable, Sendable {
    case torchrun(TorchrunEngine)
    case mpi(MPIEngine)

    static let key = "engine"

    /// What a train stage says of it; `nil` if the program trains itself, in one process.
    init?(_ parameters: inout ParameterReader) {
        let found = parameters.map(
            Self.key,
            help:
                "What takes the steps, where that is not this process alone; see the guides to torchrun and MPI."
        ) { parameters in
            let torchrun = parameters.map(
                TorchrunEngine.name, help: "PyTorch, on one or more processes."
            ) { TorchrunEngine(options: &$0) }
            let mpi = parameters.map(
                MPIEngine.name, help: "splitvote's own trainer, in several processes that MPI starts."
            ) { MPIEngine(&$0) }
            return (torchrun, mpi)
        }
        switch found {
        case nil: return nil
        case (let torchrun?, nil)?: self = .torchrun(torchrun)
        case (nil, let mpi?)?: self = .mpi(mpi)
        case (_?, _?)?:
            parameters.reject(Self.key, "'engine' names two engines", hint: "keep torchrun or mpi")
            return nil
        case (nil, nil)?:
            parameters.reject(
                Self.key, "'engine' names no engine", hint: "write engine: {torchrun: {processes: 2}}")
            return nil
        }
    }

    var name: String {
        switch self {
        case .torchrun: TorchrunEngine.name
        case .mpi: MPIEngine.name
        }
    }

    /// What does not go with it, by key; what splitvote's own trainer does and this one does not is refused.
    ///
    /// - Parameter model: what is trained.
    func conflicts(_ settings: TrainingSettings, model: String) -> [(key: String, text: String)] {
        switch self {
        case .torchrun(let engine): engine.conflicts(settings, model: model)
        case .mpi(let engine): engine.conflicts(settings, model: model)
        }
    }
}
