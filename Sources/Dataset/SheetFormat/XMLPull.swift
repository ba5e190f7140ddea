private import CLibXML2

/// Reads XML from start to end, one element or text at a time. It never accesses anything outside the bytes.
final class XMLPull {
    enum Event: Equatable {
        case start(String)
        case end(String)
        case text(String)
    }

    private let reader: xmlTextReaderPtr
    private var pendingEnd: String?

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0, bytes.count <= Int(Int32.max) else { return nil }
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        let reader = xmlReaderForMemory(
            bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), nil, nil,
            Int32(bitPattern: options | XML_PARSE_HUGE.rawValue))
        guard let reader else { return nil }
        self.reader = reader
    }

    deinit { xmlFreeTextReader(reader) }

    /// The next event; `nil` at the end.
    /// - Throws: ``SheetError/damaged(_:)`` where the bytes are no XML.
    func next() throws(SheetError) -> Event? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name)
        }
        while true {
            let status = xmlTextReaderRead(reader)
            if status == 0 { return nil }
            guard status == 1 else { throw .damaged("XML") }
            switch UInt32(xmlTextReaderNodeType(reader)) {
            case 1:
                let name = localName
                if xmlTextReaderIsEmptyElement(reader) == 1 { pendingEnd = name }
                return .start(name)
            case 15: return .end(localName)
            case 3, 4, 13, 14:
                return .text(xmlTextReaderConstValue(reader).map { String(cString: $0) } ?? "")
            // A document type may declare its own entities; no workbook has one.
            case 10: throw .damaged("XML")
            default: continue
            }
        }
    }

    private var localName: String { xmlTextReaderConstLocalName(reader).map { String(cString: $0) } ?? "" }

    /// An attribute of the element that has just started, by its name with prefix.
    func attribute(_ name: String) -> String? {
        guard let value = xmlTextReaderGetAttribute(reader, name) else { return nil }
        defer { splitvote_free_xml(value) }
        return String(cString: value)
    }
}
