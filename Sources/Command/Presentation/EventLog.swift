package import PipelineEngine
internal import StageKit
package import StoreFile
internal import Synchronization

/// Tells programs what a run does: a JSON object for each event, a line each.
///
/// Progress is told at most once a second for each stage, however often the stage reports it.
package final class EventLog: EngineEventSink {
    private static let progressInterval = Duration.seconds(1)
    private let lastProgress = Mutex<[String: ContinuousClock.Instant]>([:])
    private let clock: StoreClock
    private let now: @Sendable () -> ContinuousClock.Instant
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - clock: gives each event its time.
    ///   - now: decides when progress is due.
    ///   - write: takes each event, a line without its end.
    package init(
        clock: StoreClock = .system,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        write: @escaping @Sendable (String) -> Void
    ) {
        self.clock = clock
        self.now = now
        self.write = write
    }

    package func receive(_ event: EngineEvent) {
        if case .progress(let stage, _, _, _, _) = event, !isDue(stage) { return }
        write(event.json.adding("time", .string(clock.timestamp())).canonicalText)
    }

    /// The event that tells of an error that kept a command from running at all.
    package static func line(
        error message: String, exitStatus: Int, clock: StoreClock = .system
    ) -> String {
        let event: JSONValue = [
            "event": "error", "message": .string(message), "exit_status": .integer(exitStatus),
            "time": .string(clock.timestamp()),
        ]
        return event.canonicalText
    }

    private func isDue(_ stage: String) -> Bool {
        let now = now()
        return lastProgress.withLock { last in
            if let before = last[stage], now - before < Self.progressInterval { return false }
            last[stage] = now
            return true
        }
    }
}
