internal import TextBasics

extension UTF8Decoding {
    /// All scalar values of a text with where each is in it, or the offset of the first bad byte.
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
