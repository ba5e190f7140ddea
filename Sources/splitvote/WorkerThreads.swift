#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#endif

/// Settles how the worker threads of the matrix library wait for work.
///
/// Its OpenMP runtime, libgomp, lets idle threads spin for a third of a second by default. Where other programs want the
/// same cores, that made training three to five times slower; spinning for some microseconds only costs nothing
/// measurable on an idle machine. libgomp reads its variable when it is loaded, before `main`, so the program sets it
/// and starts itself again, once.
///
/// Source: GCC's libgomp manual, GOMP_SPINCOUNT.
enum WorkerThreads {
    private static let commands: Set<String> = ["run", "train", "predict"]
    private static let spins = "10000"

    /// Starts the program again with a short spin, for commands that compute, unless the user has decided already.
    static func settle() {
        #if os(Linux)
            guard let command = CommandLine.arguments.dropFirst().first, commands.contains(command),
                getenv("GOMP_SPINCOUNT") == nil, getenv("OMP_WAIT_POLICY") == nil
            else { return }
            setenv("GOMP_SPINCOUNT", spins, 1)
            var arguments = CommandLine.arguments.map { strdup($0) }
            arguments.append(nil)
            execv("/proc/self/exe", arguments)
            // Only reached where there is no /proc: go on as it is.
            for argument in arguments { free(argument) }
        #endif
    }
}
