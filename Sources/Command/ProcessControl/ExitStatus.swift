/// How the command ends, for shells and schedulers.
package enum ExitStatus: Int32, Error, CaseIterable {
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

    /// What it tells, for the help and the reference.
    package var summary: String {
        switch self {
        case .done: "done"
        case .stageFailed: "a stage failed"
        case .badInput: "bad command line or pipeline file"
        case .checkFailed: "a check failed"
        case .locked: "another run holds the store"
        case .sourceIncomplete: "the source is incomplete"
        case .workPending: "work is pending (plan --exit-code, --time-limit)"
        case .bug: "a bug"
        case .interrupted: "stopped by an interrupt (Ctrl-C)"
        case .terminated: "stopped by SIGTERM"
        }
    }

    /// What is left behind, and what to do next.
    package var advice: String {
        switch self {
        case .done: "Nothing to do."
        case .stageFailed:
            "What was done before is kept. Read the message, fix the cause and run again; the run continues there."
        case .badInput: "Nothing ran. Each message has the line and column of a mistake."
        case .checkFailed:
            "A check with `else: error` failed. The stage's files were not published; the message names the folder where "
                + "they are kept. Look at them, then change the data or the check."
        case .locked:
            "Nothing ran. The message names the other run. Wait for it, or run with `--lock-wait 2h`."
        case .sourceIncomplete:
            "A file, table or site could not be read in full. What was read is kept; `status` says what is missing."
        case .workPending: "Run again to continue, or run what `plan` lists."
        case .bug: "Please report it, with the command and its output."
        case .interrupted, .terminated: "The run stopped at a safe point. Run again to continue."
        }
    }

    /// All of them in one sentence.
    package static var sentence: String {
        allCases.map { "\($0.rawValue) \($0.summary)" }.joined(separator: ", ") + "."
    }
}
