private import CLibrary
private import Foundation
internal import Synchronization

/// SIGINT and SIGTERM: the first asks the run to stop at its next safe point, the second ends the program at once,
/// which is safe too because nothing is ever half-written.
enum StopSignals {
    private static let received = Atomic<Int32>(0)

    static func install() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                let (_, before) = StopSignals.received.compareExchange(
                    expected: 0, desired: number, ordering: .sequentiallyConsistent)
                if before != 0 { _exit(128 + number) }
            }
        }
    }

    static var isStopRequested: Bool { received.load(ordering: .relaxed) != 0 }

    /// The status that the first signal asks for; `nil` without one.
    static var exitStatus: ExitStatus? {
        switch received.load(ordering: .relaxed) {
        case SIGINT: .interrupted
        case SIGTERM: .terminated
        default: nil
        }
    }
}
