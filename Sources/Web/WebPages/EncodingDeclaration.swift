/// The encoding that a page names inside itself.
enum EncodingDeclaration {
    /// Bytes from the start in which a declaration is looked for. Browsers stop at 1,024; saved pages need more.
    static let searchedBytes = 8192

    /// The label in `<?xml encoding="…"?>`, or in the first `<meta charset>` or `<meta http-equiv="content-type">`.
    ///
    /// Source: WHATWG HTML, "prescan a byte stream to determine its encoding".
    static func label(in page: [UInt8]) -> String? {
        var scanner = Scanner(bytes: Array(page.prefix(searchedBytes)))
        return scanner.label()
    }

    private struct Scanner {
        let bytes: [UInt8]
        var at = 0

        mutating func label() -> String? {
            if starts(with: "<?xml") {
                at += 5
                while let (name, value) = attribute() {
                    if name == "encoding" { return value }
                }
                at = 0
            }
            while let open = bytes[at...].firstIndex(of: UInt8(ascii: "<")) {
                at = open
                if starts(with: "<!--") {
                    skip(past: "-->")
                } else if starts(with: "<meta"), at + 5 < bytes.count,
                    Self.isSpace(bytes[at + 5]) || bytes[at + 5] == 0x2F
                {
                    at += 5
                    if let label = metaLabel() { return label }
                } else {
                    at += 1
                }
            }
            return nil
        }

        private mutating func metaLabel() -> String? {
            var content: String?
            var isContentType = false
            var charset: String?
            while let (name, value) = attribute() {
                switch name {
                case "charset": charset = charset ?? value
                case "content": content = content ?? value
                case "http-equiv": isContentType = value.lowercased() == "content-type"
                default: continue
                }
            }
            if let charset { return charset }
            return isContentType ? content.flatMap(Self.charset) : nil
        }

        /// `text/html; charset=euc-kr`.
        private static func charset(in content: String) -> String? {
            let text = Array(content.lowercased().utf8)
            let wanted = Array("charset".utf8)
            var at = 0
            while at + wanted.count <= text.count {
                guard text[at..<(at + wanted.count)].elementsEqual(wanted) else {
                    at += 1
                    continue
                }
                var rest = text[(at + wanted.count)...].drop(while: isSpace)
                guard rest.first == UInt8(ascii: "=") else {
                    at += wanted.count
                    continue
                }
                rest = rest.dropFirst().drop { isSpace($0) || $0 == 0x22 || $0 == 0x27 }
                let label = rest.prefix { !isSpace($0) && $0 != 0x22 && $0 != 0x27 && $0 != 0x3B }
                return label.isEmpty ? nil : String(decoding: label, as: UTF8.self)
            }
            return nil
        }

        private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

        private func starts(with text: StaticString) -> Bool {
            guard at + text.utf8CodeUnitCount <= bytes.count else { return false }
            return (0..<text.utf8CodeUnitCount).allSatisfy { offset in
                let byte = bytes[at + offset]
                return ((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) == text.utf8Start[offset]
            }
        }

        private mutating func skip(past text: StaticString) {
            while at < bytes.count, !starts(with: text) { at += 1 }
            at = min(at + text.utf8CodeUnitCount, bytes.count)
        }

        /// The next attribute of a tag; `nil` at its end, which is then passed.
        private mutating func attribute() -> (name: String, value: String)? {
            while at < bytes.count, Self.isSpace(bytes[at]) || bytes[at] == 0x2F || bytes[at] == 0x3F {
                at += 1
            }
            guard at < bytes.count, bytes[at] != UInt8(ascii: ">") else {
                at = min(at + 1, bytes.count)
                return nil
            }
            let start = at
            while at < bytes.count, !Self.isSpace(bytes[at]), !"=>/?".utf8.contains(bytes[at]) { at += 1 }
            if at == start { at += 1 }
            let name = String(decoding: bytes[start..<at], as: UTF8.self).lowercased()
            while at < bytes.count, Self.isSpace(bytes[at]) { at += 1 }
            guard at < bytes.count, bytes[at] == UInt8(ascii: "=") else { return (name, "") }
            at += 1
            while at < bytes.count, Self.isSpace(bytes[at]) { at += 1 }
            return (name, value())
        }

        private mutating func value() -> String {
            guard at < bytes.count else { return "" }
            let quote = bytes[at]
            if quote == 0x22 || quote == 0x27 {
                let end = bytes[(at + 1)...].firstIndex(of: quote) ?? bytes.count
                defer { at = min(end + 1, bytes.count) }
                return String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
            }
            let start = at
            while at < bytes.count, !Self.isSpace(bytes[at]), bytes[at] != UInt8(ascii: ">") { at += 1 }
            return String(decoding: bytes[start..<at], as: UTF8.self)
        }
    }
}
