private import CLibrary

/// How this process leaves those that were started with it: in good order, or by ending them with it.
final class MPIEnding: @unchecked Sendable {  // functions and a handle that never change
    typealias Abort = @convention(c) (UInt, Int32) -> Int32
    typealias Finalize = @convention(c) () -> Int32

    private let abort: Abort
    private let world: UInt
    private let finalize: Finalize

    init(_ library: MPILibrary, _ world: UInt) throws(CommunicationError) {
        abort = try library.function("MPI_Abort")
        finalize = try library.function("MPI_Finalize")
        self.world = world
    }

    // Changed by the one thread that makes MPI's calls, read when the process ends.
    private nonisolated(unsafe) static var current: MPIEnding?
    private nonisolated(unsafe) static var isExpected = false
    private nonisolated(unsafe) static var isWatching = false

    /// From now on the others wait for this process.
    static func joined(_ ending: MPIEnding) {
        isExpected = false
        current = ending
        watch()
    }

    /// - Returns: the last call; nil if there is none to be made.
    static func left() -> Finalize? {
        defer { current = nil }
        return current?.finalize
    }

    /// The others will wait for this process to join them.
    static func expected() {
        isExpected = true
        watch()
    }

    private static func watch() {
        if isWatching { return }
        isWatching = true
        #if canImport(Glibc)
            _ = on_exit({ status, _ in MPIEnding.end(status) }, nil)
        #else
            _ = atexit { if current != nil { MPIEnding.end(1) } }
        #endif
    }

    private static func end(_ status: Int32) {
        if let ending = current {
            current = nil
            _ = ending.abort(ending.world, max(1, status))
        } else if isExpected, status != 0 {
            // Launchers of MPICH take a signal for the end of all, and not a status before the start of MPI.
            // Threads that Swift starts have signals blocked.
            var set = sigset_t()
            sigemptyset(&set)
            sigaddset(&set, SIGTERM)
            signal(SIGTERM, SIG_DFL)
            pthread_sigmask(SIG_UNBLOCK, &set, nil)
            raise(SIGTERM)
        }
    }
}

extension MPILauncher {
    /// Says that this process will join those that were started with it. Where it ends with an error before it has, it ends by a
    /// signal, so that they do not wait for it.
    package func expectJoining() {
        if size != 1, endsBySignalAlone { MPIEnding.expected() }
    }
}
