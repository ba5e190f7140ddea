package import PipelineEngine
package import StageKit

extension EngineEvent {
    /// An object with a member `event`, its name; `schemas/event.schema.json` describes it.
    package var json: JSONValue {
        switch self {
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
        case .runFinished(let report): Self.ending(report)
        }
    }

    private static func ending(_ report: RunReport) -> JSONValue {
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
