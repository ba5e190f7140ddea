internal import TextBasics

/// The text of a page in UTF-8, and how it was found.
package struct PageText: Hashable, Sendable {
    /// What decided about the encoding.
    package enum Reason: String, Hashable, Sendable {
        case byteOrderMark = "byte order mark"
        case header = "header"
        case declaration = "declaration in the page"
        /// No declaration, or one that the bytes contradict.
        case content = "content"
    }

    /// Well-formed UTF-8 without a byte order mark.
    package let utf8: [UInt8]
    package let encoding: PageEncoding
    package let reason: Reason
    /// What the header or the page said instead, where its bytes showed otherwise; `euc-kr`.
    package let contradicted: String?
    /// Bytes that are no character of the encoding; each is U+FFFD in the text.
    package let replacements: Int

    /// Decodes a page.
    ///
    /// A byte order mark decides, then the header, then the page's own declaration, then the bytes. But a page that names
    /// another encoding and is valid UTF-8 is UTF-8: that cannot be chance. A page that is or says UTF-8 and is not, but is
    /// Korean EUC-KR throughout, is that.
    ///
    /// - Parameter headerCharset: `charset` of the Content-Type header.
    package init(_ bytes: [UInt8], headerCharset: String? = nil) {
        let mark = Self.byteOrderMark(bytes)
        if let mark {
            (utf8, replacements) = Decoding.text(Array(bytes[mark.length...]), mark.encoding)
            (encoding, reason, contradicted) = (mark.encoding, .byteOrderMark, nil)
            return
        }
        let inPage = EncodingDeclaration.label(in: bytes)
        var said: (label: String, encoding: PageEncoding, reason: Reason)?
        if let label = headerCharset, let encoding = PageEncoding(label: label) {
            said = (label, encoding, .header)
        } else if let label = inPage, let encoding = PageEncoding(label: label) {
            // A declaration that can be read as ASCII cannot be right about UTF-16.
            let isWide = encoding == .utf16LittleEndian || encoding == .utf16BigEndian
            said = (label, isWide ? .utf8 : encoding, .declaration)
        }
        let check = UTF8Facts(bytes)
        let wanted = Self.decided(said?.encoding, bytes, check)
        (utf8, replacements) = wanted == .utf8 && check.isValid ? (bytes, 0) : Decoding.text(bytes, wanted)
        encoding = wanted
        let agrees = said.map { $0.encoding == wanted } ?? false
        reason = agrees ? (said?.reason ?? .content) : .content
        contradicted = agrees ? nil : said?.label
    }

    private static func decided(
        _ said: PageEncoding?, _ bytes: [UInt8], _ check: UTF8Facts
    ) -> PageEncoding {
        switch said {
        case .utf8?, nil:
            if check.isValid { return .utf8 }
            // A page cut off inside a character is still what it says.
            if said == .utf8, check.isCutShort { return .utf8 }
            return Decoding.text(bytes, .korean).replacements == 0 ? .korean : .utf8
        case .utf16LittleEndian?, .utf16BigEndian?:
            return check.isValid && !bytes.contains(0) && bytes.count > 8 ? .utf8 : said ?? .utf8
        case let said?:
            guard check.isValid, check.wideCharacters > 0 else { return said }
            return said.isSingleByte || check.isBeyondChance ? .utf8 : said
        }
    }

    private static func byteOrderMark(_ bytes: [UInt8]) -> (encoding: PageEncoding, length: Int)? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        return nil
    }
}

/// What reading bytes as UTF-8 shows.
struct UTF8Facts {
    var isValid = true
    /// The only fault is a character cut off at the very end.
    var isCutShort = false
    /// Characters outside ASCII, and those of them that take three bytes or more.
    var wideCharacters = 0
    var longCharacters = 0

    /// Two-byte codes of East Asian encodings look like UTF-8 for a few characters at most.
    var isBeyondChance: Bool { longCharacters > 2 || wideCharacters > 12 }

    init(_ bytes: [UInt8]) {
        var at = 0
        while at < bytes.count {
            let scalar = bytes.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.flatMap { UTF8Decoding.scalar(at: $0 + at, limit: bytes.count - at) }
            }
            guard let length = scalar?.length else {
                isCutShort = isValid && bytes.count - at < 4 && Self.isStart(bytes[at...])
                isValid = false
                return
            }
            if length > 1 { wideCharacters += 1 }
            if length > 2 { longCharacters += 1 }
            at += length
        }
    }

    private static func isStart(_ rest: ArraySlice<UInt8>) -> Bool {
        guard let first = rest.first, rest.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else { return false }
        switch first {
        case 0xC2...0xDF: return rest.count < 2
        case 0xE0...0xEF: return rest.count < 3
        case 0xF0...0xF4: return rest.count < 4
        default: return false
        }
    }
}
