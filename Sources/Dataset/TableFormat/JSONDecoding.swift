internal import TextBasics

/// The value of a hexadecimal digit; `nil` for any other byte.
@inline(__always)
func hexValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte &- 0x30)
    case 0x41...0x46: UInt32(byte &- 0x37)
    case 0x61...0x66: UInt32(byte &- 0x57)
    default: nil
    }
}

/// Undoes the escapes of a string that ``JSONScanner/text()`` has taken. Writes no more bytes than it reads.
///
/// - Returns: how many bytes were written to `target`.
func decodeJSON(_ text: UnsafeRawBufferPointer, into target: UnsafeMutablePointer<UInt8>) -> Int {
    var written = 0
    var at = 0
    func unit() -> UInt32 {
        defer { at += 4 }
        return (0..<4).reduce(0) { $0 << 4 | (hexValue(text[at + $1]) ?? 0) }
    }
    while at < text.count {
        let byte = text[at]
        at += 1
        guard byte == 0x5C else {
            target[written] = byte
            written += 1
            continue
        }
        let letter = text[at]
        at += 1
        switch letter {
        case 0x62: target[written] = 0x08
        case 0x66: target[written] = 0x0C
        case 0x6E: target[written] = 0x0A
        case 0x72: target[written] = 0x0D
        case 0x74: target[written] = 0x09
        case 0x75:
            var value = unit()
            if value & 0xFC00 == 0xD800 {
                at += 2
                value = 0x10000 + (value & 0x3FF) << 10 + (unit() & 0x3FF)
            }
            written += UTF8Decoding.encode(value, target + written)
            continue
        default: target[written] = letter
        }
        written += 1
    }
    return written
}
