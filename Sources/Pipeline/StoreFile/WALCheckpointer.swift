internal import Dispatch
internal import Foundation
internal import GRDB
internal import Synchronization

/// Moves what imports have committed from the write-ahead log into the store's file, on a thread and a connection of
/// its own, while the import goes on or the next stage reads. It lets the stage's own record go first: whoever writes into
/// the log while it is forced to the disk has to wait for that.
///
/// It only does early what SQLite would do later, and never waits for anybody: what it does not get to move is left to
/// the writer's own checkpoints, which also tell of a disk that is full.
package final class WALCheckpointer: Sendable {
    private let work: Work

    /// Rows imported before it is worth a pass, while more may come and when no more come.
    private static let worthWhile = (going: 32_768, resting: 4_096)

    init(path: String, configuration: Configuration) {
        work = Work(path: path, configuration: configuration)
    }

    deinit { work.stop() }

    /// Notes that rows were committed.
    package func committed(rows: Int) { work.committed(rows: rows, worthWhile: Self.worthWhile.going) }

    /// Notes that no more rows come for now: once all are moved, the log is emptied, which closing would do otherwise.
    package func rest() { work.rest(worthWhile: Self.worthWhile.resting) }

    /// Ends the thread and its connection, and waits for that.
    func stop() {
        work.stop()
        work.threads.wait()
    }

    /// Unchecked: the configuration is never changed, and only the thread uses it.
    private final class Work: @unchecked Sendable {
        private struct State {
            var rows = 0
            var isRunning = false
            var isStopped = false
            var isResting = false
        }

        let threads = DispatchGroup()
        private let path: String
        private let configuration: Configuration
        private let state = Mutex(State())
        private let wake = DispatchSemaphore(value: 0)

        init(path: String, configuration: Configuration) {
            self.path = path
            self.configuration = configuration
        }

        func committed(rows: Int, worthWhile: Int) {
            wakeUp { state in
                state.rows += rows
                state.isResting = false
                return state.rows >= worthWhile
            }
        }

        func rest(worthWhile: Int) {
            wakeUp { state in
                if state.isResting { return false }
                state.isResting = true
                return state.isRunning || state.rows >= worthWhile
            }
        }

        /// - Parameter note: changes the state, and says whether a pass is due.
        private func wakeUp(_ note: (inout State) -> Bool) {
            let (starts, wakes) = state.withLock { state in
                guard note(&state), !state.isStopped else { return (false, false) }
                state.rows = 0
                defer { state.isRunning = true }
                return (!state.isRunning, true)
            }
            if starts {
                threads.enter()
                Thread { [self] in
                    run()
                    threads.leave()
                }.start()
            }
            if wakes { wake.signal() }
        }

        func stop() {
            state.withLock { $0.isStopped = true }
            wake.signal()
        }

        /// Empties the log, unless anybody uses it just now.
        private func empty(_ queue: DatabaseQueue?) {
            _ = try? queue?.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA busy_timeout = 0")
                _ = try database.checkpoint(.truncate)
            }
        }

        private func run() {
            let queue = try? DatabaseQueue(path: path, configuration: configuration)
            while true {
                wake.wait()
                // Several commits may have been made meanwhile; one pass does for them all.
                while wake.wait(timeout: .now()) == .success {}
                if state.withLock(\.isStopped) { break }
                _ = try? queue?.writeWithoutTransaction { try $0.checkpoint(.passive) }
                if state.withLock(\.isResting) { empty(queue) }
            }
            try? queue?.close()
        }
    }
}
