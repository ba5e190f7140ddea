internal import Console
internal import PipelineEngine
internal import Presentation

/// Reports a run to people: one line per event, on standard error.
struct EventPrinter: EngineEventSink {
    private let display: ProgressDisplay
    private let isQuiet: Bool

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        display = ProgressDisplay(isQuiet: isQuiet)
    }

    func receive(_ event: EngineEvent) {
        if case .progress(let stage, let done, let total, let unit, let note) = event {
            display.report(stage: stage, done: done, of: total, unit: unit, note: note)
        }
        if let stage = event.endedStage { display.end(stage: stage) }
        if let line = event.line(.all), line.isUrgent || !isQuiet { display.line(line.text) }
    }
}
