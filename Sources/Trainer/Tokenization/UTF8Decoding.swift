/// Reading scalar values from UTF-8 without trusting it.
enum UTF8Decoding {
    /// A scalar value and the number of bytes that it took, or nil where no well-formed sequence starts.
    ///
    /// Refuses what the Unicode standard refuses (table 3-7): overlong forms, surrogates, values above
    /// U+10FFFF, cut sequences.
    @inline(__always)
    static func scalar(at position: UnsafePointer<UInt8>, limit: Int) -> (value: UInt32, length: Int)? {
        let first = UInt32(position[0])
        if first < 0x80 { return (first, 1) }
        if first &- 0xE0 < 0x10 {
            guard limit >= 3 else { return nil }
            let second = UInt32(position[1])
            let third = UInt32(position[2])
            let value = (first & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F
            guard second & 0xC0 == 0x80, third & 0xC0 == 0x80, value >= 0x800, value & 0xF800 != 0xD800 else {
                return nil
            }
            return (value, 3)
        }
        if first &- 0xC2 < 0x1E {
            guard limit >= 2, position[1] & 0xC0 == 0x80 else { return nil }
            return ((first & 0x1F) << 6 | UInt32(position[1]) & 0x3F, 2)
        }
        guard first &- 0xF0 < 5, limit >= 4 else { return nil }
        let (second, third, fourth) = (UInt32(position[1]), UInt32(position[2]), UInt32(position[3]))
        guard second & 0xC0 == 0x80, third & 0xC0 == 0x80, fourth & 0xC0 == 0x80 else { return nil }
        let high = (first & 0x07) << 18 | (second & 0x3F) << 12
        let value = high | (third & 0x3F) << 6 | fourth & 0x3F
        guard value >= 0x10000, value < 0x110000 else { return nil }
        return (value, 4)
    }

    /// All scalar values of a text with where each lies in it, or the offset of the first bad byte.
    static func scalars(of text: UnsafeBufferPointer<UInt8>) -> Result<[PlacedScalar], InvalidByte> {
        var placed: [PlacedScalar] = []
        placed.reserveCapacity(text.count)
        guard let base = text.baseAddress else { return .success([]) }
        var at = 0
        while at < text.count {
            guard let (value, length) = scalar(at: base + at, limit: text.count - at) else {
                return .failure(InvalidByte(offset: at))
            }
            placed.append(PlacedScalar(value, start: at, end: at + length))
            at += length
        }
        return .success(placed)
    }

    /// Scalar values of bytes that must be UTF-8.
    static func scalars(of bytes: some Sequence<UInt8>) -> [UInt32]? {
        let result = Array(bytes).withUnsafeBufferPointer { scalars(of: $0) }
        return (try? result.get())?.map(\.value)
    }

    /// Appends the UTF-8 form of a scalar value.
    static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        switch scalar {
        case 0..<0x80: bytes.append(UInt8(scalar))
        case 0x80..<0x800:
            bytes.append(UInt8(0xC0 | scalar >> 6))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        case 0x800..<0x10000:
            bytes.append(UInt8(0xE0 | scalar >> 12))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        default:
            bytes.append(UInt8(0xF0 | scalar >> 18))
            bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        }
    }
}

/// Offset of the first byte of a text that is not UTF-8.
struct InvalidByte: Error {
    var offset: Int
}

/// A scalar value and the bytes of the original text that it came from.
struct PlacedScalar: Hashable {
    var value: UInt32
    /// Byte offsets in the original text.
    var start: Int
    var end: Int

    init(_ value: UInt32, start: Int, end: Int) {
        self.value = value
        self.start = start
        self.end = end
    }
}
