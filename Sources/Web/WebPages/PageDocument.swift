internal import CLibXML2

/// A page or feed as a tree of elements.
///
/// Parsing reaches for nothing outside the bytes: no network, no files, no document types, no entities but HTML's own.
/// One task at a time may use a document.
package final class PageDocument {
    let document: xmlDocPtr
    package let isHTML: Bool

    /// Most bytes of a page unless the caller says otherwise: 16 MiB.
    package static let mostBytes = 16 << 20
    /// Most elements inside one another: libxml2's own limit.
    package static let deepest = 256

    /// Parses HTML as far as it goes: everything that a browser would show something for is taken.
    /// - Parameter text: the page in UTF-8, as ``PageText`` gives it; declarations inside are passed over.
    package convenience init(html text: PageText, limit: Int = mostBytes) throws(PageError) {
        let options =
            HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
            | HTML_PARSE_NONET.rawValue | HTML_PARSE_COMPACT.rawValue | HTML_PARSE_NODEFDTD.rawValue
            | HTML_PARSE_IGNORE_ENC.rawValue
        try self.init(text.utf8, isHTML: true, limit: limit, options: Int32(bitPattern: options))
    }

    /// Parses XML, as feeds and sitemaps are: well-formed or refused.
    /// - Parameter recovers: whether what is not well-formed is taken as far as it goes.
    package convenience init(
        xml text: PageText, limit: Int = mostBytes, recovers: Bool = false
    ) throws(PageError) {
        guard !DocumentType.hasDeclarations(text.utf8) else { throw .ownEntities }
        let options =
            (recovers ? XML_PARSE_RECOVER.rawValue : 0) | XML_PARSE_NOERROR.rawValue
            | XML_PARSE_NOWARNING.rawValue | XML_PARSE_NONET.rawValue
            | XML_PARSE_COMPACT.rawValue | XML_PARSE_IGNORE_ENC.rawValue
        try self.init(text.utf8, isHTML: false, limit: limit, options: Int32(bitPattern: options))
    }

    private init(_ bytes: [UInt8], isHTML: Bool, limit: Int, options: Int32) throws(PageError) {
        guard bytes.count <= min(limit, Int(Int32.max)) else {
            throw .tooLarge(bytes: bytes.count, limit: limit)
        }
        // A NUL ends the parser's text; HTML says that it stands for U+FFFD.
        let bytes = bytes.contains(0) ? Self.withoutNUL(bytes) : bytes
        guard bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
        guard AttributeCount.isBearable(bytes) else { throw .tooManyAttributes }
        self.isHTML = isHTML
        document = try Self.parse(bytes, isHTML, options)
    }

    deinit { xmlFreeDoc(document) }

    private static func parse(
        _ bytes: [UInt8], _ isHTML: Bool, _ options: Int32
    ) throws(PageError) -> xmlDocPtr {
        var problem: PageError?
        let document: xmlDocPtr? = LibXML.quietly {
            let context = isHTML ? htmlNewParserCtxt() : xmlNewParserCtxt()
            guard let context else { return nil }
            defer { xmlFreeParserCtxt(context) }
            let document = bytes.withUnsafeBytes { buffer in
                let start = buffer.bindMemory(to: CChar.self).baseAddress
                return isHTML
                    ? htmlCtxtReadMemory(context, start, Int32(buffer.count), nil, "UTF-8", options)
                    : xmlCtxtReadMemory(context, start, Int32(buffer.count), nil, "UTF-8", options)
            }
            let message = LibXML.lastError?.message ?? ""
            if message.hasPrefix("Excessive depth") {
                problem = .tooDeep
            } else if !isHTML, document == nil {
                problem = .malformed(message)
            }
            return document
        }
        guard let document, problem == nil else {
            if let document { xmlFreeDoc(document) }
            throw problem ?? .notUnderstood
        }
        return document
    }

    private static func withoutNUL(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for byte in bytes {
            if byte == 0 { result += [0xEF, 0xBF, 0xBD] } else { result.append(byte) }
        }
        return result
    }

    /// The outermost element; `nil` for a page without any.
    package var root: PageNode? {
        xmlDocGetRootElement(document).map { PageNode(document: self, node: $0) }
    }
}

/// The document type declaration of an XML text.
enum DocumentType {
    /// Whether the text has one with declarations between brackets, an internal subset.
    static func hasDeclarations(_ text: [UInt8]) -> Bool {
        var rest = text[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[open...]
            if starts(rest, "<!--") {
                rest = skip(rest, past: "-->")
            } else if starts(rest, "<?") {
                rest = skip(rest, past: "?>")
            } else if starts(rest, "<!DOCTYPE") {
                return bracketsFollow(rest)
            } else {
                return false
            }
        }
        return false
    }

    private static func bracketsFollow(_ rest: ArraySlice<UInt8>) -> Bool {
        var quote: UInt8?
        for byte in rest {
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == 0x22 || byte == 0x27 {
                quote = byte
            } else if byte == UInt8(ascii: "[") {
                return true
            } else if byte == UInt8(ascii: ">") {
                return false
            }
        }
        return true
    }

    private static func starts(_ rest: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
        rest.starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private static func skip(_ rest: ArraySlice<UInt8>, past text: StaticString) -> ArraySlice<UInt8> {
        var rest = rest.dropFirst(text.utf8CodeUnitCount)
        while !rest.isEmpty, !starts(rest, text) { rest = rest.dropFirst() }
        return rest.dropFirst(text.utf8CodeUnitCount)
    }
}
