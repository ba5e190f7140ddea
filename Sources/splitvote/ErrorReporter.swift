internal import ArgumentParser
private import CLibrary
internal import Console
internal import Diagnostics
internal import PipelineEngine
internal import Presentation
internal import ProcessControl
internal import Synchronization

/// Output to standard error: notes, warnings and the final message of a failed command.
enum ErrorReporter {
    /// Writes a line that is worth knowing.
    static func note(_ text: String) {
        // If even standard error cannot be written, there is nowhere left to report to.
        let shown = TerminalColor.standard.styled(TerminalText.of(text))
        try? StandardStream.error.write(Array(shown.utf8) + (shown.hasSuffix("\n") ? [] : [0x0A]))
    }

    private static let isJSON = Atomic(false)

    /// How errors are reported: as text, or as an event of `--log-format json`.
    static var format: LogFormat {
        get { isJSON.load(ordering: .relaxed) ? .json : .text }
        set { isJSON.store(newValue == .json, ordering: .relaxed) }
    }

    /// Says what went wrong and ends the program with the status that belongs to it.
    /// - Parameter root: the command whose arguments they are.
    static func report(_ error: any Error, of root: any ParsableCommand.Type) -> Never {
        if let failure = CommandFailure(error) { end(failure.text, failure.status) }
        reportUsage(error, of: root)
    }

    /// What the argument parser throws: help that was asked for, or what is wrong with the arguments, which ends with
    /// its own message but with our status. Anything else is unexpected.
    private static func reportUsage(_ error: any Error, of root: any ParsableCommand.Type) -> Never {
        switch root.exitCode(for: error) {
        case .success: root.exit(withError: error)
        case .validationFailure: end(UsageText.of(root.fullMessage(for: error)), .badInput)
        default:
            end(
                "error: \(error)\nhint: this is a bug of splitvote; please report it with the command that led here",
                .bug)
        }
    }

    static func end(_ text: String?, _ status: ExitStatus) -> Never {
        if let text {
            note(format == .json ? EventLog.line(error: text, exitStatus: Int(status.rawValue)) : text)
        }
        CLibrary.exit(status.rawValue)
    }
}

/// How a run reports what it does.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json

    func sink(isQuiet: Bool = false) -> any EngineEventSink {
        self == .json ? EventLog(write: ErrorReporter.note) : EventPrinter(isQuiet: isQuiet, headlines: .all)
    }
}
