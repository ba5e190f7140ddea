private import Foundation
internal import PipelineEngine
internal import StageKit

/// Tells people what a run does: one line for each thing that happened, on standard error.
struct EventPrinter: EngineEventSink {
    private let display: ProgressDisplay
    private let isQuiet: Bool

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        display = ProgressDisplay(isQuiet: isQuiet)
    }

    func receive(_ event: EngineEvent) {
        switch event {
        case .runStarted(let run, let pipeline, let date, let stages):
            say("\(pipeline): run \(run) of \(date), \(stages.count) stages")
        case .stageStarted(let stage, _, let reasons):
            say("\(stage): \(reasons.map(\.text).joined(separator: ", "))")
        case .stageCached(let stage, _, let isRestored, _):
            say("\(stage): \(isRestored ? "restored an earlier result" : "cached")")
        case .stageFinished(let stage, let kind, let figures, let seconds):
            display.end(stage: stage)
            let text = FigureText.summary(of: figures, kind: kind)
            say("\(stage): done in \(Durations.text(seconds))\(text.isEmpty ? "" : "; \(text)")")
        case .stageFailed(let stage, _, let message, let hint, _):
            display.end(stage: stage)
            display.line("\(stage): error: \(message)" + (hint.map { "\nhint: \($0)" } ?? ""))
        case .stageInterrupted(let stage, _):
            display.end(stage: stage)
            display.line("\(stage): stopped at a safe point; run again to go on")
        case .stageSkipped(let stage, let why):
            say("\(stage): skipped, \(why)")
        case .checkFailed(let stage, let message, let isError, let keptIn):
            let kept = keptIn.map { "; its files are kept in \($0) and were not published" } ?? ""
            display.line("\(stage): \(isError ? "check failed" : "warning"): \(message)\(kept)")
        case .published(let stage, let path):
            say("\(stage): wrote \(path)")
        case .progress(let stage, let done, let total, let unit, let note):
            display.report(stage: stage, done: done, of: total, unit: unit, note: note)
        case .log(let stage, let message, let metadata):
            let data = metadata.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            say("\(stage): \(message)" + (data.isEmpty ? "" : " (\(data.joined(separator: ", ")))"))
        case .warning(let stage, let message):
            display.line("\(stage): warning: \(message)")
        case .runFinished(let report):
            say(Self.summary(of: report))
        }
    }

    private func say(_ text: String) {
        if !isQuiet { display.line(text) }
    }

    private static func summary(of report: RunReport) -> String {
        let ran = report.executed.count
        let cached = report.stages.count { $0.verdict == .cached || $0.verdict == .restored }
        let outcome =
            switch report.outcome {
            case .done: ran == 0 ? "nothing to do" : "done"
            case .failed: "failed"
            case .rejected: "a check failed"
            case .sourceIncomplete: "a source is incomplete"
            case .interrupted: "stopped; run again to go on"
            }
        return "\(outcome): \(ran) stages ran, \(cached) cached, in \(Durations.text(report.seconds))"
    }
}

/// Tells programs what a run does: a JSON object for each event, on standard error.
struct EventLog: EngineEventSink {
    func receive(_ event: EngineEvent) {
        guard var members = Self.members(of: event) else { return }
        members["time"] = .string(
            Date().ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true)))
        FileHandle.standardError.write(Data((JSONValue.object(members).canonicalText + "\n").utf8))
    }

    private static func members(of event: EngineEvent) -> [String: JSONValue]? {
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
                "reasons": .array(reasons.map { .string($0.text) }),
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
        case .runFinished(let report):
            [
                "event": "run_finished", "run": .string(report.run),
                "exit_status": .integer(Int(report.exitStatus)),
                "seconds": .number(report.seconds),
                "verdicts": .object(
                    Dictionary(
                        report.stages.map { ($0.stage, .string($0.verdict.rawValue)) },
                        uniquingKeysWith: { $1 })),
            ]
        }
    }
}

/// Figures in a few words.
enum FigureText {
    /// The figures of each kind that people look for first.
    private static let leading: [String: [String]] = [
        "ingest.files": ["rows", "empty_text", "quarantined", "new_comments", "repeats", "comments"],
        "clean": ["comments", "dropped_empty", "dropped_deleted", "dropped_short", "kept"],
        "label": ["controversial", "uncontroversial", "in_between", "too_few_votes", "unsure", "unsettled"],
        "sample": ["members", "controversial", "uncontroversial"],
        "split": ["rows", "copies_dropped", "groups"],
        "export": ["rows"],
        "vocabulary": ["pieces", "texts"],
        "shards": ["rows", "tokens", "mean_tokens", "truncated_rows", "padding_cost_batch"],
        "train": ["steps", "best_step", "metric", "best_metric"],
        "evaluate": ["rows", "accuracy", "macro_f1", "roc_auc"],
    ]

    /// `comments 120, kept 118`; zeros are left out.
    static func summary(of figures: JSONValue, kind: String) -> String {
        (leading[kind] ?? []).compactMap { name in
            guard let value = figures[name], value != .integer(0) else { return nil }
            return "\(name.replacing("_", with: " ")) \(text(value))"
        }.joined(separator: ", ")
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .integer(let number): grouped(number)
        case .number(let number): String(format: "%.4g", number)
        case .string(let text): text
        default: value.canonicalText
        }
    }

    /// `634,031`
    static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(abs(number)).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + String(text.reversed())
    }
}
