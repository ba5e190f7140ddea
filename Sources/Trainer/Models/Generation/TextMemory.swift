internal import Tensors

/// Keys and values that the tokens of one text left in each layer, so that the next token is computed alone.
package final class TextMemory {
    /// Tokens that were read.
    package internal(set) var count = 0
    /// Most tokens that it has room for.
    package let capacity: Int
    private let layers: Int
    private let width: Int
    private let type: NumberType
    /// Of each layer [capacity, 2 · hidden], a token's key and value beside each other.
    private let buffer: AlignedBuffer

    init(capacity: Int, plan: TransformerPlan, type: NumberType) {
        (self.capacity, layers, width, self.type) = (capacity, plan.layers, plan.hiddenSize, type)
        buffer = AlignedBuffer(bytes: max(1, plan.layers * capacity * 2 * plan.hiddenSize * type.bytes))
    }

    private init(of other: TextMemory) {
        (count, capacity, layers) = (other.count, other.capacity, other.layers)
        (width, type) = (other.width, other.type)
        buffer = AlignedBuffer(bytes: other.buffer.bytes)
        for layer in 0..<layers {
            base(layer).copyMemory(from: other.base(layer), byteCount: count * rowBytes)
        }
    }

    /// The same, to be continued otherwise.
    package func copy() -> TextMemory { TextMemory(of: self) }

    private var rowBytes: Int { 2 * width * type.bytes }

    private func base(_ layer: Int) -> UnsafeMutableRawPointer {
        buffer.base + layer * capacity * rowBytes
    }

    /// Keys and values of the first tokens of the text, `[tokens, hidden]` each.
    func tensors(of layer: Int, tokens: Int) -> (keys: Tensor, values: Tensor) {
        precondition(tokens <= capacity, "a text outgrew its memory")
        let all = Tensor(base: base(layer), type: type, shape: [tokens, 2 * width])
        return (all.columns(0..<width), all.columns(width..<2 * width))
    }

    /// Appends those of the tokens that are read now; they count when the pass is over.
    func keep(_ keys: Tensor, _ values: Tensor, of layer: Int) {
        let end = count + keys.rows
        let (allKeys, allValues) = tensors(of: layer, tokens: end)
        for (source, target) in [(keys, allKeys), (values, allValues)] {
            let rows = target.rows(count..<end)
            for row in 0..<source.rows {
                (rows.base + row * rows.stride * type.bytes).copyMemory(
                    from: source.base + row * source.stride * type.bytes, byteCount: width * type.bytes)
            }
        }
    }
}
