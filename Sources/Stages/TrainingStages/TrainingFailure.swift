internal import MessagePassing
internal import ShardFormat
internal import StageKit
internal import Training

/// Failures of training, as errors that users can act on.
enum TrainingFailure {
    /// Runs `body`; errors of shards, models and scores become `StageError`s with the same words.
    static func asStageError<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw stageError(error)
        }
    }

    /// The same of a body that waits.
    static func waiting<Result>(for body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            throw stageError(error)
        }
    }

    private static func stageError(_ error: any Error) -> any Error {
        switch error {
        case let error as TrainingError: StageError(error.problem, hint: error.hint)
        case let error as ShardError: StageError(error.description)
        case let error as CommunicationError: StageError(error.description)
        case let error as SafetensorsError: StageError(error.description)
        case let error as ScoringError: StageError(error.description)
        default: error
        }
    }
}
