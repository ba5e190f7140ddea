internal import ShardFormat
internal import StageKit
internal import Training

/// Failures of training, as errors that users can act on.
enum TrainingFailure {
    /// Runs `body`; errors of shards, models and scores become `StageError`s with the same words.
    static func asStageError<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as TrainingError {
            throw StageError(error.problem, hint: error.hint)
        } catch let error as ShardError {
            throw StageError(error.description)
        } catch let error as SafetensorsError {
            throw StageError(error.description)
        } catch let error as ScoringError {
            throw StageError(error.description)
        }
    }
}
