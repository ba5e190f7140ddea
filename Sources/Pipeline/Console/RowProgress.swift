/// How many rows a command has answered, shown on a terminal while it works.
package final class RowProgress {
    private let command: String
    private let display: ProgressDisplay
    private var rows = 0

    /// - Parameter sharesTerminal: whether answers go to standard output meanwhile: if that is the terminal, they show how far
    ///   it has come, and a bar would be among them.
    package init(of command: String, sharesTerminal: Bool) {
        self.command = command
        display = ProgressDisplay(
            isQuiet: !StandardStream.error.isTerminal || sharesTerminal && StandardStream.output.isTerminal)
    }

    package func add(_ count: Int) {
        rows += count
        display.report(stage: command, done: rows, of: nil, unit: "rows", note: "")
    }

    /// Takes the bar away.
    package func end() { display.end(stage: command) }
}
