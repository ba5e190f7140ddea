private import CLibrary
internal import Diagnostics
internal import Synchronization

/// Shows how far the running stages have come: a bar on a terminal, a plain line every ten seconds otherwise.
///
/// Everything goes to standard error.
package final class ProgressDisplay: Sendable {
    private struct Task {
        var started: ContinuousClock.Instant
        var shown: ContinuousClock.Instant
        /// Progress when the stage first reported, so that work done before a restart does not count as speed.
        var firstDone: Int
    }

    private struct State {
        var tasks: [String: Task] = [:]
        var barLength = 0
    }

    private let state = Mutex(State())
    private let isTerminal: Bool
    private let isQuiet: Bool
    private static let barInterval = Duration.milliseconds(100)
    private static let lineInterval = Duration.seconds(10)

    package init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        isTerminal = StandardStream.error.isTerminal
    }

    package func report(stage: String, done: Int, of total: Int?, unit: String, note: String) {
        if isQuiet { return }
        let now = ContinuousClock.now
        state.withLock { state in
            var task =
                state.tasks[stage] ?? Task(started: now, shown: now - Self.lineInterval, firstDone: done)
            if state.tasks[stage] == nil, !isTerminal { task.shown = now }
            defer { state.tasks[stage] = task }
            guard now - task.shown >= (isTerminal ? Self.barInterval : Self.lineInterval) else { return }
            task.shown = now
            let line = ProgressLine(
                stage: stage, done: done, total: total, unit: unit, note: note, firstDone: task.firstDone,
                seconds: (now - task.started) / .seconds(1))
            let text = TerminalText.of(line.text)
            if isTerminal {
                show(text, &state)
            } else {
                write(text + "\n")
            }
        }
    }

    /// Writes a line above the bar.
    package func line(_ text: String) {
        state.withLock { state in
            clear(&state)
            write(TerminalColor.standard.styled(TerminalText.of(text)) + "\n")
        }
    }

    /// Takes the bar away when a stage is over.
    package func end(stage: String) {
        state.withLock { state in
            clear(&state)
            state.tasks[stage] = nil
        }
    }

    private func show(_ text: String, _ state: inout State) {
        clear(&state)
        // A bar that wraps could not be erased.
        let fitting = ProgressLine.prefix(of: text, columns: Self.terminalColumns - 1)
        write("\r" + fitting)
        state.barLength = fitting.utf8.count
    }

    /// Columns of the terminal; 80 where it does not say.
    private static var terminalColumns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private func clear(_ state: inout State) {
        guard state.barLength > 0 else { return }
        write("\r\u{1B}[2K")
        state.barLength = 0
    }

    private func write(_ text: String) {
        // Where standard error cannot be written to, progress goes untold and the work continues.
        try? StandardStream.error.write(Array(text.utf8))
    }
}
