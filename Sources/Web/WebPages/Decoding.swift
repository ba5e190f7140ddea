internal import CLibXML2

/// Turns bytes of any known encoding into UTF-8.
enum Decoding {
    /// The text, with U+FFFD for what is no character; and how often.
    static func text(_ bytes: [UInt8], _ encoding: PageEncoding) -> (utf8: [UInt8], replacements: Int) {
        switch encoding {
        case .utf8: return repaired(bytes)
        case .windows1252: return (western(bytes), 0)
        case .utf16LittleEndian: return wide(bytes) { UInt16($0) | UInt16($1) << 8 }
        case .utf16BigEndian: return wide(bytes) { UInt16($0) << 8 | UInt16($1) }
        default:
            let (text, replacements) = converted(bytes, encoding)
            // Not all tables keep to what UTF-8 allows.
            guard String(validating: text, as: UTF8.self) == nil else { return (text, replacements) }
            let (mended, more) = repaired(text)
            return (mended, replacements + more)
        }
    }

    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    private static func repaired(_ bytes: [UInt8]) -> ([UInt8], Int) {
        let text = Array(String(decoding: bytes, as: UTF8.self).utf8)
        return (text, count(replacement, in: text) - count(replacement, in: bytes))
    }

    private static func wide(_ bytes: [UInt8], _ unit: (UInt8, UInt8) -> UInt16) -> ([UInt8], Int) {
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { unit(bytes[$0], bytes[$0 + 1]) }
        var text = Array(String(decoding: units, as: UTF16.self).utf8)
        if bytes.count % 2 == 1 { text += replacement }
        let known = units.count { $0 == 0xFFFD }
        return (text, count(replacement, in: text) - known)
    }

    private static func count(_ mark: [UInt8], in text: [UInt8]) -> Int {
        var count = 0
        var at = 0
        while let next = text[at...].firstIndex(of: mark[0]) {
            if text[next...].starts(with: mark) { count += 1 }
            at = next + 1
        }
        return count
    }

    /// Source: WHATWG Encoding Standard, index windows-1252; unlike others it gives every byte a character.
    private static func western(_ bytes: [UInt8]) -> [UInt8] {
        var text = String.UnicodeScalarView()
        for byte in bytes {
            let value = (0x80...0x9F).contains(byte) ? upper1252[Int(byte - 0x80)] : UInt32(byte)
            text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
        }
        return Array(String(text).utf8)
    }

    private static let upper1252: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
        0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161,
        0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    private static func converted(_ bytes: [UInt8], _ encoding: PageEncoding) -> ([UInt8], Int) {
        LibXML.quietly { converted(bytes, with: encoding) }
    }

    private static func converted(_ bytes: [UInt8], with encoding: PageEncoding) -> ([UInt8], Int) {
        var result: [UInt8] = []
        var replacements = 0
        guard let handler = xmlFindCharEncodingHandler(encoding.rawValue) else {
            // Without its table every byte outside ASCII is one that cannot be read.
            for byte in bytes {
                if byte < 0x80 { result.append(byte) } else { result += replacement }
                if byte >= 0x80 { replacements += 1 }
            }
            return (result, replacements)
        }
        defer { _ = xmlCharEncCloseFunc(handler) }
        let input = xmlBufferCreateSize(piece + 8)
        let output = xmlBufferCreateSize(4 * piece)
        defer {
            xmlBufferFree(input)
            xmlBufferFree(output)
        }
        var at = 0
        while at < bytes.count {
            let end = min(at + piece, bytes.count)
            xmlBufferEmpty(input)
            xmlBufferEmpty(output)
            bytes[at..<end].withUnsafeBufferPointer {
                _ = xmlBufferAdd(input, $0.baseAddress, Int32($0.count))
            }
            let status = xmlCharEncInFunc(handler, output, input)
            let used = end - at - Int(xmlBufferLength(input))
            let made = Int(xmlBufferLength(output))
            if made > 0 {
                result.append(contentsOf: UnsafeBufferPointer(start: xmlBufferContent(output), count: made))
            }
            at += max(used, 0)
            // What is left over is a character cut by the piece's end, unless nothing could be taken at all.
            if used > 0, status != -2 { continue }
            guard at < bytes.count else { break }
            result += replacement
            replacements += 1
            at += skipped(bytes, at, encoding)
        }
        return (result, replacements)
    }

    /// Bytes that are handed to the converter at once.
    private static let piece = 16 * 1024

    /// Bytes that one broken character takes: a lead byte with what follows, unless that is ASCII of its own.
    ///
    /// Source: WHATWG Encoding Standard, the decoders of the East Asian encodings.
    private static func skipped(_ bytes: [UInt8], _ at: Int, _ encoding: PageEncoding) -> Int {
        guard !encoding.isSingleByte, bytes[at] >= 0x81, at + 1 < bytes.count, bytes[at + 1] >= 0x80 else {
            return 1
        }
        return 2
    }
}
