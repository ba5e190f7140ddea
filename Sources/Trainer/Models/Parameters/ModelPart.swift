/// Which part of a model a parameter belongs to.
package enum ModelPart: Hashable, Sendable {
    case embeddings
    /// Counted from 0.
    case layer(Int)
    case head
}

extension ParameterSet {
    /// Keeps the embeddings and this many of the first layers as they are; nil trains everything.
    func freeze(layers: Int?) {
        for (number, entry) in entries.enumerated() {
            isFrozen[number] =
                switch entry.part {
                case _ where entry.role == .keptWords: true
                case .embeddings: layers != nil
                case .layer(let layer): layer < layers ?? 0
                case .head: false
                }
        }
    }
}
