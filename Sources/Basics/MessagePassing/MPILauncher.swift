private import Foundation

/// The program that started this process together with others, as the environment tells it.
package struct MPILauncher: Hashable, Sendable {
    /// For people.
    package let name: String
    /// How many processes it started; nil if it does not say.
    package let size: Int?
    /// This process's number among them.
    package let rank: Int
    /// Families of libraries that understand it, the likeliest first.
    package let families: [MPIFamily]
    /// Whether a process that ends before the start of MPI ends the others by a signal alone, whatever its status.
    let endsBySignalAlone: Bool
    /// What to do where no library understands it.
    package let advice: String

    /// The environment variable that names the library, or is `off`.
    package static let variable = "SPLITVOTE_MPI"
    static let off = "off"

    /// - Returns: nil for a process that was started on its own, or is to work as if it were.
    package init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
        if environment[Self.variable] == Self.off { return nil }
        func count(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
        let library = "install the MPI that it belongs to, or name its library in \(Self.variable)"
        let names = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"]
        let rank = names.lazy.compactMap(count).first ?? 0
        let tasks = count("SLURM_STEP_NUM_TASKS")
        // One task of Slurm's is a program like any other.
        if tasks == 1 { return nil }
        if let size = count("OMPI_COMM_WORLD_SIZE") {
            self.init("Open MPI's mpirun", size, rank, [.openMPI, .standard], library)
        } else if let size = count("PMI_SIZE"), environment["PMI_RANK"] != nil {
            self.init(tasks == nil ? "mpiexec" : "srun", size, rank, [.standard, .mpich], library)
        } else if environment["PMIX_RANK"] != nil {
            let name = tasks == nil ? "a launcher with PMIx" : "srun"
            self.init(name, tasks, rank, [.openMPI, .standard, .mpich], library)
        } else if let tasks {
            // Each of them would train for itself and write over the others' files.
            self.init(
                "srun", tasks, rank, [.standard, .openMPI, .mpich],
                "add --mpi=pmi2 for MPICH or --mpi=pmix for Open MPI; srun --mpi=list shows what there is")
        } else {
            return nil
        }
    }

    private init(_ name: String, _ size: Int?, _ rank: Int, _ families: [MPIFamily], _ advice: String) {
        self.name = name
        self.size = size
        self.rank = rank
        self.families = families
        self.advice = advice
        endsBySignalAlone = families != [.openMPI, .standard]
    }
}
