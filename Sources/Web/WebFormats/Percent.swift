/// Percent-encoding of bytes in addresses, RFC 3986, section 2.1.
package enum Percent {
    /// The value of a hexadecimal digit; `nil` for any other byte.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// Letters, digits, `-`, `.`, `_` and `~`.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    package static func append(encoding byte: UInt8, to bytes: inout [UInt8]) {
        let digits: StaticString = "0123456789ABCDEF"
        bytes.append(UInt8(ascii: "%"))
        bytes.append(digits.utf8Start[Int(byte >> 4)])
        bytes.append(digits.utf8Start[Int(byte & 15)])
    }

    /// Every byte but the unreserved ones encoded: a text as one value of a query or one segment of a path.
    package static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) { bytes.append(byte) } else { append(encoding: byte, to: &bytes) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The decoded text; `nil` if that is not UTF-8. A `%` without two digits stays.
    package static func decoded(_ text: some StringProtocol, plusIsBlank: Bool = false) -> String? {
        let bytes = Array(text.utf8)
        var plain: [UInt8] = []
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), let byte = byte(in: bytes, at: at) {
                plain.append(byte)
                at += 3
            } else {
                plain.append(plusIsBlank && bytes[at] == UInt8(ascii: "+") ? 0x20 : bytes[at])
                at += 1
            }
        }
        return String(validating: plain, as: UTF8.self)
    }

    /// The byte encoded by `%hh` at this place.
    package static func byte(in bytes: [UInt8], at place: Int) -> UInt8? {
        guard place + 2 < bytes.count, let high = hexValue(bytes[place + 1]),
            let low = hexValue(bytes[place + 2])
        else { return nil }
        return high << 4 | low
    }

    /// Encoded triplets in upper case, those of unreserved characters decoded, and what may not be in an address
    /// encoded, a `%` without two digits too. Two spellings of one path or query become one.
    static func normalized(_ text: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(text)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), let byte = byte(in: bytes, at: at) {
                if isUnreserved(byte) { result.append(byte) } else { append(encoding: byte, to: &result) }
                at += 3
                continue
            }
            if bytes[at] <= 0x20 || bytes[at] >= 0x7F || "\"<>\\^`{|}%".utf8.contains(bytes[at]) {
                append(encoding: bytes[at], to: &result)
            } else {
                result.append(bytes[at])
            }
            at += 1
        }
        return result
    }
}
