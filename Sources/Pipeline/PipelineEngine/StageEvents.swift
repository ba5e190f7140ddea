public import StageKit

/// Passes on a stage's progress as events of a run.
public struct StageEvents: ProgressSink {
    private let stage: String
    private let sink: any EngineEventSink

    public init(stage: String, _ sink: any EngineEventSink) {
        self.stage = stage
        self.sink = sink
    }

    public func report(_ done: Int, of total: Int?, unit: String, note: String) {
        sink.receive(.progress(stage: stage, done: done, total: total, unit: unit, note: note))
    }

    public func log(_ message: String, _ metadata: [String: String]) {
        sink.receive(.log(stage: stage, message: message, metadata: metadata))
    }

    public func warn(_ message: String) { sink.receive(.warning(stage: stage, message: message)) }
}
