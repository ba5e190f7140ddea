/// Step 1 of cleaning: HTML character references, as in `html.unescape` of Python 3.11.
enum EntityDecoding {
    private static let names: [[UInt8]: [UInt8]] = {
        var names: [[UInt8]: [UInt8]] = [:]
        for entry in HexTable.entries(EntityTable.names) {
            let parts = entry.split(separator: UInt8(ascii: "="))
            names[Array(parts[0])] = parts[1].split(separator: UInt8(ascii: "+"))
                .flatMap { utf8(HexTable.number($0)) }
        }
        return names
    }()

    /// What HTML 5 says that numbers in the range of C1 controls mean: those of Windows-1252.
    private static let windows1252: [UInt32: UInt32] = [
        0x80: 0x20AC, 0x82: 0x201A, 0x83: 0x0192, 0x84: 0x201E, 0x85: 0x2026, 0x86: 0x2020, 0x87: 0x2021,
        0x88: 0x02C6, 0x89: 0x2030, 0x8A: 0x0160, 0x8B: 0x2039, 0x8C: 0x0152, 0x8E: 0x017D, 0x91: 0x2018,
        0x92: 0x2019, 0x93: 0x201C, 0x94: 0x201D, 0x95: 0x2022, 0x96: 0x2013, 0x97: 0x2014, 0x98: 0x02DC,
        0x99: 0x2122, 0x9A: 0x0161, 0x9B: 0x203A, 0x9C: 0x0153, 0x9E: 0x017E, 0x9F: 0x0178,
    ]

    /// Whether there may be something to decode.
    static func mayApply(to text: UnsafeRawBufferPointer) -> Bool {
        firstIndex(of: 0x26, in: text, from: 0) != nil
    }

    /// Writes `text` with its references decoded.
    static func decode(_ text: UnsafeRawBufferPointer, into target: ByteScratch) {
        // The longest result for its length, five bytes, takes six: `&nGt;`.
        target.restart(2 * text.count)
        var at = 0
        while at < text.count {
            if text[at] == 0x26, let found = reference(text, at + 1) {
                for byte in found.bytes {
                    target.start[target.count] = byte
                    target.count += 1
                }
                at = found.end
            } else {
                target.start[target.count] = text[at]
                target.count += 1
                at += 1
            }
        }
    }

    /// The reference behind an ampersand: what it means and where it ends.
    private static func reference(_ text: UnsafeRawBufferPointer, _ start: Int) -> (bytes: [UInt8], end: Int)?
    {
        guard start < text.count else { return nil }
        if text[start] == 0x23 { return numeric(text, start + 1) }
        var end = start
        while end < text.count, end - start < 32, isNameByte(text[end]) { end += 1 }
        if end < text.count, end > start, text[end] == 0x3B { end += 1 }
        // The whole name, or else the longest start of it that is one: `&notit;` is `¬it;`.
        while end - start > 1 {
            if let bytes = names[Array(text[start..<end])] { return (bytes, end) }
            end -= 1
        }
        return nil
    }

    /// Names are ASCII letters and digits; nothing else can be part of one.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
    }

    private static func numeric(_ text: UnsafeRawBufferPointer, _ start: Int) -> (bytes: [UInt8], end: Int)? {
        var at = start
        let isHex = at < text.count && text[at] | 0x20 == 0x78
        if isHex { at += 1 }
        let radix: UInt32 = isHex ? 16 : 10
        let first = at
        var value: UInt32 = 0
        while at < text.count, let digit = digit(text[at]), digit < radix {
            value = min(value * radix + digit, ScalarBytes.malformed)
            at += 1
        }
        guard at > first else { return nil }
        if at < text.count, text[at] == 0x3B { at += 1 }
        return (character(value), at)
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        if byte &- 0x30 < 10 { return UInt32(byte &- 0x30) }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? UInt32(letter) + 10 : nil
    }

    /// What a number means: HTML 5 replaces some and Python drops those that are no characters.
    private static func character(_ value: UInt32) -> [UInt8] {
        if value == 0 || value >= 0x110000 || 0xD800...0xDFFF ~= value { return utf8(0xFFFD) }
        if let meant = windows1252[value] { return utf8(meant) }
        if value == 0x0D || value == 0x81 || value == 0x8D || value == 0x8F || value == 0x90 || value == 0x9D
        {
            return utf8(value)
        }
        let isControl =
            (0x01...0x08 ~= value) || value == 0x0B || (0x0E...0x1F ~= value) || (0x7F...0x9F ~= value)
        let isNoCharacter = (0xFDD0...0xFDEF ~= value) || value & 0xFFFE == 0xFFFE
        return isControl || isNoCharacter ? [] : utf8(value)
    }

    private static func utf8(_ scalar: UInt32) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 4) { target, count in
            count = target.baseAddress.map { ScalarBytes.encode(scalar, $0) } ?? 0
        }
    }
}
