internal import PipelineEngine
internal import StageKit
internal import TextBasics

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
            say("\(pipeline): run \(run) of \(date), \(Counts.text(stages.count, "stage"))")
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
        case .pipelineWarning(let message):
            display.line(message)
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
        return
            "\(outcome): \(Counts.text(ran, "stage")) ran, \(cached) cached, in \(Durations.text(report.seconds))"
    }
}
