private import CLibrary

/// Decides how the worker threads of the matrix library wait for work.
///
/// Its OpenMP runtime, libgomp, lets idle threads spin for a third of a second by default. Where other programs want the
/// same cores, that made training three to five times slower; spinning for some microseconds only costs nothing
/// measurable on an idle machine. libgomp reads its variable when it is loaded, before `main`, so the program sets it
/// and starts itself again, once. That costs a hundredth of a second, so that only commands which compute do it.
///
/// Source: GCC's libgomp manual, GOMP_SPINCOUNT.
package enum WorkerThreads {
    private static let variable = "GOMP_SPINCOUNT"
    private static let spins = "10000"

    /// Whether the user, or the program itself before it started again, has decided.
    package static func areSettled(in environment: [String: String]) -> Bool {
        environment[variable] != nil || environment["OMP_WAIT_POLICY"] != nil
    }

    /// Starts the program again with a short spin, unless the user has decided already.
    /// - Parameter environment: of this process.
    package static func settle(_ environment: [String: String]) {
        if areSettled(in: environment) { return }
        #if os(Linux)
            setenv(variable, spins, 1)
            var arguments = CommandLine.arguments.map { strdup($0) }
            arguments.append(nil)
            // By its own path, so that ps and top continue calling it by its name.
            var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
            if readlink("/proc/self/exe", &path, Int(PATH_MAX)) > 0 { execv(path, arguments) }
            execv("/proc/self/exe", arguments)
            // Only reached where there is no /proc: continue as it is.
            for argument in arguments { free(argument) }
        #endif
    }
}
