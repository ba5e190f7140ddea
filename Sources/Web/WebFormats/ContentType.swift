/// What a server says that it sends: `text/html; charset=EUC-KR`.
package struct ContentType: Hashable, Sendable {
    /// Type and subtype in lower case; empty if the header has none.
    package let mediaType: String
    /// As written; `nil` if there is none.
    package let charset: String?

    package init(_ header: String) {
        let bytes = Array(header.utf8)
        let end = bytes.firstIndex { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") } ?? bytes.count
        mediaType = String(decoding: bytes[..<end], as: UTF8.self).trimmed.lowercased()
        var reader = HeaderParameters(bytes, from: end)
        var charset: String?
        while let parameter = reader.next() {
            if parameter.name == "charset", charset == nil, !parameter.value.isEmpty {
                charset = parameter.value
            }
        }
        self.charset = charset
    }

    package var isHTML: Bool { mediaType == "text/html" || mediaType == "application/xhtml+xml" }
    package var isJSON: Bool {
        mediaType.hasSuffix("/json") || mediaType.hasSuffix("+json") || mediaType.hasSuffix("/javascript")
            || mediaType.hasSuffix("/x-javascript")
    }
}
