package import PipelinePlan
package import RunStore
package import StageKit

/// Something that happened in a run, for displays and logs. The engine itself prints nothing.
package enum EngineEvent: Sendable {
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

package protocol EngineEventSink: Sendable {
    /// Called from several tasks; must not wait for long.
    func receive(_ event: EngineEvent)
}

/// Keeps no events.
package struct NoEvents: EngineEventSink {
    package init() {}
    package func receive(_ event: EngineEvent) {}
}

/// How a run ended as a whole.
package enum EngineOutcome: String, Hashable, Sendable {
    case done
    case failed
    /// A check with `else: error` failed.
    case rejected
    /// A source could not be read in full, or refused.
    case sourceIncomplete = "source_incomplete"
    case interrupted

    /// The program's exit status. The status of an interrupted run depends on the signal: 130 or 143.
    package var exitStatus: Int32 {
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
package struct RunReport: Hashable, Sendable {
    package struct Stage: Hashable, Sendable {
        package var stage: String
        package var kind: String
        package var verdict: StageVerdict
        package var reasons: [RunReason]
        package var figures: JSONValue
        /// The error, or why it was skipped.
        package var message: String?
        package var seconds: Double
        package var artifacts: [ArtifactRecord]

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

    package var run: String
    package var outcome: EngineOutcome
    package var exitStatus: Int32
    /// The selected stages, in the order of the plan.
    package var stages: [Stage]
    package var seconds: Double

    package init(
        run: String, outcome: EngineOutcome, exitStatus: Int32, stages: [Stage], seconds: Double
    ) {
        self.run = run
        self.outcome = outcome
        self.exitStatus = exitStatus
        self.stages = stages
        self.seconds = seconds
    }

    package subscript(stage: String) -> Stage? { stages.first { $0.stage == stage } }

    /// Names of the stages that did work.
    package var executed: [String] { stages.filter { $0.verdict == .ran }.map(\.stage) }
}
