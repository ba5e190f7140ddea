/// How the command ends, for shells and schedulers.
enum ExitStatus: Int32, Error {
    case done = 0
    case stageFailed = 1
    /// Bad command line or pipeline file; nothing ran.
    case badInput = 2
    case checkFailed = 3
    case locked = 4
    case sourceIncomplete = 5
    case workPending = 10
    /// A mistake of ours.
    case bug = 70
    case interrupted = 130
    case terminated = 143
}
