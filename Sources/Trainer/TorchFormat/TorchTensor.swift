internal import ShardFormat

/// One tensor of a ``TorchFile``.
package struct TorchTensor: Hashable, Sendable {
    package let name: String
    package let type: TorchType
    /// Row-major dimensions; empty for a single number.
    package let shape: [Int]
    /// Elements between neighbors in each dimension.
    let strides: [Int]
    /// Number of its storage, and the first of its elements there.
    let storage: Int
    let offset: Int

    /// Product of the dimensions.
    package var count: Int { shape.reduce(1, *) }
}

extension TorchTensor {
    /// Copies the elements in row-major order, whatever their strides; narrowing rounds to nearest.
    ///
    /// - Parameters:
    ///   - bytes: the whole storage, checked to hold every element.
    ///   - destination: as many elements as the tensor has.
    func copyFloats(
        from bytes: UnsafeRawBufferPointer, to destination: UnsafeMutableBufferPointer<Float>
    ) throws(TorchError) {
        switch type {
        case .float32: fill(destination, bytes) { (bits: UInt32) in Float(bitPattern: bits) }
        case .float64: fill(destination, bytes) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
        case .bfloat16: fill(destination, bytes) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
        case .float16: fill(destination, bytes) { (bits: UInt16) in Float(halfBits: bits) }
        default:
            throw TorchError(
                "tensor '\(name)' is made of \(type.rawValue); expected FloatStorage, DoubleStorage, HalfStorage or "
                    + "BFloat16Storage")
        }
    }

    private func fill<Bits: FixedWidthInteger>(
        _ destination: UnsafeMutableBufferPointer<Float>, _ bytes: UnsafeRawBufferPointer,
        _ convert: (Bits) -> Float
    ) {
        guard !destination.isEmpty else { return }
        let width = MemoryLayout<Bits>.size
        let (length, step) = (shape.last ?? 1, strides.last ?? 1)
        var place = Array(repeating: 0, count: max(0, shape.count - 1))
        var start = offset
        var index = 0
        while true {
            for column in 0..<length {
                let element = (start + column * step) * width
                let bits = Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: element, as: Bits.self))
                destination[index] = convert(bits)
                index += 1
            }
            // The next row: the outer dimensions count like the digits of a number.
            var dimension = place.count - 1
            while dimension >= 0 {
                place[dimension] += 1
                start += strides[dimension]
                if place[dimension] < shape[dimension] { break }
                start -= place[dimension] * strides[dimension]
                place[dimension] = 0
                dimension -= 1
            }
            if dimension < 0 { return }
        }
    }
}
