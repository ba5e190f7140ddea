/// Walks over the text of one JSON value, strictly by RFC 8259. The text must be well-formed UTF-8.
struct JSONScanner {
    /// Why a line is not taken.
    enum Fault: Error {
        /// It is not JSON: what was expected, at this byte, counted from 0.
        case expected(String, byte: Int)
        /// It is JSON, but not what is wanted.
        case unwanted(RowProblem.Reason)
    }

    /// A string between its quotation marks, and whether escapes are in it.
    struct Text {
        let bytes: UnsafeRawBufferPointer
        let hasEscapes: Bool
    }

    /// Objects and arrays nested deeper than this are refused.
    static let deepest = 128

    private let bytes: UnsafeRawBufferPointer
    private(set) var at = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The current byte; 0 past the end.
    @inline(__always)
    var byte: UInt8 { at < bytes.count ? bytes[at] : 0 }

    @inline(__always)
    mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }

    func fault(_ expected: String) -> Fault {
        .expected(expected, byte: at)
    }

    /// Takes `wanted` and the white space after it.
    @inline(__always)
    mutating func take(_ wanted: UInt8, _ name: String) throws(Fault) {
        guard byte == wanted else { throw fault(name) }
        at += 1
        skipSpace()
    }

    /// Takes an array and returns it as it is written.
    mutating func list(depth: Int) throws(Fault) -> UnsafeRawBufferPointer {
        let start = at
        try skipValue(depth: depth)
        return bytes.part(start, at)
    }

    /// Takes the end of the text.
    mutating func takeEnd() throws(Fault) {
        skipSpace()
        guard at == bytes.count else { throw fault("the end of the line") }
    }

    /// Takes a string.
    mutating func text() throws(Fault) -> Text {
        guard byte == 0x22 else { throw fault("a string") }
        at += 1
        let start = at
        var hasEscapes = false
        while at < bytes.count {
            let byte = bytes[at]
            if byte == 0x22 {
                at += 1
                return Text(bytes: bytes.part(start, at - 1), hasEscapes: hasEscapes)
            }
            if byte == 0x5C {
                hasEscapes = true
                try skipEscape()
            } else if byte < 0x20 {
                throw fault("an escape instead of a control character")
            } else {
                at += 1
            }
        }
        throw fault("a closing quotation mark")
    }

    private mutating func skipEscape() throws(Fault) {
        at += 1
        switch byte {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            at += 1
        case 0x75:
            let unit = try hexUnit()
            guard unit & 0xF800 == 0xD800 else { return }
            guard unit < 0xDC00, byte == 0x5C else { throw fault("a pair of surrogates") }
            at += 1
            guard byte == 0x75, try hexUnit() & 0xFC00 == 0xDC00 else { throw fault("a pair of surrogates") }
        default:
            throw fault("an escape that JSON has")
        }
    }

    /// Takes `uhhhh`.
    private mutating func hexUnit() throws(Fault) -> UInt32 {
        at += 1
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = hexValue(byte) else { throw fault("four hexadecimal digits") }
            unit = unit << 4 | digit
            at += 1
        }
        return unit
    }

    /// Takes a number and returns it as it is written.
    mutating func number() throws(Fault) -> UnsafeRawBufferPointer {
        let start = at
        if byte == 0x2D { at += 1 }
        if byte == 0x30 { at += 1 } else { try digits() }
        if byte == 0x2E {
            at += 1
            try digits()
        }
        if byte | 0x20 == 0x65 {
            at += 1
            if byte == 0x2B || byte == 0x2D { at += 1 }
            try digits()
        }
        return bytes.part(start, at)
    }

    private mutating func digits() throws(Fault) {
        let start = at
        while byte &- 0x30 < 10 { at += 1 }
        guard at > start else { throw fault("a digit") }
    }

    /// Takes one of `true`, `false` and `null` and returns it as it is written.
    mutating func word() throws(Fault) -> UnsafeRawBufferPointer {
        for word: StaticString in ["true", "false", "null"] {
            let wanted = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
            guard at + wanted.count <= bytes.count else { continue }
            let found = bytes.part(at, at + wanted.count)
            if equal(found, wanted) {
                at += wanted.count
                return found
            }
        }
        throw fault("a value")
    }

    /// Skips a value of any kind.
    mutating func skipValue(depth: Int) throws(Fault) {
        switch byte {
        case 0x22: _ = try text()
        case 0x7B: try skipMembers(depth: depth, close: 0x7D, keyed: true)
        case 0x5B: try skipMembers(depth: depth, close: 0x5D, keyed: false)
        case 0x2D, 0x30...0x39: _ = try number()
        default: _ = try word()
        }
    }

    private mutating func skipMembers(depth: Int, close: UInt8, keyed: Bool) throws(Fault) {
        guard depth < Self.deepest else { throw fault("at most \(Self.deepest) levels") }
        at += 1
        skipSpace()
        if byte == close {
            at += 1
            return
        }
        while true {
            if keyed {
                _ = try text()
                skipSpace()
                try take(0x3A, "a colon")
            }
            try skipValue(depth: depth + 1)
            skipSpace()
            if byte == close {
                at += 1
                return
            }
            try take(0x2C, keyed ? "a comma or }" : "a comma or ]")
        }
    }
}
