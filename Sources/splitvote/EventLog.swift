internal import PipelineEngine
internal import Presentation
internal import StageKit
internal import StoreFile
internal import Synchronization

/// Reports a run to programs: one JSON object per event, on standard error.
///
/// Progress is logged at most once a second per stage, however often the stage reports it.
final class EventLog: EngineEventSink {
    private static let progressInterval = Duration.seconds(1)
    private let lastProgress = Mutex<[String: ContinuousClock.Instant]>([:])

    func receive(_ event: EngineEvent) {
        if case .progress(let stage, _, _, _, _) = event, !isDue(stage) { return }
        ErrorReporter.note(event.json.adding("time", .string(Self.timestamp())).canonicalText)
    }

    /// Tells of an error that kept a command from running at all.
    static func tell(error: String, _ status: ExitStatus) {
        let event: JSONValue = [
            "event": "error", "message": .string(error), "exit_status": .integer(Int(status.rawValue)),
            "time": .string(timestamp()),
        ]
        ErrorReporter.note(event.canonicalText)
    }

    /// Now, as `2025-10-01T09:30:00.123Z`.
    private static func timestamp() -> String { StoreClock.system.timestamp() }

    private func isDue(_ stage: String) -> Bool {
        let now = ContinuousClock.now
        return lastProgress.withLock { last in
            if let before = last[stage], now - before < Self.progressInterval { return false }
            last[stage] = now
            return true
        }
    }
}
