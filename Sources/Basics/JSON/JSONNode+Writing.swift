extension JSONNode {
    /// The value as JSON text in UTF-8, members in their own order.
    ///
    /// - Parameter indented: two spaces for each level and one member a line; otherwise no white space at all.
    package func encoded(indented: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        write(to: &output, indentation: indented ? 0 : nil)
        if indented { output.append(0x0A) }
        return output
    }

    private func write(to output: inout [UInt8], indentation: Int?) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .boolean(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let digits): output.append(contentsOf: digits.utf8)
        case .string(let text): Self.write(text, to: &output)
        case .array(let elements):
            Self.writeList(elements, "[", "]", to: &output, indentation: indentation) {
                element, output, level in
                element.write(to: &output, indentation: level)
            }
        case .object(let members):
            Self.writeList(members, "{", "}", to: &output, indentation: indentation) {
                member, output, level in
                Self.write(member.key, to: &output)
                output.append(contentsOf: (level == nil ? ":" : ": ").utf8)
                member.value.write(to: &output, indentation: level)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element], _ open: String, _ close: String, to output: inout [UInt8], indentation: Int?,
        each: (Element, inout [UInt8], Int?) -> Void
    ) {
        output.append(contentsOf: open.utf8)
        let inner = indentation.map { $0 + 2 }
        for (index, element) in elements.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            breakLine(inner, in: &output)
            each(element, &output, inner)
        }
        if !elements.isEmpty { breakLine(indentation, in: &output) }
        output.append(contentsOf: close.utf8)
    }

    private static func breakLine(_ indentation: Int?, in output: inout [UInt8]) {
        guard let indentation else { return }
        output.append(0x0A)
        output.append(contentsOf: repeatElement(0x20, count: indentation))
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        let hexDigits = Array("0123456789abcdef".utf8)
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0x0A: output.append(contentsOf: "\\n".utf8)
            case 0x0D: output.append(contentsOf: "\\r".utf8)
            case 0x09: output.append(contentsOf: "\\t".utf8)
            case 0x08: output.append(contentsOf: "\\b".utf8)
            case 0x0C: output.append(contentsOf: "\\f".utf8)
            case 0..<0x20:
                output.append(contentsOf: "\\u00".utf8)
                output.append(contentsOf: [hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
