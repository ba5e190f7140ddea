package import HubFiles

/// What a stage may see and use while it runs.
package struct StageContext: Sendable {
    package let run: RunDescription
    /// The stage's name in the pipeline file.
    package let stageName: String
    /// Digest of kind, parameters, inputs and files, 64 hex digits.
    package let fingerprint: String
    package let inputs: StageInputs
    /// Files that the parameters named, expanded and with their digests, by parameter.
    package let files: [String: [ResolvedFile]]
    /// Folder of the pipeline file, for paths shown to people. Absolute.
    package let baseFolder: String
    /// An empty folder to write outputs into, or on `restore` the folder that holds them. Absolute. It is moved to its
    /// place after the stage returns.
    package let outputFolder: String
    /// A folder that outlives a killed run of this same fingerprint, for progress that is to be resumed. Absolute. It
    /// is removed after the stage has succeeded.
    package let workFolder: String
    /// Threads that the stage may keep busy; at least 1. Results never depend on it.
    package let threads: Int
    package let ledger: any LedgerReader
    /// What else of the store it may use.
    package let store: StoreParts
    /// Figures of every stage before this one, in the order of the plan.
    package let upstream: [StageSummary]
    /// The kinds of the program, for stages that report on other stages.
    package let kinds: [StageKind]
    package let progress: any ProgressSink
    /// Whether everything is to be computed from nothing, whatever earlier runs have left.
    package let isForced: Bool
    private let isStopRequested: @Sendable () -> Bool
    private let findEarlierResult: @Sendable (_ sameParameters: Bool) throws -> EarlierResult?
    private let findLatestLocators: @Sendable () throws -> [String: JSONValue]

    package init(
        run: RunDescription, stageName: String, fingerprint: String, inputs: StageInputs,
        files: [String: [ResolvedFile]], baseFolder: String, outputFolder: String, workFolder: String,
        threads: Int,
        ledger: any LedgerReader, store: StoreParts, upstream: [StageSummary],
        kinds: [StageKind] = [], progress: any ProgressSink, isForced: Bool = false,
        isStopRequested: @escaping @Sendable () -> Bool,
        findEarlierResult: @escaping @Sendable (_ sameParameters: Bool) throws -> EarlierResult? = { _ in nil
        },
        findLatestLocators: @escaping @Sendable () throws -> [String: JSONValue] = { [:] }
    ) {
        self.run = run
        self.stageName = stageName
        self.fingerprint = fingerprint
        self.inputs = inputs
        self.files = files
        self.baseFolder = baseFolder
        self.outputFolder = outputFolder
        self.workFolder = workFolder
        self.threads = threads
        self.ledger = ledger
        self.store = store
        self.upstream = upstream
        self.kinds = kinds
        self.progress = progress
        self.isForced = isForced
        self.isStopRequested = isStopRequested
        self.findEarlierResult = findEarlierResult
        self.findLatestLocators = findLatestLocators
    }

    /// The latest result that this stage gave in this pipeline, by the same revision of its kind, with its files as
    /// they were made: something to start from. What a stage hands back must not depend on whether there is one.
    /// - Parameter sameParameters: whether only a result by the present parameters will do.
    package func earlierResult(sameParameters: Bool) throws -> EarlierResult? {
        try findEarlierResult(sameParameters)
    }

    /// What was recorded of an output of the stage's latest result in this pipeline, whatever has become of the result, and
    /// of a forced stage too: something to count from. `nil` if the stage gave none yet.
    package func latestLocator(of port: String) throws -> JSONValue? { try findLatestLocators()[port] }

    /// Marks a safe point: everything done so far may be left as it is.
    /// - Throws: ``StageInterrupted`` when the run was asked to stop.
    package func checkpoint() throws(StageInterrupted) {
        if isStopping { throw StageInterrupted() }
    }

    /// Whether the run was asked to stop.
    package var isStopping: Bool { isStopRequested() }
}

/// Facts about the run that are the same for all its stages.
package struct RunDescription: Hashable, Sendable {
    package let id: String
    /// The pipeline's name.
    package let pipeline: String
    /// The run's logical date, `YYYY-MM-DD`.
    package let date: String
    /// Whether `-S` changed a parameter.
    package let hasOverrides: Bool
    /// Labels are computed from what had been observed by then; seconds since 1970, UTC. `nil`: everything.
    package let asOf: Int64?
    /// Whether the network must not be used.
    package let offline: Bool
    /// Stages that are to be rebuilt from the files and answers of their sources.
    package let refreshed: Set<String>
    /// Set where an ingest stage reads its share of a source into a spool, and nothing into the ledger.
    package var gathering: Gathering?

    package init(
        id: String, pipeline: String, date: String, hasOverrides: Bool, asOf: Int64? = nil,
        offline: Bool = false, refreshed: Set<String> = []
    ) {
        self.id = id
        self.pipeline = pipeline
        self.date = date
        self.hasOverrides = hasOverrides
        self.asOf = asOf
        self.offline = offline
        self.refreshed = refreshed
    }
}

/// A file or folder that a parameter named.
package struct ResolvedFile: Hashable, Sendable {
    /// Absolute.
    package let path: String
    /// As the user would name it: relative to the pipeline's folder if it is inside it.
    package let shownPath: String
    /// SHA-256 of the content, 64 hex digits; for a folder over the names and digests of the files in it.
    package let digest: String
    /// Bytes.
    package let size: Int64
    package let isFolder: Bool
    /// Which files of a model folder the digest is of; nil: all.
    package var part: FolderPart?

    package init(path: String, shownPath: String, digest: String, size: Int64, isFolder: Bool) {
        self.path = path
        self.shownPath = shownPath
        self.digest = digest
        self.size = size
        self.isFolder = isFolder
    }
}

/// What a finished stage said about its result.
package struct StageSummary: Hashable, Sendable {
    package let stage: String
    package let kind: String
    package let figures: JSONValue
    /// What it and its checks warned of, whole sentences.
    package let warnings: [String]

    package init(stage: String, kind: String, figures: JSONValue, warnings: [String] = []) {
        self.stage = stage
        self.kind = kind
        self.figures = figures
        self.warnings = warnings
    }
}

/// Receives the progress of a stage. Cheap to call often; the receiver decides how often to show it.
package protocol ProgressSink: Sendable {
    /// - Parameters:
    ///   - done: how many units are finished.
    ///   - total: how many there are; `nil` if that is unknown.
    ///   - unit: plural noun, such as `rows` or `steps`.
    ///   - note: a short text beside the bar, such as a loss; empty for none.
    func report(_ done: Int, of total: Int?, unit: String, note: String)
    /// A sentence worth keeping in the log, with data beside it.
    func log(_ message: String, _ metadata: [String: String])
    /// A sentence the user should see, such as a choice that the stage made on its own.
    func warn(_ message: String)
}

extension ProgressSink {
    package func report(_ done: Int, of total: Int?, unit: String) {
        report(done, of: total, unit: unit, note: "")
    }
}
