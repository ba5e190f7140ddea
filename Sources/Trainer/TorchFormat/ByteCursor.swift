/// Reads bytes from front to back and never past their end.
struct ByteCursor {
    private let bytes: UnsafeRawBufferPointer
    /// What the bytes are, for messages.
    let name: String
    /// Bytes read so far.
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, name: String, at position: Int = 0) {
        self.bytes = bytes
        self.name = name
        self.position = min(max(0, position), bytes.count)
    }

    var rest: Int { bytes.count - position }

    func error(_ problem: String, at place: Int? = nil) -> TorchError {
        TorchError("\(name), byte \(place ?? position): \(problem)")
    }

    /// The next bytes' place.
    mutating func take(_ count: Int) throws(TorchError) -> Range<Int> {
        guard count >= 0, count <= rest else {
            throw error("cut short: \(count) bytes are to follow, \(rest) are left")
        }
        defer { position += count }
        return position..<position + count
    }

    /// The place of a length-prefixed string; a length beyond what an `Int` holds is cut short too.
    mutating func take(_ count: UInt64) throws(TorchError) -> Range<Int> {
        guard let count = Int(exactly: count) else {
            throw error("cut short: \(count) bytes are to follow, \(rest) are left")
        }
        return try take(count)
    }

    /// A little-endian number.
    mutating func read<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws(TorchError)
        -> Number
    {
        let place = try take(MemoryLayout<Number>.size)
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place.lowerBound, as: type))
    }

    /// The place of a line, without its end.
    mutating func line() throws(TorchError) -> Range<Int> {
        let start = position
        while position < bytes.count, position - start <= 1024 {
            position += 1
            if bytes[position - 1] == 0x0A { return start..<position - 1 }
        }
        throw error("a line without an end", at: start)
    }

    /// Bytes at a place that ``take(_:)`` gave.
    func slice(_ place: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[place])
    }
}
