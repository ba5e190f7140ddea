/// Reads and writes single Unicode scalar values in UTF-8 without trusting the input.
public enum UTF8Decoding {
    /// A scalar value and the number of bytes that it took, or nil if no well-formed sequence starts.
    ///
    /// Refuses what the Unicode standard refuses (table 3-7): overlong forms, surrogates, values above
    /// U+10FFFF, cut sequences.
    /// - Parameter limit: bytes that may be read, at least 1.
    @inlinable
    @inline(__always)
    public static func scalar(
        at position: UnsafePointer<UInt8>, limit: Int
    ) -> (value: UInt32, length: Int)? {
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

    /// Writes a scalar value and returns the bytes it took, at most four.
    @inlinable
    @inline(__always)
    public static func encode(_ scalar: UInt32, _ target: UnsafeMutablePointer<UInt8>) -> Int {
        @inline(__always) func tail(_ shift: UInt32) -> UInt8 {
            UInt8(truncatingIfNeeded: 0x80 | (scalar >> shift & 0x3F))
        }
        if scalar < 0x80 {
            target[0] = UInt8(truncatingIfNeeded: scalar)
            return 1
        }
        if scalar < 0x800 {
            target[0] = UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
            target[1] = tail(0)
            return 2
        }
        if scalar < 0x10000 {
            target[0] = UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
            target[1] = tail(6)
            target[2] = tail(0)
            return 3
        }
        target[0] = UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
        target[1] = tail(12)
        target[2] = tail(6)
        target[3] = tail(0)
        return 4
    }

    /// Appends the UTF-8 form of a scalar value.
    package static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4) { room in
            guard let start = room.baseAddress else { return }
            bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: encode(scalar, start)))
        }
    }
}
