internal import JSON

/// A safetensors file in memory, read in place.
///
/// The view copies nothing and owns nothing: it is valid only while the bytes it was made of are, which
/// usually come from a mapped file.
package struct SafetensorsView {
    package let header: SafetensorsHeader
    private let data: UnsafeRawBufferPointer

    /// - Parameter file: all bytes of the file; must outlive the view.
    package init(_ file: UnsafeRawBufferPointer) throws(SafetensorsError) {
        header = try SafetensorsHeader(file: file)
        data = UnsafeRawBufferPointer(rebasing: file[header.dataStart...])
    }

    package var metadata: [String: String] { header.metadata }

    /// The tensor called `name`.
    package func tensor(_ name: String) throws(SafetensorsError) -> SafetensorsTensor {
        guard let entry = header[name] else {
            throw .missing(
                tensor: name, present: header.entries.map(\.name).sorted { UTF8Name($0) < UTF8Name($1) })
        }
        return tensor(entry)
    }

    /// The bytes after an entry of this file's own header.
    package func tensor(_ entry: SafetensorsEntry) -> SafetensorsTensor {
        SafetensorsTensor(entry: entry, bytes: UnsafeRawBufferPointer(rebasing: data[entry.range]))
    }

    /// The tensor called `name`, which must have one dimension and elements of `Scalar`.
    package func vector<Scalar: SafetensorsScalar>(
        _ name: String, of type: Scalar.Type = Scalar.self
    ) throws(SafetensorsError) -> SafetensorsVector<Scalar> {
        let tensor = try tensor(name)
        guard tensor.entry.shape.count == 1 else {
            throw .wrongShape(tensor: name, found: tensor.entry.shape, expected: "one dimension")
        }
        return try tensor.values(of: type)
    }
}

/// One tensor of a ``SafetensorsView``: its entry and its bytes.
package struct SafetensorsTensor {
    package let entry: SafetensorsEntry
    package let bytes: UnsafeRawBufferPointer

    /// The elements in row-major order, without a copy.
    package func values<Scalar: SafetensorsScalar>(
        of type: Scalar.Type = Scalar.self
    ) throws(SafetensorsError) -> SafetensorsVector<Scalar> {
        guard entry.type == type.safetensorsType else {
            throw .wrongType(tensor: entry.name, found: entry.type, allowed: [type.safetensorsType])
        }
        return SafetensorsVector(bytes: bytes)
    }

    /// Copies the elements as `Float`, from F32, F64, F16 or BF16; narrowing rounds to nearest.
    ///
    /// - Parameter destination: exactly as many elements as the tensor has.
    package func copyFloats(to destination: UnsafeMutableBufferPointer<Float>) throws(SafetensorsError) {
        guard destination.count == entry.count else {
            throw .wrongShape(
                tensor: entry.name, found: entry.shape, expected: "\(destination.count) elements")
        }
        switch entry.type {
        case .float32: UnsafeMutableRawBufferPointer(destination).copyMemory(from: bytes)
        case .float64: fill(destination) { Float(Double(bitPattern: $0)) }
        case .bfloat16: fill(destination) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
        case .float16: fill(destination) { (bits: UInt16) in Float(halfBits: bits) }
        default:
            throw .wrongType(
                tensor: entry.name, found: entry.type, allowed: [.float32, .float64, .float16, .bfloat16])
        }
    }

    private func fill<Bits: SafetensorsScalar>(
        _ destination: UnsafeMutableBufferPointer<Float>, _ convert: (Bits) -> Float
    ) {
        let source = SafetensorsVector<Bits>(bytes: bytes)
        for index in source.indices { destination[index] = convert(source[index]) }
    }
}

extension Float {
    /// The value of an IEEE 754 half-precision number, exactly.
    package init(halfBits: UInt16) {
        let sign = UInt32(halfBits & 0x8000) << 16
        let exponent = UInt32(halfBits >> 10 & 0x1F)
        let fraction = UInt32(halfBits & 0x3FF)
        switch exponent {
        case 0:  // zero and subnormal numbers: fraction × 2^-24
            let magnitude = Float(fraction) * 0x1p-24
            self = sign == 0 ? magnitude : -magnitude
        case 0x1F: self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}

/// Numbers that are in a file one after the other, perhaps not aligned.
public struct SafetensorsVector<Scalar: BitwiseCopyable>: RandomAccessCollection {
    @usableFromInline let bytes: UnsafeRawBufferPointer

    @usableFromInline init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { bytes.count / MemoryLayout<Scalar>.stride }

    /// - Precondition: `position` is in the vector.
    @inlinable public subscript(position: Int) -> Scalar {
        precondition(position >= 0 && position < endIndex, "index beyond the tensor")
        return bytes.loadUnaligned(fromByteOffset: position * MemoryLayout<Scalar>.stride, as: Scalar.self)
    }

    /// The numbers as an array, by one copy of the memory.
    @inlinable public func copied() -> [Scalar] { copied(startIndex..<endIndex) }

    /// Some of the numbers as an array.
    @inlinable public func copied(_ range: Range<Int>) -> [Scalar] {
        precondition(range.lowerBound >= 0 && range.upperBound <= endIndex, "range beyond the tensor")
        return [Scalar](unsafeUninitializedCapacity: range.count) { buffer, count in
            let stride = MemoryLayout<Scalar>.stride
            UnsafeMutableRawBufferPointer(buffer).copyMemory(
                from: UnsafeRawBufferPointer(
                    rebasing: bytes[range.lowerBound * stride..<range.upperBound * stride]))
            count = range.count
        }
    }
}
