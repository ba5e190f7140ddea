/// What the first bytes of a text reveal about its encoding.
package enum EncodingGuess: Hashable, Sendable {
    /// By the byte order mark at its start, and its length in bytes; the encoding as iconv(3) names it.
    case mark(String, length: Int)
    /// UTF-16 without a mark: every other byte is 0.
    case wide(String)
    /// UTF-8 as far as was looked, or ASCII alone.
    case utf8
    /// Bytes that are no UTF-8, in more places than there are characters of it.
    case other

    /// - Parameter isWhole: whether the text ends with `head`; a character that `head` cuts is not a fault otherwise.
    package init(_ head: UnsafeRawBufferPointer, isWhole: Bool) {
        if head.starts(with: [0xEF, 0xBB, 0xBF]) {
            self = .mark("UTF-8", length: 3)
        } else if head.starts(with: [0xFF, 0xFE, 0, 0]) {
            self = .mark("UTF-32LE", length: 4)
        } else if head.starts(with: [0, 0, 0xFE, 0xFF]) {
            self = .mark("UTF-32BE", length: 4)
        } else if head.starts(with: [0xFF, 0xFE]) {
            self = .mark("UTF-16LE", length: 2)
        } else if head.starts(with: [0xFE, 0xFF]) {
            self = .mark("UTF-16BE", length: 2)
        } else if let wide = Self.wide(head) {
            self = .wide(wide)
        } else {
            let (characters, faults) = Self.count(head, isWhole: isWhole)
            self = faults > characters ? .other : .utf8
        }
    }

    private static func wide(_ head: UnsafeRawBufferPointer) -> String? {
        let pairs = head.count / 2
        guard pairs >= 8 else { return nil }
        var zeroes = (even: 0, odd: 0)
        for pair in 0..<pairs {
            if head[2 * pair] == 0 { zeroes.even += 1 }
            if head[2 * pair + 1] == 0 { zeroes.odd += 1 }
        }
        if zeroes.odd * 4 > pairs, zeroes.even * 20 < pairs { return "UTF-16LE" }
        if zeroes.even * 4 > pairs, zeroes.odd * 20 < pairs { return "UTF-16BE" }
        return nil
    }

    /// Characters of more than one byte, and bytes that belong to none.
    private static func count(_ head: UnsafeRawBufferPointer, isWhole: Bool) -> (characters: Int, faults: Int)
    {
        var characters = 0
        var faults = 0
        var at = 0
        while at < head.count {
            let byte = head[at]
            if byte < 0x80 {
                at += 1
                continue
            }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
            let isLead = byte >= 0xC2 && byte <= 0xF4
            if isLead, at + length > head.count, !isWhole { break }
            let isSound =
                isLead && at + length <= head.count
                && head[(at + 1)..<(at + length)].allSatisfy { $0 & 0xC0 == 0x80 }
            if isSound { characters += 1 } else { faults += 1 }
            at += isSound ? length : 1
        }
        return (characters, faults)
    }
}
