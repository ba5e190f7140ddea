internal import CLibXML2

/// Mends what feeds have that is no well-formed XML, as readers of feeds do: a text before the first element, HTML's entities,
/// a bare `&`, and control characters.
enum FeedMending {
    /// The same text, mended; what stands in CDATA sections and comments stays as it is.
    static func mended(_ text: [UInt8]) -> [UInt8] {
        let start = text.firstIndex(of: UInt8(ascii: "<")) ?? 0
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var at = start
        while at < text.count {
            let byte = text[at]
            if byte == UInt8(ascii: "<"), let end = sectionEnd(text, at) {
                result += text[at..<end].lazy.filter(isAllowed)
                at = end
            } else if byte == UInt8(ascii: "&") {
                at = reference(text, at, &result)
            } else {
                if isAllowed(byte) { result.append(byte) }
                at += 1
            }
        }
        return result
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte >= 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func sectionEnd(_ text: [UInt8], _ at: Int) -> Int? {
        let rest = text[at...]
        if rest.starts(with: "<![CDATA[".utf8) { return end(of: Array("]]>".utf8), text, at) }
        if rest.starts(with: "<!--".utf8) { return end(of: Array("-->".utf8), text, at + 2) }
        return nil
    }

    private static func end(of mark: [UInt8], _ text: [UInt8], _ start: Int) -> Int {
        var at = start
        while let next = text[at...].firstIndex(of: mark[0]) {
            if text[next...].starts(with: mark) { return next + mark.count }
            at = next + 1
        }
        return text.count
    }

    /// Writes what the reference at `&` stands for, in a form that XML knows.
    private static func reference(_ text: [UInt8], _ at: Int, _ result: inout [UInt8]) -> Int {
        let name = text[(at + 1)...].prefix(12).prefix { $0 != UInt8(ascii: ";") }
        let end = at + 1 + name.count
        if end < text.count, text[end] == UInt8(ascii: ";"), !name.isEmpty {
            let spelled = String(decoding: name, as: UTF8.self)
            if isNumber(spelled) || ["amp", "lt", "gt", "quot", "apos"].contains(spelled) {
                result += text[at...end]
                return end + 1
            }
            if let entity = htmlEntityLookup(spelled) {
                result += "&#\(entity.pointee.value);".utf8
                return end + 1
            }
        }
        result += "&amp;".utf8
        return at + 1
    }

    /// `#38` or `#x26`, of a character that XML may hold.
    private static func isNumber(_ name: String) -> Bool {
        guard name.hasPrefix("#") else { return false }
        let rest = name.dropFirst()
        let value = rest.hasPrefix("x") ? UInt32(rest.dropFirst(), radix: 16) : UInt32(rest)
        guard let value, let scalar = Unicode.Scalar(value) else { return false }
        return scalar.value >= 0x20
            ? scalar.value < 0xFFFE || scalar.value > 0xFFFF : [9, 10, 13].contains(value)
    }
}

extension PageText {
    /// The same text with the faults mended that feeds have; `nil` where it has none of them.
    package var mendedFeed: PageText? {
        let mended = FeedMending.mended(utf8)
        return mended.count == utf8.count && mended == utf8 ? nil : PageText(mended, headerCharset: "utf-8")
    }
}
