internal import Foundation
internal import WebFormats

/// Replaces secrets in what is stored: each becomes its name in braces, however it is encoded.
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

    /// - Returns: `nil` if there is nothing to be masked.
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
            if let end = Self.end(of: secret.value, in: text, start) { return (secret.name, end) }
        }
        return nil
    }

    /// Where a secret ends that is at a place, in whatever way each of its characters is written.
    private static func end(of secret: [UInt8], in text: [UInt8], _ start: Int) -> Int? {
        var open: [(matched: Int, at: Int)] = [(0, start)]
        while let (matched, at) = open.popLast() {
            if matched == secret.count { return at }
            guard at < text.count else { continue }
            if text[at] == secret[matched] { open.append((matched + 1, at + 1)) }
            guard let (bytes, length) = spelled(text, at), secret[matched...].starts(with: bytes) else {
                continue
            }
            open.append((matched + bytes.count, at + length))
        }
        return nil
    }

    /// What a spelling is for, and its length: `%2F`, `%252f`, `+` for a blank, `\/`, `\u002f`, `&#47;`, `&amp;`.
    private static func spelled(_ text: [UInt8], _ at: Int) -> (bytes: [UInt8], length: Int)? {
        switch text[at] {
        case UInt8(ascii: "+"): return ([0x20], 1)
        case UInt8(ascii: "%"):
            var digits = at + 1
            while text[digits...].starts(with: "25".utf8) { digits += 2 }
            return number(text, digits, 2, radix: 16).map { ([UInt8($0)], digits + 2 - at) }
        case UInt8(ascii: "\\"):
            guard at + 1 < text.count else { return nil }
            guard text[at + 1] | 0x20 == UInt8(ascii: "u") else { return ([text[at + 1]], 2) }
            return number(text, at + 2, 4, radix: 16).flatMap { character($0) }.map { ($0, 6) }
        case UInt8(ascii: "&"): return reference(text, at)
        default: return nil
        }
    }

    private static func reference(_ text: [UInt8], _ at: Int) -> (bytes: [UInt8], length: Int)? {
        let name = text[(at + 1)...].prefix(9).prefix { $0 != UInt8(ascii: ";") }
        let end = at + 1 + name.count
        guard end < text.count, text[end] == UInt8(ascii: ";") else { return nil }
        let spelled = String(decoding: name, as: UTF8.self).lowercased()
        let named = ["amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27]
        let value =
            spelled.hasPrefix("#x")
            ? Int(spelled.dropFirst(2), radix: 16)
            : spelled.hasPrefix("#") ? Int(spelled.dropFirst()) : named[spelled]
        return value.flatMap(character).map { ($0, end + 1 - at) }
    }

    private static func character(_ value: Int) -> [UInt8]? {
        UInt32(exactly: value).flatMap { Unicode.Scalar($0) }.map { Array(String($0).utf8) }
    }

    private static func number(_ text: [UInt8], _ at: Int, _ count: Int, radix: Int) -> Int? {
        guard at + count <= text.count else { return nil }
        let digits = String(decoding: text[at..<(at + count)], as: UTF8.self)
        return Int(digits, radix: radix).flatMap { $0 < 0 ? nil : $0 }
    }
}
