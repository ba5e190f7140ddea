public import StageKit

/// One run of a pipeline, as it is registered when it begins.
public struct RunRecord: Hashable, Sendable {
    public var id: String
    public var pipeline: String
    /// The pipeline file as the user named it.
    public var file: String
    /// The logical date, `YYYY-MM-DD`.
    public var date: String
    /// Seconds since 1970, UTC.
    public var asOf: Int64?
    /// Parameters that `-S` changed. An object.
    public var overrides: JSONValue
    public var host: String
    public var pid: Int32

    public init(
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

    public var hasOverrides: Bool { overrides.objectValue?.isEmpty == false }
}

/// The state of a run.
public enum RunOutcome: String, Sendable, CaseIterable {
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
public enum StageVerdict: String, Sendable, CaseIterable {
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
    public var hasResult: Bool { self == .ran || self == .cached || self == .restored }
}

/// The outcome of a stage, recorded together with its artifacts and rows.
public struct StageRunRecord: Hashable, Sendable {
    /// The run's id.
    public var run: String
    public var pipeline: String
    public var stage: String
    public var kind: String
    public var fingerprint: String
    /// What the fingerprint was made of. An object.
    public var fields: JSONValue
    public var verdict: StageVerdict
    /// Why it ran, in words; empty if it did not.
    public var reason: String
    /// The error's words, or why it was skipped.
    public var message: String?
    public var figures: JSONValue
    public var publications: [Publication]
    public var warnings: [StageWarning]
    public var artifacts: [ArtifactRecord]
    /// The stage run whose artifacts are current; `nil`: its own.
    public var madeBy: Int64?
    /// Whether it goes by labels that are only tried, and so promotes none.
    public var isTrial: Bool
    /// ISO 8601, UTC.
    public var startedAt: String

    public init(
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
public struct ArtifactRecord: Hashable, Sendable {
    public var port: String
    /// Artifact type, such as `labels-v1`.
    public var type: String
    /// Relative to the artifacts folder.
    public var path: String
    /// SHA-256 of what it says, 64 hex digits.
    public var digest: String
    /// SHA-256 of its bytes, 64 hex digits.
    public var fileDigest: String
    /// Bytes.
    public var size: Int64
    public var locator: JSONValue

    public init(
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
    public static func resultFolder(of path: String) -> String {
        path.split(separator: "/").prefix(2).joined(separator: "/")
    }
}

/// The result of a stage that ran, as the store keeps it.
public struct StoredResult: Hashable, Sendable {
    /// Number of the stage run that made it.
    public var stageRun: Int64
    public var stage: String
    public var kind: String
    public var fingerprint: String
    public var fields: JSONValue
    public var figures: JSONValue
    public var publications: [Publication]
    public var warnings: [StageWarning]
    public var artifacts: [ArtifactRecord]
}

/// The outcome of a stage in the last run that included it.
public struct StageState: Hashable, Sendable {
    public var run: String
    public var stage: String
    public var kind: String
    public var fingerprint: String
    public var fields: JSONValue
    public var verdict: StageVerdict
    public var reason: String
    public var message: String?
    public var figures: JSONValue
    public var warnings: [StageWarning]
    public var startedAt: String
    public var finishedAt: String
    /// Whether it went by labels that were only tried.
    public var wasTrial: Bool
    /// The stage run whose artifacts are current.
    public var madeBy: Int64?

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
