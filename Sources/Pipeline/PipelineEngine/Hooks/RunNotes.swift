internal import Synchronization

/// Passes a run's events on and keeps those that a person should hear of when it has ended.
package final class RunNotes: EngineEventSink {
    /// What was said in words: `stage` is `nil` for the pipeline as a whole.
    package struct Sentence: Hashable, Sendable {
        package var stage: String?
        package var text: String

        package init(stage: String? = nil, _ text: String) {
            self.stage = stage
            self.text = text
        }
    }

    package struct Content: Hashable, Sendable {
        package var warnings: [Sentence] = []
        /// Figures outside the limits of a check with `else: warn`.
        package var warningChecks: [Sentence] = []
        /// Figures outside the limits of a check with `else: error`.
        package var failedChecks: [Sentence] = []
        /// What to do about a stage that failed, by its name.
        package var hints: [String: String] = [:]
        /// Files that were published, new or repaired.
        package var published: [String] = []

        package init() {}

        /// Whether a run that ended well should be looked at all the same.
        package var isWarning: Bool { !warnings.isEmpty || !warningChecks.isEmpty }
    }

    private let state = Mutex(Content())
    private let next: any EngineEventSink

    package init(_ next: any EngineEventSink) { self.next = next }

    package var content: Content { state.withLock { $0 } }

    package func receive(_ event: EngineEvent) {
        state.withLock { Self.note(event, in: &$0) }
        next.receive(event)
    }

    private static func note(_ event: EngineEvent, in content: inout Content) {
        switch event {
        case .warning(let stage, let message):
            content.warnings.append(Sentence(stage: stage, message))
        case .pipelineWarning(let message):
            let prefix = "warning: "
            let text = message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
            content.warnings.append(Sentence(text))
        case .checkFailed(let stage, let message, let isError, _):
            let sentence = Sentence(stage: stage, message)
            if isError {
                content.failedChecks.append(sentence)
            } else {
                content.warningChecks.append(sentence)
            }
        case .stageFailed(let stage, _, _, let hint?, _): content.hints[stage] = hint
        case .published(_, let path): content.published.append(path)
        default: break
        }
    }
}
