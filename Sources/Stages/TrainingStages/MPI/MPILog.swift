internal import StageKit
internal import Synchronization

/// Follows what processes started by MPI print: events of the first one, errors of any, and what their launcher says.
final class MPILog: Sendable {
    private struct State {
        /// The first error that a process told of.
        var problem: String?
        var tail: [String] = []
    }

    private static let mostLines = 10
    private let progress: any ProgressSink
    /// What is said of the model that the processes write there is left out: the stage's own is written from it.
    private let workFolder: String
    private let state = Mutex(State())

    init(progress: any ProgressSink, workFolder: String) {
        self.progress = progress
        self.workFolder = workFolder
    }

    func take(_ line: String) {
        if line.hasPrefix("{"), let event = try? JSONValue(parsing: line),
            let name = event["event"]?.stringValue
        {
            return follow(name, event)
        }
        state.withLock { state in
            state.tail.append(line)
            if state.tail.count > Self.mostLines { state.tail.removeFirst() }
        }
    }

    private func follow(_ name: String, _ event: JSONValue) {
        let message = event["message"]?.stringValue ?? ""
        switch name {
        case "progress":
            progress.report(
                event["done"]?.intValue ?? 0, of: event["total"]?.intValue,
                unit: event["unit"]?.stringValue ?? "", note: event["note"]?.stringValue ?? "")
        case "log" where !message.contains(workFolder):
            let metadata = event["metadata"]?.members ?? []
            progress.log(
                message,
                Dictionary(metadata.map { ($0.key, $0.value.stringValue ?? "") }, uniquingKeysWith: { $1 }))
        case "warning": progress.warn(message)
        case "error": state.withLock { $0.problem = $0.problem ?? message }
        default: break
        }
    }

    /// Why a training that ended too early did so.
    ///
    /// - Parameter ending: how the launcher ended, in a sentence.
    func error(_ ending: String) -> StageError {
        state.withLock { state in
            let kept = "what was trained is kept: run again to continue"
            if var problem = state.problem {
                if problem.hasPrefix("error: ") { problem.removeFirst("error: ".count) }
                let parts = problem.split(separator: "\nhint: ", maxSplits: 1).map(String.init)
                return StageError(parts.first ?? problem, hint: parts.count > 1 ? parts[1] : kept)
            }
            let said = state.tail.isEmpty ? "" : "; it said last:\n  " + state.tail.joined(separator: "\n  ")
            return StageError(ending + said, hint: kept)
        }
    }
}
