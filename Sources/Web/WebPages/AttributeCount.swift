/// Counts attributes before a page is parsed: the parser compares each one with all others of its element.
enum AttributeCount {
    /// Most attributes of one element.
    static let most = 4096
    /// Most pairs of attributes to be compared in a page: under a second's work.
    private static let mostPairs = 60_000_000

    /// Whether a page can be parsed in bearable time. One look at each byte.
    static func isBearable(_ bytes: [UInt8]) -> Bool {
        var pairs = 0
        var at = 0
        while let open = bytes[at...].firstIndex(of: UInt8(ascii: "<")) {
            at = open + 1
            if bytes[at...].starts(with: "!--".utf8) {
                at = end(of: "-->", bytes, at)
                continue
            }
            guard at < bytes.count, isLetter(bytes[at]) else { continue }
            let start = at
            while at < bytes.count, isLetter(bytes[at]) { at += 1 }
            let name = String(decoding: bytes[start..<min(at, start + 10)], as: UTF8.self).lowercased()
            let count = attributes(bytes, &at)
            pairs += count * count
            if count > most || pairs > mostPairs { return false }
            // What stands in scripts and styles is no element.
            if name == "script" || name == "style" { at = end(of: "</", bytes, at) }
        }
        return true
    }

    /// Attributes from here to the end of the tag; a quote counts as one only behind `=`.
    private static func attributes(_ bytes: [UInt8], _ at: inout Int) -> Int {
        var count = 0
        var isInName = false
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: ">"): return count
            case UInt8(ascii: "="):
                isInName = false
                skipValue(bytes, &at)
            case 0...0x20, UInt8(ascii: "/"): isInName = false
            default:
                if !isInName { count += 1 }
                isInName = true
            }
        }
        return count
    }

    private static func skipValue(_ bytes: [UInt8], _ at: inout Int) {
        while at < bytes.count, bytes[at] <= 0x20 { at += 1 }
        guard at < bytes.count else { return }
        let quote = bytes[at]
        if quote == 0x22 || quote == 0x27 {
            at = (bytes[(at + 1)...].firstIndex(of: quote) ?? bytes.count - 1) + 1
        } else {
            while at < bytes.count, bytes[at] > 0x20, bytes[at] != UInt8(ascii: ">") { at += 1 }
        }
    }

    private static func end(of mark: StaticString, _ bytes: [UInt8], _ start: Int) -> Int {
        let wanted = UnsafeBufferPointer(start: mark.utf8Start, count: mark.utf8CodeUnitCount)
        var at = start
        while let next = bytes[at...].firstIndex(of: wanted[0]) {
            if bytes[next...].starts(with: wanted) { return next }
            at = next + 1
        }
        return bytes.count
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
