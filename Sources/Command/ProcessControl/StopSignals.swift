private import CLibrary
internal import Synchronization

/// SIGINT, SIGTERM and the end of a time limit: the first asks the run to stop at its next safe point, a second signal ends the
/// program at once, which is safe too because nothing is ever half-written.
package enum StopSignals {
    private static let received = Atomic<Int32>(0)
    private static let deadline = Mutex<ContinuousClock.Instant?>(nil)

    /// From now on a signal is noted.
    /// - Parameter timeLimit: seconds after which the run is asked to stop all the same; `nil` for never.
    package static func install(timeLimit: Int? = nil) {
        let end = timeLimit.map { ContinuousClock.now + .seconds($0) }
        deadline.withLock { $0 = end }
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                let (_, before) = StopSignals.received.compareExchange(
                    expected: 0, desired: number, ordering: .sequentiallyConsistent)
                if before != 0 { _exit(128 + number) }
            }
        }
    }

    /// From now on a write to a pipe that nobody reads any more fails, and does not end the program: `run 2>&1 | head`
    /// takes a look, and the run continues. A handler, unlike `SIG_IGN`, is not handed down to programs that are started.
    package static func outliveReaders() { signal(SIGPIPE) { _ in } }

    package static var isStopRequested: Bool { received.load(ordering: .relaxed) != 0 || isOutOfTime }

    /// Whether the time limit has come.
    package static var isOutOfTime: Bool {
        deadline.withLock { $0 }.map { ContinuousClock.now >= $0 } ?? false
    }

    /// The status of a program that was asked to stop: 128 and the signal's number, or 10 at the end of the time limit.
    package static var exitStatus: Int32 {
        let number = received.load(ordering: .relaxed)
        return number == 0 && isOutOfTime ? 10 : 128 + (number == 0 ? SIGINT : number)
    }
}
