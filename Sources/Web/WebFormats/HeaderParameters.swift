/// Cuts values of headers: `name=value` pairs behind semicolons, some of them in quotes.
struct HeaderParameters {
    private let bytes: [UInt8]
    private var at: Int

    init(_ bytes: [UInt8], from start: Int = 0) {
        self.bytes = bytes
        at = start
    }

    var position: Int { at }

    private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipBlanks() {
        while let byte, byte == 0x20 || byte == 0x09 { at += 1 }
    }

    /// The next parameter, its name in lower case; `nil` at a comma or the end.
    mutating func next() -> (name: String, value: String)? {
        while true {
            skipBlanks()
            guard byte == UInt8(ascii: ";") else { return nil }
            at += 1
            skipBlanks()
            let name = token(until: ";,=")
            guard byte == UInt8(ascii: "=") else {
                if name.isEmpty { continue }
                return (name.lowercased(), "")
            }
            at += 1
            skipBlanks()
            let value = byte == UInt8(ascii: "\"") ? quoted() : token(until: ";,")
            return (name.lowercased(), value)
        }
    }

    private mutating func token(until ends: StaticString) -> String {
        let start = at
        let stops = UnsafeBufferPointer(start: ends.utf8Start, count: ends.utf8CodeUnitCount)
        while let byte, !stops.contains(byte) { at += 1 }
        return String(String(decoding: bytes[start..<at], as: UTF8.self).trimmed)
    }

    private mutating func quoted() -> String {
        at += 1
        var value: [UInt8] = []
        while let byte, byte != UInt8(ascii: "\"") {
            at += 1
            if byte == UInt8(ascii: "\\"), let next = self.byte {
                value.append(next)
                at += 1
            } else {
                value.append(byte)
            }
        }
        at = min(at + 1, bytes.count)
        while let byte, byte != UInt8(ascii: ";"), byte != UInt8(ascii: ",") { at += 1 }
        return String(decoding: value, as: UTF8.self)
    }
}
