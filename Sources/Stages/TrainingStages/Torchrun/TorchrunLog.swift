private import Foundation
internal import StageKit
internal import Synchronization

/// Follows what a training by torchrun prints: a JSON object for each step and evaluation, and lines of its parts, which
/// say what went wrong.
final class TorchrunLog: Sendable {
    private struct State {
        var totalSteps: Int?
        var lastStep = 0
        /// The first problem that a process has told of, and what to do about it.
        var problem: String?
        var hint: String?
        /// How the launcher says a process ended, such as `exitcode: -9`.
        var ending: String?
        var job: String?
        var tail: [String] = []
    }

    private static let mostLines = 10
    private let progress: any ProgressSink
    private let state = Mutex(State())

    init(progress: any ProgressSink) { self.progress = progress }

    /// Number of the job that Slurm has taken.
    var job: String? { state.withLock { $0.job } }

    func take(_ line: String) {
        if line.hasPrefix("{"), let event = try? JSONValue(parsing: line),
            let name = event["event"]?.stringValue
        {
            return follow(name, event)
        }
        state.withLock { state in
            if let text = line.text(after: "error: "), state.problem == nil {
                state.problem = text
            } else if let text = line.text(after: "hint: "), state.hint == nil {
                state.hint = text
            } else if let number = line.text(after: "Submitted batch job ") {
                state.job = number
            } else if state.ending == nil, let start = line.range(of: "failed (exitcode: ") {
                state.ending = String(line[start.upperBound...].prefix { $0 != ")" })
            }
            state.tail.append(line)
            if state.tail.count > Self.mostLines { state.tail.removeFirst() }
        }
    }

    private func follow(_ name: String, _ event: JSONValue) {
        func number(_ key: String) -> String {
            event[key]?.doubleValue.map { String(format: "%.4f", $0) } ?? "undefined"
        }
        func text(_ key: String) -> String { event[key]?.stringValue ?? "" }
        switch name {
        case "start":
            let total = event["total_steps"]?.intValue
            state.withLock { $0.totalSteps = total }
            let count = event["processes"]?.intValue ?? 1
            progress.log(
                "PyTorch \(text("torch")) on \(text("device")), \(count) process\(count == 1 ? "" : "es") (\(text("backend")))",
                [:])
            if let step = event["resumed_from"]?.intValue {
                progress.log("resuming training", ["step": "\(step)"])
            }
        case "step":
            let step = event["step"]?.intValue ?? 0
            let total = state.withLock { state in
                state.lastStep = step
                return state.totalSteps
            }
            progress.report(
                step, of: total, unit: "steps",
                note: "loss \(number("loss")), \(Int(event["tokens_per_second"]?.doubleValue ?? 0)) tokens/s")
        case "evaluation":
            progress.log(
                "dev scores",
                [
                    "step": "\(event["step"]?.intValue ?? 0)", "loss": number("loss"),
                    "best": event["is_best"] == .bool(true) ? "yes" : "no", "accuracy": number("accuracy"),
                    "macro_f1": number("macro_f1"),
                ])
        case "warning": progress.warn(text("text"))
        default: break
        }
    }

    /// Why a training that ended too early did so.
    ///
    /// - Parameters:
    ///   - ending: how what was started ended, such as `ended with status 1`.
    ///   - folder: of the training.
    func error(_ ending: String, in folder: String) -> StageError {
        state.withLock { state in
            let kept = "what was trained is kept in \(folder): run again to continue"
            if let problem = state.problem { return StageError(problem, hint: state.hint ?? kept) }
            let said = state.tail.isEmpty ? "" : "; it said last:\n  " + state.tail.joined(separator: "\n  ")
            if let code = state.ending {
                let cause =
                    Int32(code).map { $0 < 0 ? "was ended by signal \(-$0)" : "ended with status \($0)" }
                    ?? code
                return StageError(
                    "a process of the training \(cause) after step \(state.lastStep)"
                        + (code == "-9" ? ", as it is where memory runs out" : ""), hint: kept)
            }
            return StageError("the training by torchrun \(ending)\(said)", hint: kept)
        }
    }
}

extension String {
    /// What follows a beginning; `nil` for a line that begins otherwise.
    fileprivate func text(after beginning: String) -> String? {
        hasPrefix(beginning) ? String(dropFirst(beginning.count)) : nil
    }
}
