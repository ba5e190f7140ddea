internal import TextBasics

/// Repairs faults in JSON as services actually send it.
enum JSONRepair {
    /// Halves of surrogate pairs become U+FFFD, control characters inside strings are escaped; the rest is unchanged.
    static func repaired(_ bytes: [UInt8]) -> (bytes: [UInt8], repairs: Int) {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 16)
        var repairs = 0
        var inString = false
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                inString.toggle()
            } else if inString, byte < 0x20 {
                result += escape(UInt16(byte))
                repairs += 1
                at += 1
                continue
            } else if inString, byte == UInt8(ascii: "\\") {
                let (length, isHalf) = escapeLength(bytes, at)
                if isHalf {
                    result += escape(0xFFFD)
                    repairs += 1
                } else {
                    result += bytes[at..<min(at + length, bytes.count)]
                }
                at += length
                continue
            }
            result.append(byte)
            at += 1
        }
        return (result, repairs)
    }

    private static func escape(_ unit: UInt16) -> [UInt8] {
        Array("\\u\(Hexadecimal.text(unit, width: 4))".utf8)
    }

    /// Length of the escape, or pair of escapes, at `at`, and whether it is half of a pair.
    private static func escapeLength(_ bytes: [UInt8], _ at: Int) -> (length: Int, isHalf: Bool) {
        guard let unit = unit(bytes, at) else { return (2, false) }
        switch unit {
        case 0xD800...0xDBFF:
            if let low = self.unit(bytes, at + 6), (0xDC00...0xDFFF).contains(low) { return (12, false) }
            return (6, true)
        case 0xDC00...0xDFFF: return (6, true)
        default: return (6, false)
        }
    }

    /// The number in `\uhhhh`.
    private static func unit(_ bytes: [UInt8], _ at: Int) -> UInt16? {
        guard at + 6 <= bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u")
        else {
            return nil
        }
        var value: UInt16 = 0
        for byte in bytes[(at + 2)..<(at + 6)] {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt16(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt16(byte - 0x37)
            case 0x61...0x66: value = value << 4 | UInt16(byte - 0x57)
            default: return nil
            }
        }
        return value
    }
}
