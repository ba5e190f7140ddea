/// Format of the numbers in a tensor.
package enum NumberType: Hashable, Sendable {
    case float32
    /// The upper half of a `Float32`.
    case bfloat16

    package var bytes: Int { self == .float32 ? 4 : 2 }
    var code: Int32 { self == .float32 ? 0 : 1 }
}

/// A view of numbers in memory that someone else owns: an arena, a parameter set, an ``AlignedBuffer``.
///
/// Row-major; the distance between rows may exceed their length. Valid as long as the owner keeps the memory.
package struct Tensor {
    package let base: UnsafeMutableRawPointer
    package let type: NumberType
    package let shape: Shape
    /// Numbers from the start of one row (last dimension) to the start of the next.
    package let stride: Int

    package init(base: UnsafeMutableRawPointer, type: NumberType = .float32, shape: Shape, stride: Int? = nil)
    {
        self.base = base
        self.type = type
        self.shape = shape
        self.stride = stride ?? shape.columns
    }

    package init(_ floats: UnsafeMutablePointer<Float>, _ shape: Shape) {
        self.init(base: UnsafeMutableRawPointer(floats), shape: shape)
    }

    package var rows: Int { shape.rows }
    package var columns: Int { shape.columns }

    /// The numbers as floats.
    /// - Precondition: ``type`` is `.float32`.
    package var floats: UnsafeMutablePointer<Float> {
        precondition(type == .float32, "a bfloat16 tensor was read as float32")
        return base.assumingMemoryBound(to: Float.self)
    }

    /// The numbers as bfloat16 bit patterns.
    /// - Precondition: ``type`` is `.bfloat16`.
    package var halves: UnsafeMutablePointer<UInt16> {
        precondition(type == .bfloat16, "a float32 tensor was read as bfloat16")
        return base.assumingMemoryBound(to: UInt16.self)
    }

    /// Some rows of a matrix.
    package func rows(_ range: Range<Int>) -> Tensor {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(shape)")
        return Tensor(
            base: base + range.lowerBound * stride * type.bytes, type: type, shape: [range.count, columns],
            stride: stride)
    }

    /// Some columns of a matrix.
    package func columns(_ range: Range<Int>) -> Tensor {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(shape)")
        return Tensor(
            base: base + range.lowerBound * type.bytes, type: type, shape: [rows, range.count], stride: stride
        )
    }

    /// Sets every number to 0.
    package func fillZero() {
        for row in 0..<rows {
            (base + row * stride * type.bytes).initializeMemory(
                as: UInt8.self, repeating: 0, count: columns * type.bytes)
        }
    }

    /// A copy of the numbers, for tests and results.
    package func array() -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(shape.count)
        for row in 0..<rows {
            for column in 0..<columns {
                let at = row * stride + column
                switch type {
                case .float32: result.append(floats[at])
                case .bfloat16: result.append(Float(bitPattern: UInt32(halves[at]) << 16))
                }
            }
        }
        return result
    }
}
