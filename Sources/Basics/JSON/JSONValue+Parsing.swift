extension JSONValue {
    /// Reads one JSON value (RFC 8259) and refuses everything beyond it.
    ///
    /// Stricter than most readers: a key that occurs twice in an object, a lone surrogate, invalid UTF-8 and
    /// more than 64 levels of nesting are errors.
    package init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
        var reader = JSONReader(bytes: Array(bytes))
        self = try reader.document()
    }

    /// Reads JSON text, as strictly.
    package init(parsing text: String) throws(JSONError) { try self.init(parsing: text.utf8) }
}

/// A recursive-descent reader over UTF-8 bytes.
private struct JSONReader {
    let bytes: [UInt8]
    var position = 0
    static let deepestNesting = 64

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSONValue {
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw unexpected("the end of the text") }
        return value
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            position += 1
        }
    }

    private func unexpected(_ wanted: String) -> JSONError {
        guard let byte = current else {
            return JSONError(problem: "text ends; expected \(wanted)", byte: position)
        }
        let shown = (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
        return JSONError(problem: "found \(shown); expected \(wanted)", byte: position)
    }

    private mutating func expect(_ byte: UInt8, _ wanted: String) throws(JSONError) {
        guard current == byte else { throw unexpected(wanted) }
        position += 1
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= Self.deepestNesting else {
            throw JSONError(problem: "more than \(Self.deepestNesting) levels of nesting", byte: position)
        }
        switch current {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for offset in 0..<word.utf8CodeUnitCount {
            try expect(word.utf8Start[offset], "'\(word)'")
        }
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> [JSONMember] {
        position += 1
        var members: [JSONMember] = []
        var seen: Set<UTF8Name> = []
        skipSpace()
        if current == UInt8(ascii: "}") {
            position += 1
            return members
        }
        while true {
            skipSpace()
            let start = position
            guard current == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let key = try string()
            guard seen.insert(UTF8Name(key)).inserted else {
                throw JSONError(problem: "key '\(key)' occurs twice in one object", byte: start)
            }
            skipSpace()
            try expect(UInt8(ascii: ":"), "':'")
            skipSpace()
            members.append(JSONMember(key, try value(depth: depth + 1)))
            skipSpace()
            if current == UInt8(ascii: ",") {
                position += 1
                continue
            }
            try expect(UInt8(ascii: "}"), "',' or '}'")
            return members
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if current == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            skipSpace()
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if current == UInt8(ascii: ",") {
                position += 1
                continue
            }
            try expect(UInt8(ascii: "]"), "',' or ']'")
            return elements
        }
    }

    private mutating func digits() throws(JSONError) {
        guard let byte = current, (0x30...0x39).contains(byte) else { throw unexpected("a digit") }
        while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
    }

    private mutating func number() throws(JSONError) -> String {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        guard let first = current, (0x30...0x39).contains(first) else {
            throw unexpected(position == start ? "a value" : "a digit")
        }
        if first == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if current == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func string() throws(JSONError) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw JSONError(problem: "a string that is not valid UTF-8", byte: start)
                }
                return string
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw JSONError(problem: "a control character inside a string", byte: position - 1)
            default: text.append(byte)
            }
        }
        throw JSONError(problem: "a string that does not end", byte: start)
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = current else { throw unexpected("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try escapedScalar()).utf8)
        default: throw JSONError(problem: "an unknown escape", byte: position - 2)
        }
    }

    private mutating func escapedScalar() throws(JSONError) -> Character {
        let start = position - 2
        let first = try fourHexDigits()
        var value = UInt32(first)
        if (0xD800...0xDBFF).contains(first) {
            guard current == UInt8(ascii: "\\"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw JSONError(problem: "half of a surrogate pair", byte: start) }
            position += 2
            let second = try fourHexDigits()
            guard (0xDC00...0xDFFF).contains(second) else {
                throw JSONError(problem: "half of a surrogate pair", byte: start)
            }
            value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw JSONError(problem: "half of a surrogate pair", byte: start)
        }
        return Character(scalar)
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("a hexadecimal digit")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
