/// Finds the first byte that does not belong to well-formed UTF-8; `nil` where all of it is well-formed.
///
/// Refused are stray and missing continuation bytes, forms longer than needed, surrogates and what lies
/// beyond U+10FFFF: table 3-7 of the Unicode Standard. Zero bytes are well-formed here.
///
/// - Returns: the position of the first byte of the first malformed sequence, counted from 0.
package func firstMalformedByte(in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let count = bytes.count
    var at = 0
    while at < count {
        let lead = base.load(fromByteOffset: at, as: UInt8.self)
        if lead < 0x80 {
            at += 1
            while at + 8 <= count {
                let word = base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                if word & 0x8080_8080_8080_8080 != 0 { break }
                at += 8
            }
            continue
        }
        // Three bytes, four readable: the common case of Hangul, checked with one load.
        if lead & 0xF0 == 0xE0, at + 4 <= count {
            let word = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt32.self))
            guard word & 0x00C0_C000 == 0x0080_8000 else { return at }
            let scalar = (word & 0x0F) << 12 | (word >> 8 & 0x3F) << 6 | (word >> 16 & 0x3F)
            guard scalar >= 0x800, scalar & 0xF800 != 0xD800 else { return at }
            at += 3
            continue
        }
        let length = sequenceLength(base, at, count)
        guard length > 0 else { return at }
        at += length
    }
    return nil
}

/// Length in bytes of the well-formed sequence at `at` whose lead is not ASCII; 0 where there is none.
private func sequenceLength(_ base: UnsafeRawPointer, _ at: Int, _ count: Int) -> Int {
    @inline(__always) func byte(_ offset: Int) -> UInt8 {
        at + offset < count ? base.load(fromByteOffset: at + offset, as: UInt8.self) : 0
    }
    @inline(__always) func continues(_ offset: Int) -> Bool { byte(offset) & 0xC0 == 0x80 }
    switch byte(0) {
    case 0xC2...0xDF:
        return continues(1) ? 2 : 0
    case 0xE0...0xEF:
        guard continues(1), continues(2) else { return 0 }
        if byte(0) == 0xE0, byte(1) < 0xA0 { return 0 }
        if byte(0) == 0xED, byte(1) > 0x9F { return 0 }
        return 3
    case 0xF0...0xF4:
        guard continues(1), continues(2), continues(3) else { return 0 }
        if byte(0) == 0xF0, byte(1) < 0x90 { return 0 }
        if byte(0) == 0xF4, byte(1) > 0x8F { return 0 }
        return 4
    default:
        return 0
    }
}
