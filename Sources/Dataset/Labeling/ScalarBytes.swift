/// Code points in UTF-8 bytes. Whatever the bytes are, no read goes beyond them; a byte that starts no
/// sequence of the right shape counts as a code point of its own beyond Unicode.
enum ScalarBytes {
    /// Stands for a byte that belongs to no sequence.
    static let malformed: UInt32 = 0x110000

    /// The code point at `at` and the bytes it takes.
    @inline(__always)
    static func decode(_ bytes: UnsafePointer<UInt8>, _ at: Int, _ count: Int) -> (
        scalar: UInt32, length: Int
    ) {
        let lead = bytes[at]
        if lead < 0x80 { return (UInt32(lead), 1) }
        if lead >= 0xE0, lead < 0xF0, at + 2 < count {
            let second = bytes[at + 1]
            let third = bytes[at + 2]
            guard second & 0xC0 == 0x80, third & 0xC0 == 0x80 else { return (malformed, 1) }
            return (UInt32(lead & 0x0F) << 12 | UInt32(second & 0x3F) << 6 | UInt32(third & 0x3F), 3)
        }
        if lead >= 0xC2, lead < 0xE0, at + 1 < count, bytes[at + 1] & 0xC0 == 0x80 {
            return (UInt32(lead & 0x1F) << 6 | UInt32(bytes[at + 1] & 0x3F), 2)
        }
        if lead >= 0xF0, lead < 0xF5, at + 3 < count, bytes[at + 1] & 0xC0 == 0x80,
            bytes[at + 2] & 0xC0 == 0x80, bytes[at + 3] & 0xC0 == 0x80
        {
            let high = UInt32(lead & 0x07) << 18 | UInt32(bytes[at + 1] & 0x3F) << 12
            let scalar = high | UInt32(bytes[at + 2] & 0x3F) << 6 | UInt32(bytes[at + 3] & 0x3F)
            return (min(scalar, malformed), 4)
        }
        return (malformed, 1)
    }

    /// Writes a code point and returns the bytes it took, at most four.
    @inline(__always)
    static func encode(_ scalar: UInt32, _ target: UnsafeMutablePointer<UInt8>) -> Int {
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
}
