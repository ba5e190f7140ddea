/// An Excel workbook (.xlsx), given by its parts, whose sheets are converted to CSV.
///
/// Source: ECMA-376, part 1, section 18.
package struct Workbook {
    /// Gives a part of the workbook by its name, such as `xl/workbook.xml`; `nil` if there is none.
    package typealias Parts = (String) throws -> [UInt8]?

    private let parts: Parts
    private let sheets: [(name: String, part: String)]
    private let dates: SerialDates

    package init(parts: @escaping Parts) throws {
        self.parts = parts
        let targets = try Self.targets(parts)
        var sheets: [(String, String)] = []
        var countsFrom1904 = false
        try Self.walk("xl/workbook.xml", parts) { xml, event in
            guard case .start(let name) = event else { return }
            if name == "sheet", let title = xml.attribute("name"), let id = xml.attribute("r:id"),
                let target = targets[id]
            {
                sheets.append((title, target))
            } else if name == "workbookPr" {
                countsFrom1904 = ["1", "true"].contains(xml.attribute("date1904") ?? "")
            }
        }
        guard !sheets.isEmpty else { throw SheetError.damaged("xl/workbook.xml") }
        self.sheets = sheets
        dates = SerialDates(countsFrom1904: countsFrom1904)
    }

    /// In the order of the workbook.
    package var sheetNames: [String] { sheets.map(\.name) }

    /// Writes one sheet as CSV: dates as ISO 8601, numbers as the workbook holds them, rows as wide as the first.
    /// - Parameters:
    ///   - name: of the sheet; `nil`: the first.
    ///   - body: takes the CSV in pieces, which are valid only during the call.
    package func writeCSV(sheet name: String? = nil, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let sheet = name.map({ name in sheets.first { $0.name == name } }) ?? sheets.first else {
            throw SheetError.noSheet(name ?? "", names: sheetNames)
        }
        let cells = CellReader(
            shared: try Self.sharedTexts(parts), dateStyles: try Self.dateStyles(parts), dates: dates)
        var writer = SheetWriter()
        var row: [String] = []
        try Self.walk(sheet.part, parts) { xml, event in
            switch event {
            case .start("row"):
                row = []
            case .start("c"):
                let place = xml.attribute("r").flatMap(Self.column) ?? row.count
                guard place < 16_384 else { throw SheetError.damaged(sheet.part) }
                while row.count < place { row.append("") }
                row.append(try cells.value(xml))
            case .end("row"):
                writer.append(row)
                if writer.bytes.count >= 1 << 17 { try writer.drain(body) }
            default: break
            }
        }
        try writer.drain(body)
    }

    /// Place of the column, counted from 0, in a reference such as `AB12`.
    static func column(_ reference: String) -> Int? {
        var value = 0
        for byte in reference.utf8 {
            guard (0x41...0x5A).contains(byte) else { break }
            value = value * 26 + Int(byte - 0x40)
            guard value < 100_000 else { return nil }
        }
        return value > 0 ? value - 1 : nil
    }

    private static func walk(
        _ part: String, _ parts: Parts, _ body: (XMLPull, XMLPull.Event) throws -> Void
    ) throws {
        guard let bytes = try parts(part) else { throw SheetError.damaged(part) }
        try bytes.withUnsafeBytes { buffer in
            guard let xml = XMLPull(buffer) else { throw SheetError.damaged(part) }
            do {
                while let event = try xml.next() { try body(xml, event) }
            } catch SheetError.damaged("XML") {
                throw SheetError.damaged(part)
            }
        }
    }

    /// Parts of the sheets by their relation.
    private static func targets(_ parts: Parts) throws -> [String: String] {
        var targets: [String: String] = [:]
        try walk("xl/_rels/workbook.xml.rels", parts) { xml, event in
            guard event == .start("Relationship"), let id = xml.attribute("Id"),
                let target = xml.attribute("Target")
            else { return }
            targets[id] = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
        }
        return targets
    }

    private static func sharedTexts(_ parts: Parts) throws -> [String] {
        guard try parts("xl/sharedStrings.xml") != nil else { return [] }
        var texts: [String] = []
        try walk("xl/sharedStrings.xml", parts) { xml, event in
            if event == .start("si") { texts.append(try CellReader.richText(xml, until: "si")) }
        }
        return texts
    }

    /// For each cell style whether it shows numbers as dates.
    private static func dateStyles(_ parts: Parts) throws -> [Bool] {
        guard try parts("xl/styles.xml") != nil else { return [] }
        var own: [Int: String] = [:]
        var styles: [Bool] = []
        var isInside = false
        try walk("xl/styles.xml", parts) { xml, event in
            switch event {
            case .start("numFmt"):
                if let id = xml.attribute("numFmtId").flatMap({ Int($0) }) {
                    own[id] = xml.attribute("formatCode") ?? ""
                }
            case .start("cellXfs"): isInside = true
            case .end("cellXfs"): isInside = false
            case .start("xf") where isInside:
                let id = xml.attribute("numFmtId").flatMap { Int($0) } ?? 0
                styles.append(SerialDates.showsDate(format: id, own[id]))
            default: break
            }
        }
        return styles
    }
}

/// Reads the value of a cell.
private struct CellReader {
    let shared: [String]
    let dateStyles: [Bool]
    let dates: SerialDates

    /// The cell that has just started, to its end.
    func value(_ xml: XMLPull) throws -> String {
        let type = xml.attribute("t") ?? "n"
        let style = xml.attribute("s").flatMap { Int($0) } ?? 0
        var raw = ""
        var text: String?
        while let event = try xml.next(), event != .end("c") {
            if event == .start("v") {
                raw = try Self.plainText(xml, until: "v")
            } else if event == .start("is") {
                text = try Self.richText(xml, until: "is")
            }
        }
        switch type {
        case "s": return Int(raw).flatMap { shared.indices.contains($0) ? shared[$0] : nil } ?? ""
        case "inlineStr": return text ?? ""
        case "str": return Self.unescaped(raw)
        case "b", "e", "d": return raw
        default:
            guard dateStyles.indices.contains(style), dateStyles[style] else { return raw }
            return dates.text(of: raw) ?? raw
        }
    }

    static func plainText(_ xml: XMLPull, until end: String) throws -> String {
        var text = ""
        while let event = try xml.next(), event != .end(end) {
            if case .text(let piece) = event { text += piece }
        }
        return text
    }

    /// The runs of a text, without how its characters are pronounced.
    static func richText(_ xml: XMLPull, until end: String) throws -> String {
        var text = ""
        var isText = false
        var isSound = false
        while let event = try xml.next(), event != .end(end) {
            switch event {
            case .start("t"): isText = true
            case .end("t"): isText = false
            case .start("rPh"): isSound = true
            case .end("rPh"): isSound = false
            case .text(let piece) where isText && !isSound: text += piece
            default: break
            }
        }
        return unescaped(text)
    }

    /// `_x000D_` encodes a character that XML cannot hold.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("_x") else { return text }
        return text.replacing(/_x([0-9A-Fa-f]{4})_/) { match in
            UInt32(match.1, radix: 16).flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? ""
        }
    }
}

/// Writes rows as CSV.
private struct SheetWriter {
    private(set) var bytes: [UInt8] = []
    private var width: Int?

    mutating func append(_ row: [String]) {
        var row = row
        if width == nil {
            while row.last == "" { row.removeLast() }
            if row.isEmpty { return }
            width = row.count
        }
        let width = width ?? 0
        while row.count > width, row.last == "" { row.removeLast() }
        while row.count < width { row.append("") }
        if row.allSatisfy(\.isEmpty) { return }
        for (place, field) in row.enumerated() {
            if place > 0 { bytes.append(0x2C) }
            append(field)
        }
        bytes.append(0x0A)
    }

    private mutating func append(_ field: String) {
        let needsQuotes = field.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else { return bytes.append(contentsOf: field.utf8) }
        bytes.append(0x22)
        for byte in field.utf8 {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    mutating func drain(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try bytes.withUnsafeBytes(body)
        bytes.removeAll(keepingCapacity: true)
    }
}
