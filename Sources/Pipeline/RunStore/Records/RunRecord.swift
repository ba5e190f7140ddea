package import StageKit

/// One run of a pipeline, as it is registered when it begins.
package struct RunRecord: Hashable, Sendable {
    package var id: String
    package var pipeline: String
    /// The pipeline file as the user named it.
    package var file: String
    /// The logical date, `YYYY-MM-DD`.
    package var date: String
    /// Seconds since 1970, UTC.
    package var asOf: Int64?
    /// Parameters that `-S` changed. An object.
    package var overrides: JSONValue
    package var host: String
    package var pid: Int32

    package init(
        id: String, pipeline: String, file: String, date: String, asOf: Int64? = nil,
        overrides: JSONValue = .object([:]), host: String, pid: Int32
    ) {
        self.id = id
        self.pipeline = pipeline
        self.file = file
        self.date = date
        self.asOf = asOf
        self.overrides = overrides
        self.host = host
        self.pid = pid
    }

    package var hasOverrides: Bool { overrides.objectValue?.isEmpty == false }
}

/// The state of a run.
package enum RunOutcome: String, Sendable, CaseIterable {
    case running
    case done
    /// A stage failed.
    case failed
    /// A check with `else: error` failed.
    case rejected
    /// It was asked to stop.
    case interrupted
    /// The process ended without a word; found out by a later run.
    case killed
}

/// The outcome of a stage in a run.
package enum StageVerdict: String, Sendable, CaseIterable {
    case ran
    /// The result of an earlier run is current.
    case cached
    /// An earlier result became current again.
    case restored
    /// It ran, and a check with `else: error` failed.
    case rejected
    case failed
    case interrupted
    /// Not its day, or something it depends on is missing.
    case skipped

    /// Whether the stage has a result that others may use.
    package var hasResult: Bool { self == .ran || self == .cached || self == .restored }
}

/// The outcome of a stage, recorded together with its artifacts and rows.
package struct StageRunRecord: Hashable, Sendable {
    /// The run's id.
    package var run: String
    package var pipeline: String
    package var stage: String
    package var kind: String
    package var fingerprint: String
    /// What the fingerprint was made of. An object.
    package var fields: JSONValue
    package var verdict: StageVerdict
    /// Why it ran, in words; empty if it did not.
    package var reason: String
    /// The error's words, or why it was skipped.
    package var message: String?
    package var figures: JSONValue
    package var publications: [Publication]
    package var warnings: [StageWarning]
    package var artifacts: [ArtifactRecord]
    /// The stage run whose artifacts are current; `nil`: its own.
    package var madeBy: Int64?
    /// Whether it goes by labels that are only tried, and so promotes none.
    package var isTrial: Bool
    /// ISO 8601, UTC.
    package var startedAt: String

    package init(
        run: String, pipeline: String, stage: String, kind: String, fingerprint: String, fields: JSONValue,
        verdict: StageVerdict, reason: String = "", message: String? = nil, figures: JSONValue = .object([:]),
        publications: [Publication] = [], warnings: [StageWarning] = [], artifacts: [ArtifactRecord] = [],
        madeBy: Int64? = nil, isTrial: Bool = false, startedAt: String
    ) {
        self.run = run
        self.pipeline = pipeline
        self.stage = stage
        self.kind = kind
        self.fingerprint = fingerprint
        self.fields = fields
        self.verdict = verdict
        self.reason = reason
        self.message = message
        self.figures = figures
        self.publications = publications
        self.warnings = warnings
        self.artifacts = artifacts
        self.madeBy = madeBy
        self.isTrial = isTrial
        self.startedAt = startedAt
    }
}

/// A file or folder that a stage made.
package struct ArtifactRecord: Hashable, Sendable {
    package var port: String
    /// Artifact type, such as `labels-v1`.
    package var type: String
    /// Relative to the artifacts folder.
    package var path: String
    /// SHA-256 of what it says, 64 hex digits.
    package var digest: String
    /// SHA-256 of its bytes, 64 hex digits.
    package var fileDigest: String
    /// Bytes.
    package var size: Int64
    package var locator: JSONValue

    package init(
        port: String, type: String, path: String, digest: String, fileDigest: String, size: Int64,
        locator: JSONValue = .null
    ) {
        self.port = port
        self.type = type
        self.path = path
        self.digest = digest
        self.fileDigest = fileDigest
        self.size = size
        self.locator = locator
    }

    /// The folder of the result that a path lies in; both are relative to the artifacts folder.
    package static func resultFolder(of path: String) -> String {
        path.split(separator: "/").prefix(2).joined(separator: "/")
    }
}

/// The result of a stage that ran, as the store keeps it.
package struct StoredResult: Hashable, Sendable {
    /// Number of the stage run that made it.
    package var stageRun: Int64
    package var stage: String
    package var kind: String
    package var fingerprint: String
    package var fields: JSONValue
    package var figures: JSONValue
    package var publications: [Publication]
    package var warnings: [StageWarning]
    package var artifacts: [ArtifactRecord]
}

/// The outcome of a stage in the last run that included it.
package struct StageState: Hashable, Sendable {
    package var run: String
    package var stage: String
    package var kind: String
    package var fingerprint: String
    package var fields: JSONValue
    package var verdict: StageVerdict
    package var reason: String
    package var message: String?
    package var figures: JSONValue
    package var warnings: [StageWarning]
    package var startedAt: String
    package var finishedAt: String
    /// Whether it went by labels that were only tried.
    package var wasTrial: Bool
    /// The stage run whose artifacts are current.
    package var madeBy: Int64?

    package init(
        run: String, stage: String, kind: String, fingerprint: String = "", fields: JSONValue = .null,
        verdict: StageVerdict, reason: String = "", message: String? = nil, figures: JSONValue = .null,
        warnings: [StageWarning] = [], startedAt: String, finishedAt: String, wasTrial: Bool = false,
        madeBy: Int64? = nil
    ) {
        self.run = run
        self.stage = stage
        self.kind = kind
        self.fingerprint = fingerprint
        self.fields = fields
        self.verdict = verdict
        self.reason = reason
        self.message = message
        self.figures = figures
        self.warnings = warnings
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.wasTrial = wasTrial
        self.madeBy = madeBy
    }
}
