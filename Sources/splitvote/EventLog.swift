private import Foundation
internal import PipelineEngine
internal import StageKit
internal import Synchronization

/// Tells programs what a run does: a JSON object for each event, on standard error.
///
/// Progress is told at most once a second for each stage, however often the stage reports it.
final class EventLog: EngineEventSink {
    private static let progressInterval = Duration.seconds(1)
    private let lastProgress = Mutex<[String: ContinuousClock.Instant]>([:])

    func receive(_ event: EngineEvent) {
        if case .progress(let stage, _, _, _, _) = event, !isDue(stage) { return }
        var members = Self.members(of: event)
        members["time"] = .string(Self.timestamp())
        ErrorText.note(JSONValue.object(members).canonicalText)
    }

    /// Tells of an error that kept a command from running at all.
    static func tell(error: String, _ status: ExitStatus) {
        let event: JSONValue = [
            "event": "error", "message": .string(error), "exit_status": .integer(Int(status.rawValue)),
            "time": .string(timestamp()),
        ]
        ErrorText.note(event.canonicalText)
    }

    /// Now, as `2025-10-01T09:30:00.123Z`.
    private static func timestamp() -> String {
        // The style asked for this way leaves the zone out.
        let text = Date().ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true))
        return text.hasSuffix("Z") ? text : text + "Z"
    }

    private func isDue(_ stage: String) -> Bool {
        let now = ContinuousClock.now
        return lastProgress.withLock { last in
            if let before = last[stage], now - before < Self.progressInterval { return false }
            last[stage] = now
            return true
        }
    }

    private static func members(of event: EngineEvent) -> [String: JSONValue] {
        switch event {
        case .runStarted(let run, let pipeline, let date, let stages):
            [
                "event": "run_started", "run": .string(run), "pipeline": .string(pipeline),
                "date": .string(date),
                "stages": .array(stages.map(JSONValue.string)),
            ]
        case .stageStarted(let stage, let kind, let reasons):
            [
                "event": "stage_started", "stage": .string(stage), "kind": .string(kind),
                "reasons": .array(reasons.map(\.json)),
            ]
        case .stageCached(let stage, let kind, let isRestored, _):
            [
                "event": "stage_cached", "stage": .string(stage), "kind": .string(kind),
                "restored": .bool(isRestored),
            ]
        case .stageFinished(let stage, let kind, let figures, let seconds):
            [
                "event": "stage_finished", "stage": .string(stage), "kind": .string(kind), "figures": figures,
                "seconds": .number(seconds),
            ]
        case .stageFailed(let stage, let kind, let message, let hint, let seconds):
            [
                "event": "stage_failed", "stage": .string(stage), "kind": .string(kind),
                "message": .string(message),
                "hint": hint.map(JSONValue.string) ?? .null, "seconds": .number(seconds),
            ]
        case .stageInterrupted(let stage, let seconds):
            ["event": "stage_interrupted", "stage": .string(stage), "seconds": .number(seconds)]
        case .stageSkipped(let stage, let why):
            ["event": "stage_skipped", "stage": .string(stage), "why": .string(why)]
        case .checkFailed(let stage, let message, let isError, let keptIn):
            [
                "event": "check_failed", "stage": .string(stage), "message": .string(message),
                "severity": isError ? "error" : "warn", "kept_in": keptIn.map(JSONValue.string) ?? .null,
            ]
        case .published(let stage, let path):
            ["event": "published", "stage": .string(stage), "path": .string(path)]
        case .progress(let stage, let done, let total, let unit, let note):
            [
                "event": "progress", "stage": .string(stage), "done": .integer(done),
                "total": total.map(JSONValue.integer) ?? .null, "unit": .string(unit), "note": .string(note),
            ]
        case .log(let stage, let message, let metadata):
            [
                "event": "log", "stage": .string(stage), "message": .string(message),
                "metadata": .object(metadata.mapValues(JSONValue.string)),
            ]
        case .warning(let stage, let message):
            ["event": "warning", "stage": .string(stage), "message": .string(message)]
        case .pipelineWarning(let message):
            ["event": "warning", "stage": .null, "message": .string(message)]
        case .runFinished(let report): ending(report)
        }
    }

    private static func ending(_ report: RunReport) -> [String: JSONValue] {
        [
            "event": "run_finished", "run": .string(report.run),
            "exit_status": .integer(Int(report.exitStatus)),
            "outcome": .string(report.outcome.rawValue),
            "seconds": .number(report.seconds),
            "verdicts": .object(
                Dictionary(
                    report.stages.map { ($0.stage, .string($0.verdict.rawValue)) },
                    uniquingKeysWith: { $1 })),
        ]
    }
}
