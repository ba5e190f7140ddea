internal import Tensors

/// Sees what the layers of a pass compute, and may add to gradients on the way back.
///
/// What it wants to keep it copies: layers take their memory back.
protocol LayerObserver: AnyObject {
    /// - Parameters:
    ///   - states: of all tokens that are computed, `[tokens, hidden]`, `Float32`.
    ///   - layers: that they went through; 0 for the embeddings.
    func read(_ states: PaddedTensor, after layers: Int) throws

    /// - Parameters:
    ///   - queries: `[tokens, hidden]`, of either number type, as `keys`.
    ///   - layer: counted from 0. One whose activations are computed twice is seen twice.
    func read(queries: Tensor, keys: Tensor, of layer: Int) throws

    /// - Parameter gradient: of the states behind that number of layers; to be added to.
    func addGradient(after layers: Int, to gradient: PaddedTensor) throws

    /// - Parameters:
    ///   - queries: gradient of a layer's queries, of either number type; to be added to.
    ///   - keys: that of its keys.
    func addGradient(of layer: Int, toQueries queries: Tensor, keys: Tensor) throws
}
