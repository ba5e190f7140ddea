/// How a text continues.
package struct Continuation: Hashable, Sendable {
    /// Why it ends.
    package enum End: String, Hashable, Sendable {
        /// A token that ends texts came, which is not among ``tokens``.
        case ended = "end"
        /// It is as long as was asked for.
        case length
        /// The model has no position for another token.
        case positions
    }

    package var tokens: [Int32] = []
    package var end = End.length
}
