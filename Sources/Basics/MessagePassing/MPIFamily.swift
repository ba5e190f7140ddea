/// A family of MPI libraries that call the same things by the same numbers or symbols.
///
/// MPI fixed functions long before it fixed what handles are: each family has its own. They are all as wide as a register or
/// are passed in one, so that one declaration of each function serves for all.
///
/// Sources: MPI 5.0, chapter "Application Binary Interface"; `mpi.h` of MPICH 3 to 5 and of Open MPI 4 and 5.
package struct MPIFamily: Hashable, Sendable {
    /// What a handle is.
    package enum Handle: Hashable, Sendable {
        case number(UInt)
        /// The address of a variable of the library.
        case symbol(String)
    }

    /// For people.
    package let name: String
    /// Files that are such a library on Linux, the one to take first.
    package let files: [String]
    /// All processes.
    package let world: Handle
    package let byte: Handle
    /// Errors are returned, not ended with.
    package let errorsReturn: Handle
    /// Calls come from one thread at a time.
    package let serialized: Int32

    /// The standard's own: MPICH 5, Open MPI from 6.
    package static let standard = MPIFamily(
        name: "the MPI-5 standard ABI", files: ["libmpi_abi.so.1", "libmpi_abi.so"], world: .number(0x101),
        byte: .number(0x247), errorsReturn: .number(0x142), serialized: 2048)

    /// MPICH before the standard, and what follows it: Intel MPI, MVAPICH, Cray MPICH.
    package static let mpich = MPIFamily(
        name: "MPICH's ABI", files: ["libmpi.so.12", "libmpich.so.12", "libmpi_cray.so.12"],
        world: .number(0x4400_0000), byte: .number(0x4c00_010d), errorsReturn: .number(0x5400_0001),
        serialized: 2)

    package static let openMPI = MPIFamily(
        name: "Open MPI", files: ["libmpi.so.40"], world: .symbol("ompi_mpi_comm_world"),
        byte: .symbol("ompi_mpi_byte"), errorsReturn: .symbol("ompi_mpi_errors_return"), serialized: 2)

    package static let all = [standard, openMPI, mpich]

    /// The family of a library.
    ///
    /// - Parameters:
    ///   - file: its name, without the folder.
    ///   - has: whether it has a symbol.
    ///   - version: what it says of itself.
    /// - Returns: nil for one that is unknown.
    package static func of(_ file: String, has: (String) -> Bool, version: String) -> MPIFamily? {
        if file.hasPrefix("libmpi_abi.") { return standard }
        if case .symbol(let world) = openMPI.world, has(world) { return openMPI }
        let heirs = ["MPICH", "Intel(R) MPI", "MVAPICH", "CRAY MPICH"]
        return heirs.contains { version.uppercased().contains($0.uppercased()) } ? mpich : nil
    }
}
