internal import Tensors

/// States in, scores out. Independent of what the scores should have been. All in `Float32`: it is small.
protocol Head {
    associatedtype Saved

    /// The tokens whose states it reads.
    var wanted: Wanted { get }
    /// Scores of each wanted token.
    var scoreCount: Int { get }

    /// - Parameter states: `[wanted, width]`.
    /// - Returns: scores, `[wanted, scoreCount]`.
    func forward(_ states: Tensor, _ context: StepContext) throws -> (scores: Tensor, saved: Saved)

    /// Adds the gradients of the head's parameters; returns that of the states, `[wanted, width]`.
    func backward(
        _ gradient: Tensor, states: Tensor, saved: Saved, _ context: StepContext
    ) throws -> PaddedTensor

    /// What the last linear map reads, `[wanted, features]`.
    func features(_ saved: Saved) -> Tensor

    /// What the last linear map makes of them, `[wanted, scoreCount]`.
    func scores(of features: Tensor, _ runtime: ModelRuntime) throws -> Tensor
}
