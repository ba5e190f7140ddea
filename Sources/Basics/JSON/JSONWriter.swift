internal import TextBasics

extension JSONValue {
    /// One line, no spaces, keys in the order of their UTF-8 bytes, every number in the one spelling of its value.
    package var canonicalText: String {
        String(decoding: JSONWriter.bytes(of: self, isCanonical: true), as: UTF8.self)
    }

    /// The canonical text indented by two spaces, for people; ends with a line feed.
    package var prettyText: String {
        String(decoding: JSONWriter.bytes(of: self, isCanonical: true, isIndented: true), as: UTF8.self)
    }

    /// The value as JSON text in UTF-8, members in their own order and numbers in their own digits.
    ///
    /// - Parameter indented: two spaces for each level and one member a line, and a line feed at the end; otherwise no
    ///   white space at all.
    package func encoded(indented: Bool = false) -> [UInt8] {
        JSONWriter.bytes(of: self, isCanonical: false, isIndented: indented)
    }
}

/// Writes values as UTF-8.
struct JSONWriter {
    /// Whether keys are sorted and numbers spelled in the one way, and the rarer control characters by their numbers.
    private let isCanonical: Bool
    private let isIndented: Bool
    private var output: [UInt8] = []

    static func bytes(of value: JSONValue, isCanonical: Bool, isIndented: Bool = false) -> [UInt8] {
        var writer = JSONWriter(isCanonical: isCanonical, isIndented: isIndented)
        writer.write(value, depth: 0)
        if isIndented { writer.output.append(0x0A) }
        return writer.output
    }

    private init(isCanonical: Bool, isIndented: Bool) {
        self.isCanonical = isCanonical
        self.isIndented = isIndented
    }

    private mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .number(let digits): append(isCanonical ? Self.canonical(digits) : Self.asGiven(digits))
        case .string(let text): write(text)
        case .array(let elements):
            writeList(elements, "[", "]", depth: depth) { $0.write($1, depth: depth + 1) }
        case .object(let members):
            let members = isCanonical ? members.sorted(by: JSONMember.precedes) : members
            writeList(members, "{", "}", depth: depth) { writer, member in
                writer.write(member.key)
                writer.append(writer.isIndented ? ": " : ":")
                writer.write(member.value, depth: depth + 1)
            }
        }
    }

    private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func writeList<Element>(
        _ elements: [Element], _ open: String, _ close: String, depth: Int,
        each: (inout JSONWriter, Element) -> Void
    ) {
        append(open)
        for (index, element) in elements.enumerated() {
            if index > 0 { append(",") }
            breakLine(depth + 1)
            each(&self, element)
        }
        if !elements.isEmpty { breakLine(depth) }
        append(close)
    }

    private mutating func breakLine(_ depth: Int) {
        guard isIndented else { return }
        output.append(0x0A)
        output.append(contentsOf: repeatElement(0x20, count: 2 * depth))
    }

    private mutating func write(_ text: String) {
        append("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0x08 where !isCanonical: append("\\b")
            case 0x0C where !isCanonical: append("\\f")
            case 0..<0x20: append("\\u00" + Hexadecimal.text(CollectionOfOne(byte)))
            default: output.append(byte)
            }
        }
        append("\"")
    }

    /// The one spelling of a number: a whole number without a fraction in plain digits, any other as the shortest
    /// digits that give its `Double`, `null` if that is not finite.
    static func canonical(_ digits: String) -> String {
        if let whole = Int(digits) { return String(whole) }
        guard let number = Double(digits), number.isFinite else { return "null" }
        return "\(number)"
    }

    /// JSON has no infinities and no `nan`; every number that it has ends with a digit.
    private static func asGiven(_ digits: String) -> String {
        digits.utf8.last.map { (0x30...0x39).contains($0) } ?? false ? digits : "null"
    }
}
