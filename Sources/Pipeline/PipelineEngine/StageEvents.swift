import StageKit

/// Passes on a stage's progress as events of a run.
package struct StageEvents: ProgressSink {
    private let stage: String
    private let sink: any EngineEventSink

    package init(stage: String, _ sink: any EngineEventSink) {
        self.stage = stage
        self.sink = sink
    }

    package func report(_ done: Int, of total: Int?, unit: String, note: String) {
        sink.receive(.progress(stage: stage, done: done, total: total, unit: unit, note: note))
    }

    package func log(_ message: String, _ metadata: [String: String]) {
        sink.receive(.log(stage: stage, message: message, metadata: metadata))
    }

    package func warn(_ message: String) { sink.receive(.warning(stage: stage, message: message)) }
}
