internal import StageKit
internal import Synchronization

/// Keeps what a stage says while it works.
package final class ProgressLog: ProgressSink {
    private struct Kept {
        var warnings: [String] = []
        var reports: [String] = []
        var messages: [(text: String, metadata: [String: String])] = []
    }

    private let kept = Mutex(Kept())

    package init() {}

    package func report(_ done: Int, of total: Int?, unit: String, note: String) {
        let line = "\(done) of \(total.map { "\($0)" } ?? "?") \(unit), \(note)"
        kept.withLock { $0.reports.append(line) }
    }

    package func log(_ message: String, _ metadata: [String: String]) {
        kept.withLock { $0.messages.append((message, metadata)) }
    }

    package func warn(_ message: String) {
        kept.withLock { $0.warnings.append(message) }
    }

    /// How far it said to have come, such as `3 of 5 rows, test`.
    package var reports: [String] { kept.withLock { $0.reports } }

    package var warnings: [String] { kept.withLock { $0.warnings } }

    package var messages: [String] { kept.withLock { $0.messages.map(\.text) } }

    /// The data beside the first message of that text; `nil` if there is none.
    package func metadata(of message: String) -> [String: String]? {
        kept.withLock { $0.messages.first { $0.text == message }?.metadata }
    }
}
