public import PipelinePlan
public import RunStore
public import StageKit

/// Something that happened in a run, for displays and logs. The engine itself prints nothing.
public enum EngineEvent: Sendable {
    /// - Parameter stages: names of the selected stages, in order.
    case runStarted(run: String, pipeline: String, date: String, stages: [String])
    case stageStarted(stage: String, kind: String, reasons: [RunReason])
    /// An earlier result is current.
    /// - Parameter isRestored: whether it had been replaced by another in the meantime.
    case stageCached(stage: String, kind: String, isRestored: Bool, figures: JSONValue)
    case stageFinished(stage: String, kind: String, figures: JSONValue, seconds: Double)
    case stageFailed(stage: String, kind: String, message: String, hint: String?, seconds: Double)
    case stageInterrupted(stage: String, seconds: Double)
    /// - Parameter why: `not its day`, `'labels' failed`, …
    case stageSkipped(stage: String, why: String)
    /// A figure is outside its limits. With `isError` the stage is rejected, and its files are kept under `keptIn`.
    case checkFailed(stage: String, message: String, isError: Bool, keptIn: String?)
    /// A file was published, new or repaired.
    case published(stage: String, path: String)
    case progress(stage: String, done: Int, total: Int?, unit: String, note: String)
    case log(stage: String, message: String, metadata: [String: String])
    case warning(stage: String, message: String)
    /// Something about the pipeline as a whole that is worth knowing, whole sentences.
    case pipelineWarning(String)
    case runFinished(RunReport)
}

public protocol EngineEventSink: Sendable {
    /// Called from several tasks; must not wait for long.
    func receive(_ event: EngineEvent)
}

/// Keeps no events.
public struct NoEvents: EngineEventSink {
    public init() {}
    public func receive(_ event: EngineEvent) {}
}

/// How a run ended as a whole.
public enum EngineOutcome: String, Hashable, Sendable {
    case done
    case failed
    /// A check with `else: error` failed.
    case rejected
    /// A source could not be read in full, or refused.
    case sourceIncomplete = "source_incomplete"
    case interrupted

    /// The program's exit status. The status of an interrupted run depends on the signal: 130 or 143.
    public var exitStatus: Int32 {
        switch self {
        case .done: 0
        case .failed: 1
        case .rejected: 3
        case .sourceIncomplete: 5
        case .interrupted: 130
        }
    }

    var stored: RunOutcome {
        switch self {
        case .done: .done
        case .failed, .sourceIncomplete: .failed
        case .rejected: .rejected
        case .interrupted: .interrupted
        }
    }
}

/// The outcome of a run.
public struct RunReport: Hashable, Sendable {
    public struct Stage: Hashable, Sendable {
        public var stage: String
        public var kind: String
        public var verdict: StageVerdict
        public var reasons: [RunReason]
        public var figures: JSONValue
        /// The error, or why it was skipped.
        public var message: String?
        public var seconds: Double
        public var artifacts: [ArtifactRecord]

        package init(
            stage: String, kind: String, verdict: StageVerdict, reasons: [RunReason] = [],
            figures: JSONValue = .null, message: String? = nil, seconds: Double = 0,
            artifacts: [ArtifactRecord] = []
        ) {
            self.stage = stage
            self.kind = kind
            self.verdict = verdict
            self.reasons = reasons
            self.figures = figures
            self.message = message
            self.seconds = seconds
            self.artifacts = artifacts
        }
    }

    public var run: String
    public var outcome: EngineOutcome
    public var exitStatus: Int32
    /// The selected stages, in the order of the plan.
    public var stages: [Stage]
    public var seconds: Double

    package init(
        run: String, outcome: EngineOutcome, exitStatus: Int32, stages: [Stage], seconds: Double
    ) {
        self.run = run
        self.outcome = outcome
        self.exitStatus = exitStatus
        self.stages = stages
        self.seconds = seconds
    }

    public subscript(stage: String) -> Stage? { stages.first { $0.stage == stage } }

    /// Names of the stages that did work.
    public var executed: [String] { stages.filter { $0.verdict == .ran }.map(\.stage) }
}
