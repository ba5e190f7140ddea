public import StoreFile

/// How to execute a run; the plan says what to execute.
public struct EngineOptions: Sendable {
    /// Names of the stages that may run; `nil`: all. The others are used as they are.
    public var selection: Set<String>?
    /// Stages that run although their result is current.
    public var forced: Set<String> = []
    /// Stages that are to be rebuilt from the files and kept answers of their sources; forced too.
    public var refreshed: Set<String> = []
    /// Stages that are not looked at: this result of theirs is used, whatever has changed since it was made.
    public var pinned: [String: PinnedResult] = [:]
    /// Whether every selected stage runs although its result is current.
    public var forcesAll = false
    /// Whether stages that do not depend on a failed one continue.
    public var keepsGoing = false
    /// Stages that may run at once; at least 1.
    public var jobs = 1
    /// Threads for all stages together; at least 1.
    public var threads = 1
    /// Whether digests of files are taken from memory where size, time of change and inode are the same.
    public var usesFileMemory = true
    /// How long to wait for another run to end.
    public var lockWaitSeconds = 0.0
    public var offline = false
    /// Whether files of labels that are only tried go where those of the promoted set are, and not beside them.
    public var publishesTrials = false
    /// Labels are computed from what had been observed by then; seconds since 1970, UTC.
    public var asOf: Int64?
    /// Where the command was given, for relative paths that `-S` gave. Absolute.
    public var workingFolder: String?
    /// Name of this machine, for the lock and the record.
    public var host = "localhost"
    public var clock = StoreClock.system
    /// Asked at safe points.
    public var isStopRequested: @Sendable () -> Bool = { false }
    /// The exit status of an interrupted run: 130 or 143.
    public var interruptedStatus: @Sendable () -> Int32 = { EngineOutcome.interrupted.exitStatus }

    public init() {}
}

/// An earlier result that a run uses as it is.
public enum PinnedResult: Hashable, Sendable {
    /// The latest one.
    case latest
    /// The one that the stage run of this number made.
    case stageRun(Int64)
}
