internal import JSON

extension JSONValue {
    /// One line, no spaces, keys in the order of their UTF-8 bytes.
    public var canonicalText: String {
        var text = ""
        write(to: &text, indent: nil, depth: 0)
        return text
    }

    /// Indented by two spaces, for people; ends with a line feed.
    public var prettyText: String {
        var text = ""
        write(to: &text, indent: 2, depth: 0)
        return text + "\n"
    }

    /// Reads JSON text. What was written as a whole number is one again, and what was written with a fraction or an
    /// exponent is a number, so that canonical text read back has the same canonical text.
    /// - Throws: `JSONError` with the place when the text is not JSON.
    public init(parsing text: String) throws {
        self.init(try JSONNode(parsing: text.utf8))
    }

    private init(_ node: JSONNode) {
        switch node {
        case .null: self = .null
        case .boolean(let value): self = .bool(value)
        case .number(let digits): self = Int(digits).map(JSONValue.integer) ?? .number(Double(digits) ?? .nan)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map { JSONValue($0) })
        case .object(let members):
            self = .object(
                Dictionary(
                    members.map { ($0.key, JSONValue($0.value)) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    private func write(to text: inout String, indent: Int?, depth: Int) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? "\(value)" : "null"
        case .string(let value): Self.write(value, to: &text)
        case .array(let items):
            Self.writeList(items, open: "[", close: "]", to: &text, indent: indent, depth: depth) {
                item, text in
                item.write(to: &text, indent: indent, depth: depth + 1)
            }
        case .object(let members):
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            Self.writeList(sorted, open: "{", close: "}", to: &text, indent: indent, depth: depth) {
                member, text in
                Self.write(member.key, to: &text)
                text += indent == nil ? ":" : ": "
                member.value.write(to: &text, indent: indent, depth: depth + 1)
            }
        }
    }

    private static func writeList<Item>(
        _ items: [Item], open: String, close: String, to text: inout String, indent: Int?, depth: Int,
        writeItem: (Item, inout String) -> Void
    ) {
        text += open
        for (index, item) in items.enumerated() {
            if index > 0 { text += "," }
            if let indent { text += "\n" + String(repeating: " ", count: indent * (depth + 1)) }
            writeItem(item, &text)
        }
        if let indent, !items.isEmpty { text += "\n" + String(repeating: " ", count: indent * depth) }
        text += close
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{00}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
