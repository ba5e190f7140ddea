internal import Console
package import PipelineEngine

/// Reports a run to people: one line per event, on standard error.
package struct EventPrinter: EngineEventSink {
    private let display: ProgressDisplay
    private let isQuiet: Bool
    private let headlines: Headlines

    package init(isQuiet: Bool, headlines: Headlines) {
        self.isQuiet = isQuiet
        self.headlines = headlines
        display = ProgressDisplay(isQuiet: isQuiet)
    }

    package func receive(_ event: EngineEvent) {
        if case .progress(let stage, let done, let total, let unit, let note) = event {
            display.report(stage: stage, done: done, of: total, unit: unit, note: note)
        }
        if let stage = event.endedStage { display.end(stage: stage) }
        if let line = event.line(headlines), line.isUrgent || !isQuiet { display.line(line.text) }
    }
}
