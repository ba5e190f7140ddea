private import CLibrary
internal import StageKit
internal import TrainingStages

/// Settles how the worker threads of the matrix library wait for work.
///
/// Its OpenMP runtime, libgomp, lets idle threads spin for a third of a second by default. Where other programs want the
/// same cores, that made training three to five times slower; spinning for some microseconds only costs nothing
/// measurable on an idle machine. libgomp reads its variable when it is loaded, before `main`, so the program sets it
/// and starts itself again, once. That costs a hundredth of a second, so that only commands which compute do it.
///
/// Source: GCC's libgomp manual, GOMP_SPINCOUNT.
enum WorkerThreads {
    private static let commands: Set<String> = ["train", "predict"]
    private static let spins = "10000"

    /// Whether the user, or the program itself before it started again, has decided.
    static var areSettled: Bool { getenv("GOMP_SPINCOUNT") != nil || getenv("OMP_WAIT_POLICY") != nil }

    /// Starts the program again with a short spin, for commands that always compute.
    static func settle() {
        guard let command = CommandLine.arguments.dropFirst().first, commands.contains(command) else {
            return
        }
        settleNow()
    }

    /// The same for a run, where one of its stages trains or judges a model.
    static func settle(forKinds kinds: some Sequence<String>) {
        let computing = Set(TrainingStages.all.map { $0.kind.name })
        if kinds.contains(where: computing.contains) { settleNow() }
    }

    /// Only where the user has not decided already.
    private static func settleNow() {
        #if os(Linux)
            if areSettled { return }
            setenv("GOMP_SPINCOUNT", spins, 1)
            var arguments = CommandLine.arguments.map { strdup($0) }
            arguments.append(nil)
            // By its own path, so that ps and top go on calling it by its name.
            var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
            if readlink("/proc/self/exe", &path, Int(PATH_MAX)) > 0 { execv(path, arguments) }
            execv("/proc/self/exe", arguments)
            // Only reached where there is no /proc: go on as it is.
            for argument in arguments { free(argument) }
        #endif
    }
}
