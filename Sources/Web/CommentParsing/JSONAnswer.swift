package import JSON
internal import WebPages

/// An answer in JSON, plain or as the argument of a function call (JSONP).
package struct JSONAnswer: Sendable {
    package let root: JSONValue
    /// Faults of the text that were mended: halves of surrogate pairs, and control characters inside strings.
    package let repairs: Int

    /// Most bytes of an answer: 32 MiB.
    package static let mostBytes = 32 << 20

    /// Reads an answer.
    ///
    /// The call's argument is what stands between the first opening and the last closing parenthesis, whatever parentheses
    /// the text inside holds. Services cut texts in the middle of an emoji; such a half becomes U+FFFD, and
    /// nothing else of the page is lost.
    ///
    /// - Parameter charset: `charset` of the Content-Type header.
    package init(_ bytes: [UInt8], charset: String? = nil) throws(AnswerError) {
        guard bytes.count <= Self.mostBytes else {
            throw .tooLarge(bytes: bytes.count, limit: Self.mostBytes)
        }
        let text = PageText(bytes, headerCharset: charset).utf8
        let payload = Array(text[try Self.payload(of: text)])
        do throws(JSONError) {
            root = try JSONValue(parsing: payload)
            repairs = 0
        } catch {
            let mended = JSONRepair.mended(payload)
            guard mended.repairs > 0, let root = try? JSONValue(parsing: mended.bytes) else {
                throw .noJSON("\(error)")
            }
            self.root = root
            repairs = mended.repairs
        }
    }

    /// Where the JSON stands in the text of an answer.
    package static func payload(of text: [UInt8]) throws(AnswerError) -> Range<Int> {
        var start = 0
        var end = text.count
        while start < end, isSpace(text[start]) { start += 1 }
        while end > start, isSpace(text[end - 1]) { end -= 1 }
        if text[start..<end].starts(with: "/**/".utf8) { start += 4 }
        while start < end, isSpace(text[start]) { start += 1 }
        guard start < end else { throw .empty }
        guard isNameStart(text[start]) else { return start..<end }
        var at = start
        while at < end, isName(text[at]) { at += 1 }
        let word = String(decoding: text[start..<min(at, start + 40)], as: UTF8.self)
        while at < end, isSpace(text[at]) { at += 1 }
        // A bare word such as `null` or `true` is JSON itself.
        guard at < end else { return start..<end }
        guard text[at] == UInt8(ascii: "(") else {
            throw .noJSON(
                "found '\(word)'; expected JSON"
            )
        }
        while end > at, isSpace(text[end - 1]) || text[end - 1] == UInt8(ascii: ";") { end -= 1 }
        guard end - 1 > at, text[end - 1] == UInt8(ascii: ")") else {
            throw .noJSON("the call does not end with ')'; the answer is cut short")
        }
        return (at + 1)..<(end - 1)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
    }

    /// Names of functions as services take them: `jQuery123.cb[0]`.
    private static func isName(_ byte: UInt8) -> Bool {
        isNameStart(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }
}

/// Why an answer of a service is not taken.
package enum AnswerError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLarge(bytes: Int, limit: Int)
    case empty
    case noJSON(String)
    /// The answer is JSON, but not in the form that the source describes.
    case otherForm(String)
    /// A field is missing or unreadable in every comment of the answer: the service gives them in another form now.
    case changed(String)
    /// The service says that it will not or cannot answer.
    case refused(String)
    /// A page that should have held a value, or could not be read.
    case page(String)

    package var description: String {
        switch self {
        case .tooLarge(let bytes, let limit): "an answer of \(bytes) bytes; at most \(limit) are read"
        case .empty: "an empty answer"
        case .noJSON(let problem): "the answer is no JSON: \(problem)"
        case .otherForm(let problem): "the answer has another form than the source describes: \(problem)"
        case .changed(let problem): "the comments have another form than the source describes: \(problem)"
        case .refused(let message): "the service refused: \(message)"
        case .page(let problem): problem
        }
    }
}
