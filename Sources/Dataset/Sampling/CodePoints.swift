internal import SeededRandom
internal import TextBasics

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
        guard at < bytes.count, let base = bytes.baseAddress else { return nil }
        let place = (base + at).assumingMemoryBound(to: UInt8.self)
        guard let scalar = UTF8Decoding.scalar(at: place, limit: bytes.count - at) else {
            at += 1
            return 0x110000 | UInt32(place[0])
        }
        at += scalar.length
        return scalar.value
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
    SplitMix64.mix(value &+ 0x9E37_79B9_7F4A_7C15)
}
