internal import Diagnostics
internal import Models
package import ProcessControl
internal import RunStore
internal import ShardFormat
internal import StageKit
internal import StoreFile
internal import TableFormat
internal import Tokenization
internal import Training

/// How a command ends that was stopped by an error: what it says and with which status.
package struct CommandFailure {
    /// For standard error; `nil` if what happened is said already.
    package let text: String?
    package let status: ExitStatus

    /// - Returns: `nil` for errors that no part of splitvote throws on purpose: those of the argument parser, and bugs.
    package init?(_ error: any Error) {
        switch error {
        case let error as DiagnosticsError: (text, status) = (error.rendered(), .badInput)
        case let error as StageError:
            (text, status) = ("error: \(error)", error.sourceIncomplete ? .sourceIncomplete : .stageFailed)
        case let error as StoreError:
            (text, status) = ("error: \(error)", ExitStatus(rawValue: error.exitStatus) ?? .bug)
        case is StageInterrupted:
            (text, status) = (nil, ExitStatus(rawValue: StopSignals.exitStatus) ?? .interrupted)
        case is TrainingError, is TokenizationError, is TableError, is ConfigurationError, is ShardError,
            is SafetensorsError, is ComputeError:
            (text, status) = ("error: \(error)", .stageFailed)
        default:
            // A disk that is full, a folder that may not be written: no one's bug.
            guard let words = StageError(file: error) else { return nil }
            (text, status) = ("error: \(words)", .stageFailed)
        }
    }
}
