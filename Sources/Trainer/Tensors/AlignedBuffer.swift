/// Owned memory, aligned to 64 bytes and zeroed.
package final class AlignedBuffer {
    package let bytes: Int
    package let base: UnsafeMutableRawPointer

    package init(bytes: Int) {
        self.bytes = bytes
        base = allocateZeroed(bytes: bytes)
    }

    deinit { releaseZeroed(base, bytes: bytes) }

    /// A contiguous tensor at the beginning of the memory.
    package func tensor(_ shape: Shape, type: NumberType = .float32) -> Tensor {
        precondition(shape.count * type.bytes <= bytes, "\(shape) does not fit into \(bytes) bytes")
        return Tensor(base: base, type: type, shape: shape)
    }

    /// A buffer holding these values.
    package convenience init(_ values: [Float]) {
        self.init(bytes: values.count * 4)
        values.withUnsafeBytes {
            if let source = $0.baseAddress { base.copyMemory(from: source, byteCount: $0.count) }
        }
    }
}
