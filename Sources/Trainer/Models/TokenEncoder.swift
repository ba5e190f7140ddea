internal import Tensors

/// Tokens in, one state for each wanted token out.
///
/// 1. `forward` reads its parameters and the batch, and writes only memory of the arena.
/// 2. `backward` adds to the gradients of its parameters; it may use the memory of the gradient it is given.
/// 3. Results depend on parameters, batch and dropout key alone: not on threads, nor on how rows are grouped.
/// 4. What `forward` saves dies with the arena's next reset.
protocol TokenEncoder {
    associatedtype Saved

    /// Channels of a state.
    var width: Int { get }
    /// Layers between the embeddings and the head.
    var depth: Int { get }
    /// The embeddings and this many first layers are frozen; nil if everything is trained.
    var frozenLayers: Int? { get set }
    /// Whether layers keep only their input for the backward pass, which then computes the rest again.
    var recomputes: Bool { get set }
    /// Whether the last layer computes only what is wanted; exact, and off in tests of that very equality.
    var shortensLastLayer: Bool { get set }

    /// States of the wanted tokens, `[wanted, width]`, `Float32`.
    ///
    /// - Parameters:
    ///   - keeps: whether the backward pass will follow; without it memory is reused layer by layer.
    ///   - watch: called with the name of each place and its activations.
    func forward(
        _ context: StepContext, keeps: Bool, watch: (String, PaddedTensor) -> Void
    ) throws -> (states: PaddedTensor, saved: Saved?)

    /// Adds the gradients of all trained parameters.
    /// - Parameter gradient: of the states; overwritten.
    func backward(_ gradient: PaddedTensor, saved: Saved, _ context: StepContext) throws

    /// Bytes of activations that a step needs, estimated from the sizes of what a layer keeps.
    func activationBytes(tokens: Int, rows: Int, precision: Precision) -> Int
}
