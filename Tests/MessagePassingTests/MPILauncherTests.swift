import Foundation
import MessagePassing
import Testing

struct MPILauncherTests {
    typealias Environment = [String: String]

    /// What launchers set, and what is made of it.
    static let launches: [(Environment, String?)] = [
        ([:], nil),
        (["PMI_SIZE": "4", "PMI_RANK": "2", "PMI_FD": "7"], "mpiexec 4 2"),
        (["PMI_SIZE": "1", "PMI_RANK": "0"], "mpiexec 1 0"),
        (
            ["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "1", "PMIX_RANK": "1"],
            "Open MPI's mpirun 2 1"
        ),
        (["PMIX_RANK": "3", "PMIX_NAMESPACE": "prterun"], "a launcher with PMIx - 3"),
        (["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "1", "PMIX_RANK": "1"], "srun 4 1"),
        (["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "1", "PMI_SIZE": "4", "PMI_RANK": "1"], "srun 4 1"),
        (["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "3"], "srun 4 3"),
        // A task on its own, and a job's script, which is no task.
        (["SLURM_STEP_NUM_TASKS": "1", "SLURM_PROCID": "0", "PMI_SIZE": "1", "PMI_RANK": "0"], nil),
        (["SLURM_NTASKS": "4", "SLURM_PROCID": "0", "SLURM_JOB_ID": "9"], nil),
        (["SPLITVOTE_MPI": "off", "PMI_SIZE": "4", "PMI_RANK": "2"], nil),
        (["SPLITVOTE_MPI": "/opt/mpi/lib/libmpi.so", "PMI_SIZE": "4", "PMI_RANK": "2"], "mpiexec 4 2"),
        (["PMI_SIZE": "four", "PMI_RANK": "2"], nil),
    ]

    @Test(arguments: launches)
    func whatStartedTheProcessIsReadFromItsEnvironment(environment: Environment, expected: String?) {
        let launcher = MPILauncher(environment: environment)
        #expect(launcher.map { "\($0.name) \($0.size.map(String.init) ?? "-") \($0.rank)" } == expected)
    }

    @Test func whereThereIsNoLibraryTheMessageSaysWhatToDo() throws {
        let launcher = try #require(MPILauncher(environment: ["PMI_SIZE": "4", "PMI_RANK": "2"]))
        let error = #expect(throws: CommunicationError.self) {
            _ = try MPILibrary(for: launcher, environment: ["SPLITVOTE_MPI": "/nowhere/libmpi.so"])
        }
        #expect(
            error?.description.hasPrefix(
                "SPLITVOTE_MPI is '/nowhere/libmpi.so': /nowhere/libmpi.so: cannot open") == true)
    }

    @Test func aLibraryOfSomethingElseIsRefused() throws {
        let launcher = try #require(MPILauncher(environment: ["PMI_SIZE": "4", "PMI_RANK": "2"]))
        #expect(
            throws: CommunicationError(
                "SPLITVOTE_MPI is 'libz.so.1': it is not a library of MPI 3 or later: it has no MPI_Get_library_version"
            )
        ) {
            _ = try MPILibrary(for: launcher, environment: ["SPLITVOTE_MPI": "libz.so.1"])
        }
    }

    @Test(arguments: [
        ("MPICH Version:      5.0.2\nMPICH Release date: Tue Aug", "MPICH 5.0.2"),
        ("Open MPI v5.0.11, package: Open MPI root@host Distribution", "Open MPI v5.0.11"),
        ("Intel(R) MPI Library 2021.14 for Linux* OS", "Intel(R) MPI Library 2021.14 for"), ("", ""),
    ])
    func whatALibrarySaysOfItselfIsMadeShort(said: String, short: String) {
        #expect(MPILibrary.short(said) == short)
    }

    static let libraries: [(file: String, symbols: [String], version: String, name: String?)] = [
        ("libmpi_abi.so.1.0.0", [], "MPICH Version: 5.0.2", "the MPI-5 standard ABI"),
        ("libmpi_abi.so.1", ["ompi_mpi_comm_world"], "Open MPI v6.0.0", "the MPI-5 standard ABI"),
        ("libmpi.so.40.30.4", ["ompi_mpi_comm_world"], "Open MPI v4.1.4", "Open MPI"),
        ("libmpi.so.12.5.0", [], "MPICH Version:\t4.3.0", "MPICH's ABI"),
        ("libmpi.so.12", [], "Intel(R) MPI Library 2021.14 for Linux* OS", "MPICH's ABI"),
        ("libmpi_cray.so.12", [], "MPI VERSION    : CRAY MPICH version 8.1.28.29", "MPICH's ABI"),
        ("libmpi.so.1", [], "MPT 2.28", nil),
    ]

    @Test(arguments: libraries)
    func aLibraryIsKnownByItsFileItsSymbolsAndWhatItSays(
        library: (file: String, symbols: [String], version: String, name: String?)
    ) {
        let family = MPIFamily.of(
            library.file, has: library.symbols.contains, version: library.version)
        #expect(family?.name == library.name)
    }
}
