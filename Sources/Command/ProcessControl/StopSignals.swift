private import CLibrary
internal import Synchronization

/// SIGINT and SIGTERM: the first asks the run to stop at its next safe point, the second ends the program at once,
/// which is safe too because nothing is ever half-written.
package enum StopSignals {
    private static let received = Atomic<Int32>(0)

    /// From now on a signal is noted.
    package static func install() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                let (_, before) = StopSignals.received.compareExchange(
                    expected: 0, desired: number, ordering: .sequentiallyConsistent)
                if before != 0 { _exit(128 + number) }
            }
        }
    }

    package static var isStopRequested: Bool { received.load(ordering: .relaxed) != 0 }

    /// The first signal that came; `nil` while none has.
    package static var first: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }
}
