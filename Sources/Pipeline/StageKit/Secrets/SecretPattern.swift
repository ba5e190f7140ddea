internal import TextBasics

/// One way in which a secret may be written: a sequence of signs, each with its spellings.
struct SecretPattern: Sendable {
    /// What one sign may look like, the longest spelling first.
    private typealias Sign = [[UInt8]]

    /// What is put in its place.
    let substitute: [UInt8]
    private let signs: [Sign]
    /// Whether it counts only where no letter or digit is beside it.
    private let standsAlone: Bool

    /// Number of signs.
    var count: Int { signs.count }

    /// A value of fewer bytes must be a separate word: otherwise it would be found inside many words.
    private static let short = 6
    /// Fewest signs of a beginning that is taken out at the end of a text.
    private static let fewest = 6
    /// Fewest signs of a part, such as a line of a key.
    private static let shortestPart = 8
    /// Characters of a line, where tools break what they encode.
    private static let wraps = [64, 76]

    /// Every pattern for a value; none for a blank one.
    static func all(of value: String, named name: String) -> [SecretPattern] {
        let bytes = Array(value.utf8).trimmed
        guard !bytes.isEmpty else { return [] }
        let substitute = Array("[secret \(name)]".utf8)
        func pattern(_ signs: [Sign], standsAlone: Bool = false) -> SecretPattern {
            SecretPattern(substitute: substitute, signs: signs, standsAlone: standsAlone)
        }
        let isShort = bytes.count < short
        var patterns = [pattern(signs(of: bytes), standsAlone: isShort)]
        if isShort { return patterns }
        let lines = bytes.split { $0 == 0x0A || $0 == 0x0D }.map { Array($0).trimmed }
        if lines.count > 1 {
            patterns += lines.filter { $0.count >= shortestPart }.map { pattern(signs(of: $0)) }
        }
        patterns.append(pattern(hexadecimalSigns(of: bytes)))
        for offset in 0..<3 {
            let core = Base64Core.characters(of: bytes, after: offset)
            patterns.append(pattern(core.map(base64Sign)))
            for wrap in wraps where offset == 0 && core.count > wrap {
                for start in stride(from: 0, to: core.count, by: wrap)
                where core.count - start >= shortestPart {
                    patterns.append(pattern(core[start..<min(start + wrap, core.count)].map(base64Sign)))
                }
            }
        }
        return patterns
    }

    /// Where the secret ends that begins at `start`; `nil` if none does.
    func end(in text: [UInt8], at start: Int) -> Int? {
        var place = start
        for (index, sign) in signs.enumerated() {
            if place == text.count {
                // Cut short: what is there gives much of it away.
                return index >= Self.fewest ? place : nil
            }
            guard let length = Self.length(of: sign, in: text, at: place) else { return nil }
            place += length
        }
        if standsAlone, Self.isWord(text, start - 1) || Self.isWord(text, place) { return nil }
        return place
    }

    private static func length(of sign: Sign, in text: [UInt8], at place: Int) -> Int? {
        spellings: for spelling in sign where place + spelling.count <= text.count {
            for index in spelling.indices {
                let (wanted, found) = (spelling[index], text[place + index])
                // Escapes have digits in either case; a literal is one byte, in its own case.
                if wanted != found, spelling.count == 1 || wanted.lowercase != found.lowercase {
                    continue spellings
                }
            }
            return spelling.count
        }
        return nil
    }

    private static func isWord(_ text: [UInt8], _ place: Int) -> Bool {
        guard text.indices.contains(place) else { return false }
        let byte = text[place].lowercase
        return (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80
    }

    // MARK: Spellings

    private static func signs(of bytes: [UInt8]) -> [Sign] {
        var signs: [Sign] = []
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let own = Array(String(scalar).utf8)
            guard own.count == 1, let byte = own.first else {
                signs += own.map(byteSpellings)
                continue
            }
            signs.append((characterSpellings(byte) + byteSpellings(byte)).sorted { $0.count > $1.count })
        }
        return signs
    }

    /// `%2f`, `%252f`, `\x2f` and the byte.
    private static func byteSpellings(_ byte: UInt8) -> Sign {
        let digits = byte.hexadecimal
        return ["%25" + digits, "%" + digits, "\\x" + digits].map { Array($0.utf8) } + [[byte]]
    }

    /// As JSON, shells and HTML write an ASCII character.
    private static func characterSpellings(_ byte: UInt8) -> Sign {
        var texts = [
            "\\u00" + byte.hexadecimal, "&#x" + byte.hexadecimal + ";",
            "&#x"
                + String(byte, radix: 16) + ";", "&#\(byte);", "&#0\(byte);",
        ]
        switch byte {
        case 0x09: texts.append("\\t")
        case 0x0A: texts.append("\\n")
        case 0x0D: texts.append("\\r")
        case 0x20: texts += ["+", "\\ "]
        case UInt8(ascii: "&"): texts += ["&amp;", "\\&"]
        case UInt8(ascii: "<"): texts += ["&lt;", "\\<"]
        case UInt8(ascii: ">"): texts += ["&gt;", "\\>"]
        case UInt8(ascii: "\""): texts += ["&quot;", "\\\""]
        case UInt8(ascii: "'"): texts += ["&apos;", "'\\''", "'\"'\"'", "\\'"]
        default:
            if !isWord([byte], 0) { texts.append("\\" + String(Unicode.Scalar(byte))) }
        }
        return texts.map { Array($0.utf8) }
    }

    private static func hexadecimalSigns(of bytes: [UInt8]) -> [Sign] {
        bytes.enumerated().map { index, byte in
            let digits = byte.hexadecimal
            let separated = index == 0 ? [] : [":", " ", "-"].map { $0 + digits }
            return (separated + [digits]).map { Array($0.utf8) }
        }
    }

    /// One character in both alphabets; RFC 4648, sections 4 and 5.
    private static func base64Sign(_ character: UInt8) -> Sign {
        switch character {
        case UInt8(ascii: "+"): byteSpellings(character) + [[UInt8(ascii: "-")]]
        case UInt8(ascii: "/"):
            ["\\/"].map { Array($0.utf8) } + byteSpellings(character) + [[UInt8(ascii: "_")]]
        default: [[character]]
        }
    }
}

/// The part of a base 64 text that depends on one stretch of the bytes alone.
private enum Base64Core {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// - Parameter offset: bytes that are before, modulo 3.
    static func characters(of bytes: [UInt8], after offset: Int) -> [UInt8] {
        let padded = [UInt8](repeating: 0, count: offset) + bytes
        let first = (offset * 8 + 5) / 6
        let end = padded.count * 8 / 6
        return (first..<end).map { index in
            let bit = index * 6
            let high = Int(padded[bit / 8]) << 8
            let low = bit / 8 + 1 < padded.count ? Int(padded[bit / 8 + 1]) : 0
            return alphabet[(high | low) >> (10 - bit % 8) & 0x3F]
        }
    }
}

extension UInt8 {
    fileprivate var lowercase: UInt8 { (0x41...0x5A).contains(self) ? self + 0x20 : self }
    fileprivate var hexadecimal: String { Hexadecimal.text(self, width: 2) }
}

extension [UInt8] {
    fileprivate var trimmed: [UInt8] {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        return Array(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
