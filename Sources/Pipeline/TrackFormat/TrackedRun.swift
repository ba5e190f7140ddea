internal import Digests

/// A stage's work, as programs that show trainings know it: what was set, and numbers by step.
package struct TrackedRun: Hashable, Sendable {
    /// The pipeline's name.
    package var experiment: String
    package var stage: String
    /// Digest of all that decides the result, 64 hex digits.
    package var fingerprint: String
    /// What was set, in the order in which it is shown.
    package var parameters: [TrackedText]
    /// What else is known of it.
    package var tags: [TrackedText]
    /// When it began: milliseconds since 1970, UTC.
    package var started: Int64

    package init(
        experiment: String, stage: String, fingerprint: String, parameters: [TrackedText] = [],
        tags: [TrackedText] = [], started: Int64
    ) {
        self.experiment = experiment
        self.stage = stage
        self.fingerprint = fingerprint
        self.parameters = parameters
        self.tags = tags
        self.started = started
    }

    /// 32 hex digits, the same for the same work whenever it is written.
    package var id: String {
        String(ContentDigest.of([experiment, stage, fingerprint].joined(separator: "\u{1F}")).prefix(32))
    }

    /// Which run of the pipeline the work was part of.
    package static func tags(run: String, date: String) -> [TrackedText] {
        [TrackedText("splitvote.run", run), TrackedText("splitvote.date", date)]
    }

    /// `model-0123abcd`
    package var name: String { "\(stage)-\(fingerprint.prefix(8))" }
}

/// A text by its name.
package struct TrackedText: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        (self.name, self.value) = (name, value)
    }
}

/// A number at a step.
package struct TrackedPoint: Hashable, Sendable {
    /// Parts with `/` between them, such as `train/loss`.
    package var name: String
    package var value: Double
    package var step: Int
    /// Milliseconds since 1970, UTC.
    package var time: Int64

    package init(_ name: String, _ value: Double, step: Int, time: Int64) {
        (self.name, self.value, self.step, self.time) = (name, value, step, time)
    }
}

/// How a run stands.
package enum TrackedStatus: Sendable {
    case running
    case finished
    /// To be continued.
    case stopped
}
