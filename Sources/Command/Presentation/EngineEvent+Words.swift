package import PipelineEngine
internal import TextBasics

/// The text shown for an event, in a line or two.
package struct EventLine: Hashable, Sendable {
    package var text: String
    /// A warning or an error, which is shown even if nothing else is.
    package var isUrgent: Bool

    package init(text: String, isUrgent: Bool = false) {
        self.text = text
        self.isUrgent = isUrgent
    }
}

extension EngineEvent {
    /// `nil` for progress, which is displayed but not logged.
    package func line(_ headlines: Headlines) -> EventLine? {
        switch self {
        case .runStarted(let run, let pipeline, let date, let stages):
            EventLine(text: "\(pipeline): run \(run) of \(date), \(Counts.text(stages.count, "stage"))")
        case .stageStarted(let stage, _, let reasons):
            EventLine(text: "\(stage): \(reasons.map(\.text).joined(separator: ", "))")
        case .stageCached(let stage, _, let isRestored, _):
            EventLine(text: "\(stage): \(isRestored ? "restored an earlier result" : "cached")")
        case .stageFinished(let stage, let kind, let figures, let seconds):
            EventLine(
                text:
                    "\(stage): done in \(Durations.text(seconds))\(Self.figures(headlines.summary(of: figures, kind: kind)))"
            )
        case .stageFailed(let stage, _, let message, let hint, _):
            EventLine(
                text: "\(stage): error: \(message)" + (hint.map { "\nhint: \($0)" } ?? ""), isUrgent: true)
        case .stageInterrupted(let stage, _):
            EventLine(text: "\(stage): stopped at a safe point; run again to continue", isUrgent: true)
        case .stageSkipped(let stage, let why): EventLine(text: "\(stage): skipped, \(why)")
        case .checkFailed(let stage, let message, let isError, let keptIn):
            EventLine(
                text: "\(stage): \(isError ? "check failed" : "warning"): \(message)"
                    + (keptIn.map { "; its files are kept in \($0) and were not published" } ?? ""),
                isUrgent: true)
        case .published(let stage, let path): EventLine(text: "\(stage): wrote \(path)")
        case .progress: nil
        case .log(let stage, let message, let metadata):
            EventLine(text: "\(stage): \(message)\(Self.words(metadata))")
        case .warning(let stage, let message):
            EventLine(text: "\(stage): warning: \(message)", isUrgent: true)
        case .pipelineWarning(let message): EventLine(text: message, isUrgent: true)
        case .runFinished(let report): EventLine(text: Self.summary(of: report))
        }
    }

    /// The stage that is over with this event, well or not.
    package var endedStage: String? {
        switch self {
        case .stageFinished(let stage, _, _, _), .stageFailed(let stage, _, _, _, _),
            .stageInterrupted(let stage, _):
            stage
        default: nil
        }
    }

    private static func figures(_ text: String) -> String { text.isEmpty ? "" : "; \(text)" }

    private static func words(_ metadata: [String: String]) -> String {
        let data = metadata.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return data.isEmpty ? "" : " (\(data.joined(separator: ", ")))"
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
            case .interrupted: "stopped; run again to continue"
            }
        return
            "\(outcome): \(Counts.text(ran, "stage")) ran, \(cached) cached, in \(Durations.text(report.seconds))"
    }
}
