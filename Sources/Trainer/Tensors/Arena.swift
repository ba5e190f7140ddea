/// Memory for the tensors of one step: handed out in order, taken back all at once.
///
/// After a step that did not fit, the next one finds a single block large enough. Tensors from before a
/// ``reset()`` or ``release(to:)`` must not be used after it.
package final class Arena {
    /// A moment in the order of allocations.
    package struct Mark: Hashable, Sendable {
        fileprivate var block: Int
        fileprivate var used: Int
    }

    private var blocks: [AlignedBuffer] = []
    private var block = 0
    private var used = 0
    /// Most bytes in use at one time since the arena was made.
    package private(set) var peakBytes = 0
    private var finishedBytes = 0  // in blocks before the current one

    package init() {}

    /// Memory of this shape. Its contents are whatever was there before.
    package func tensor(_ shape: Shape, type: NumberType = .float32) -> Tensor {
        Tensor(base: bytes(shape.count * type.bytes), type: type, shape: shape)
    }

    /// Room for `count` floats of scratch.
    package func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
        bytes(count * 4).bindMemory(to: Float.self, capacity: max(1, count))
    }

    /// Room for `count` values.
    package func memory<Element: BitwiseCopyable>(of type: Element.Type, count: Int) -> UnsafeMutablePointer<
        Element
    > {
        bytes(count * MemoryLayout<Element>.stride).bindMemory(to: Element.self, capacity: max(1, count))
    }

    /// A copy of these values.
    package func copy<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafeMutablePointer<Element> {
        let memory = memory(of: Element.self, count: values.count)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { memory.update(from: base, count: source.count) }
        }
        return memory
    }

    /// Now, to come back to with ``release(to:)``.
    package var mark: Mark { Mark(block: block, used: used) }

    /// Takes back everything handed out since the mark.
    package func release(to mark: Mark) {
        while block > mark.block {
            block -= 1
            finishedBytes -= blocks[block].bytes
        }
        used = mark.used
    }

    /// Takes everything back.
    package func reset() {
        if blocks.count > 1 {
            let total = blocks.reduce(0) { $0 + $1.bytes }
            blocks = []
            blocks = [AlignedBuffer(bytes: total)]
        }
        block = 0
        used = 0
        finishedBytes = 0
    }

    private func bytes(_ count: Int) -> UnsafeMutableRawPointer {
        let size = (max(1, count) + 63) / 64 * 64
        while block < blocks.count, used + size > blocks[block].bytes {
            finishedBytes += blocks[block].bytes
            block += 1
            used = 0
        }
        if block == blocks.count {
            blocks.append(AlignedBuffer(bytes: max(size, 1 << 20, (blocks.last?.bytes ?? 0) * 2)))
        }
        defer {
            used += size
            peakBytes = max(peakBytes, finishedBytes + used)
        }
        return blocks[block].base + used
    }
}
