internal import ArgumentParser
internal import Diagnostics
private import Foundation
internal import RunStore
internal import StageKit

/// What goes to standard error: notes, warnings and the last words of a failed command.
enum ErrorText {
    /// Writes a line that is worth knowing.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Says what went wrong and ends the program with the status that belongs to it.
    static func report(_ error: any Error) -> Never {
        switch error {
        case let error as DiagnosticsError:
            note(error.rendered())
            Splitvote.exit(withError: ExitCode(ExitStatus.badInput.rawValue))
        case let error as StageError:
            note("error: \(error)")
            let status = error.sourceIncomplete ? ExitStatus.sourceIncomplete : .stageFailed
            Splitvote.exit(withError: ExitCode(status.rawValue))
        case let error as StoreError:
            note("error: \(error)")
            Splitvote.exit(withError: ExitCode(status(of: error).rawValue))
        case is StageInterrupted:
            Splitvote.exit(withError: ExitCode((StopSignals.exitStatus ?? .interrupted).rawValue))
        case is CleanExit:
            Splitvote.exit(withError: error)
        default:
            // What ArgumentParser found wrong with the arguments ends with its own message; here it is status 2.
            let isUsage = Splitvote.exitCode(for: error) == .validationFailure
            let message = Splitvote.fullMessage(for: error)
            note(message.isEmpty ? "error: \(error)" : message)
            Splitvote.exit(
                withError: ExitCode(isUsage ? ExitStatus.badInput.rawValue : ExitStatus.stageFailed.rawValue))
        }
    }

    /// A store that the file names wrongly is a mistake in the file; one that fails under way is a failed run.
    private static func status(of error: StoreError) -> ExitStatus {
        switch error.kind {
        case .locked: .locked
        case .notADatabase, .foreign, .newer, .older, .networkFileSystem: .badInput
        case .diskFull, .permission, .damaged, .other: .stageFailed
        }
    }
}
