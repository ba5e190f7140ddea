/// The code points of UTF-8 bytes, one after another. Reads nothing beyond the bytes; a byte that belongs to no
/// sequence counts as a separate number beyond Unicode.
struct CodePoints: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    @inline(__always)
    mutating func next() -> UInt32? {
        guard at < bytes.count else { return nil }
        let lead = bytes[at]
        at += 1
        if lead < 0x80 { return UInt32(lead) }
        let length = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0
        guard length > 0, at + length <= bytes.count else { return 0x110000 | UInt32(lead) }
        var value = UInt32(lead) & (0x3F >> UInt32(length))
        for offset in 0..<length {
            let byte = bytes[at + offset]
            guard byte & 0xC0 == 0x80 else { return 0x110000 | UInt32(lead) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        at += length
        return value
    }

    /// The code points that tell texts apart: no white space, ASCII letters in lower case.
    static func folded(_ scalar: UInt32) -> UInt32? {
        switch scalar {
        case 0x41...0x5A: scalar | 0x20
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
            nil
        default: scalar
        }
    }
}

/// Mixes 64 bits so that each bit of the result depends on each bit given.
///
/// Source: Stafford's variant 13 of MurmurHash3's finalizer, as in SplitMix64 (Steele, Lea, Flood 2014).
@inline(__always)
func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
}
