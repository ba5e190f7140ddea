package import StageKit
package import StoreFile

/// How to execute a run; the plan says what to execute.
package struct EngineOptions: Sendable {
    /// Names of the stages that may run; `nil`: all. The others are used as they are.
    package var selection: Set<String>?
    /// Stages that run although their result is current.
    package var forced: Set<String> = []
    /// Stages that are to be rebuilt from the files and kept answers of their sources; forced too.
    package var refreshed: Set<String> = []
    /// Stages that are not looked at: this result of theirs is used, whatever has changed since it was made.
    package var pinned: [String: PinnedResult] = [:]
    /// Whether every selected stage runs although its result is current.
    package var forcesAll = false
    /// Whether stages that do not depend on a failed one continue.
    package var keepsGoing = false
    /// Stages that may run at once; at least 1.
    package var jobs = 1
    /// Threads for all stages together; at least 1.
    package var threads = 1
    /// Whether digests of files are taken from memory where size, time of change and inode are the same.
    package var usesFileMemory = true
    /// How long to wait for another run to end.
    package var lockWaitSeconds = 0.0
    package var offline = false
    /// Whether files of labels that are only tried go where those of the promoted set are, and not beside them.
    package var publishesTrials = false
    /// Labels are computed from what had been observed by then; seconds since 1970, UTC.
    package var asOf: Int64?
    /// Where the command was given, for relative paths that `-S` gave. Absolute.
    package var workingFolder: String?
    /// Set where the one selected stage, which ingests, gathers its share for a spool.
    package var gathering: Gathering?
    /// Name of this machine, for the lock and the record.
    package var host = "localhost"
    package var clock = StoreClock.system
    /// Asked at safe points.
    package var isStopRequested: @Sendable () -> Bool = { false }
    /// The exit status of an interrupted run: 130 or 143.
    package var interruptedStatus: @Sendable () -> Int32 = { EngineOutcome.interrupted.exitStatus }

    package init() {}
}

/// An earlier result that a run uses as it is.
package enum PinnedResult: Hashable, Sendable {
    /// The latest one.
    case latest
    /// The one that the stage run of this number made.
    case stageRun(Int64)
}
