internal import Foundation
internal import WebFormats

/// Takes secrets out of what is written down: each becomes its name in braces, in whatever way the text spells it.
struct SecretMask: Sendable {
    private struct Secret: Sendable {
        let name: [UInt8]
        let value: [UInt8]
    }

    /// Longest first, so that no part of one secret hides the whole of another.
    private let secrets: [Secret]

    /// - Parameters:
    ///   - values: values by their names.
    ///   - shortest: bytes of the shortest value that counts, so that a text is not riddled for a secret of one letter.
    init(_ values: [String: String], shortest: Int = 1) {
        var secrets: [Secret] = []
        for (name, value) in values.sorted(by: { $0.key < $1.key })
        where value.utf8.count >= shortest {
            let label = Array("{\(name)}".utf8)
            secrets.append(Secret(name: label, value: Array(value.utf8)))
            let coded = Data(value.utf8).base64EncodedString()
            var bare = coded[...]
            while bare.last == "=" { bare = bare.dropLast() }
            if bare.utf8.count >= 8 { secrets.append(Secret(name: label, value: Array(bare.utf8))) }
        }
        self.secrets = secrets.sorted { $0.value.count > $1.value.count }
    }

    var isEmpty: Bool { secrets.isEmpty }

    func masked(_ text: String) -> String {
        guard let bytes = masked(Array(text.utf8)) else { return text }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Returns: `nil` where there is nothing to be masked.
    func masked(_ text: [UInt8]) -> [UInt8]? {
        if secrets.isEmpty { return nil }
        var result: [UInt8]?
        var kept = 0
        var at = 0
        while at < text.count {
            guard let (name, end) = secret(in: text, at) else {
                at += 1
                continue
            }
            result = (result ?? []) + text[kept..<at] + name
            at = end
            kept = end
        }
        return result.map { $0 + text[kept...] }
    }

    private func secret(in text: [UInt8], _ start: Int) -> (name: [UInt8], end: Int)? {
        for secret in secrets {
            var at = start
            let isThere = secret.value.allSatisfy { byte in
                guard let length = Self.length(of: byte, in: text, at) else { return false }
                at += length
                return true
            }
            if isThere { return (secret.name, at) }
        }
        return nil
    }

    /// Bytes that stand for one byte at a place: itself, `%2F`, `%252f`, `+` for a blank, `\/`, `\u002f`, `&#47;`, `&amp;`.
    private static func length(of byte: UInt8, in text: [UInt8], _ at: Int) -> Int? {
        guard at < text.count else { return nil }
        if text[at] == byte { return 1 }
        switch text[at] {
        case UInt8(ascii: "+"): return byte == 0x20 ? 1 : nil
        case UInt8(ascii: "%"):
            var digits = at + 1
            while text[digits...].starts(with: "25".utf8) { digits += 2 }
            return number(text, digits, 2, radix: 16) == Int(byte) ? digits + 2 - at : nil
        case UInt8(ascii: "\\"):
            if at + 1 < text.count, text[at + 1] == byte { return 2 }
            guard at + 1 < text.count, text[at + 1] | 0x20 == UInt8(ascii: "u") else { return nil }
            return number(text, at + 2, 4, radix: 16) == Int(byte) ? 6 : nil
        case UInt8(ascii: "&"): return reference(byte, text, at)
        default: return nil
        }
    }

    private static func reference(_ byte: UInt8, _ text: [UInt8], _ at: Int) -> Int? {
        let name = text[(at + 1)...].prefix(9).prefix { $0 != UInt8(ascii: ";") }
        let end = at + 1 + name.count
        guard end < text.count, text[end] == UInt8(ascii: ";") else { return nil }
        let spelled = String(decoding: name, as: UTF8.self).lowercased()
        let named: [String: UInt8] = ["amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27]
        let value =
            spelled.hasPrefix("#x")
            ? UInt8(spelled.dropFirst(2), radix: 16)
            : spelled.hasPrefix("#") ? UInt8(spelled.dropFirst()) : named[spelled]
        return value == byte ? end + 1 - at : nil
    }

    private static func number(_ text: [UInt8], _ at: Int, _ count: Int, radix: Int) -> Int? {
        guard at + count <= text.count else { return nil }
        return Int(String(decoding: text[at..<(at + count)], as: UTF8.self), radix: radix)
    }
}
