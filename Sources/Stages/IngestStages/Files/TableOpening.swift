internal import DuckDBTables
internal import Foundation
internal import StageKit
internal import TableFormat
internal import TextEncoding

/// How one file is read: what the settings leave open is inferred from its name and first bytes.
struct TableOpening {
    let source: ByteSource
    let container: Container
    let kind: TableKind
    var options: TableReaderOptions
    /// As iconv(3) names it; `nil` for UTF-8.
    let encoding: String?
    /// Bytes of a mark at the start that belong to no text.
    private let markLength: Int
    /// What was found out, for the log; empty if nothing had to be.
    private(set) var findings: [String: String] = [:]
    /// The start of the text, in UTF-8.
    let head: [UInt8]
    /// Whether lines end in CR alone.
    private let endsInReturns: Bool
    /// Whether the settings leave open if fields may be quoted.
    let mayBeQuoted: Bool
    /// Where the rows come from that DuckDB reads; `nil` for what is read here.
    private var queried: QueriedTable?
    /// What is in the lines of a file in CoNLL's manner; `nil` for a table.
    private var conll: TaggedLayout?
    /// Whether the file is a JSON document of questions.
    private var isSquad = false
    /// Whether fields are named by the places of the columns that are wanted, as DuckDB gives them.
    private(set) var isIndexed = false

    /// The rows of a Parquet file, or of a query on a file.
    init(_ source: ByteSource, queried: QueriedTable) {
        self.init(spool: source)
        self.queried = queried
    }

    /// Rows that DuckDB gave before.
    init(spool source: ByteSource) {
        self.source = source
        container = .plain
        kind = .jsonl
        options = TableReaderOptions()
        (encoding, markLength, head, endsInReturns, mayBeQuoted) = (nil, 0, [], false, false)
        isIndexed = true
    }

    /// Whether DuckDB reads the rows; their columns are known to be there.
    var isQueried: Bool { queried != nil }

    /// The columns as the reader of the rows is to be asked for them.
    func wanted(_ columns: ColumnMap) -> [TableColumn] {
        isIndexed ? DuckDBSession.wanted(columns.names.count) : columns.wanted(in: kind)
    }

    /// - Throws: ``StageError`` for a file that is not a table, or says nowhere which.
    init(_ source: ByteSource, _ settings: TableSettings, columns: [TableColumn]) throws {
        self.source = source
        container = try source.container()
        var options = TableReaderOptions(header: settings.header, backslashEscapes: settings.hasEscapes)
        options.similarNames = true
        if container == .workbook {
            (kind, encoding, markLength, head, mayBeQuoted) = (.csv, nil, 0, [], false)
            endsInReturns = false
            self.options = options
            return
        }
        let (start, isWhole) = try source.head(in: container)
        let found = try Self.encoding(settings, start, isWhole: isWhole, source, container)
        (encoding, markLength) = (found.name, found.mark)
        if let note = found.note { findings["encoding"] = note }
        var head = Self.decoded(Array(start.dropFirst(found.mark)), found.name)
        // Lines that end in CR alone, as programs on old Macs and some spreadsheets write them.
        endsInReturns = head.contains(0x0D) && !head.contains(0x0A)
        if endsInReturns {
            head = head.map { $0 == 0x0D ? 0x0A : $0 }
            findings["line_ends"] = "CR"
        }
        self.head = head
        if let conll = settings.conll {
            (kind, mayBeQuoted, self.conll, self.options) = (.jsonl, false, conll, options)
            return
        }
        if settings.isSquad {
            (kind, mayBeQuoted, isSquad, self.options) = (.jsonl, false, true, options)
            return
        }
        let name = if case .zipped(let entry) = container { entry } else { source.name }
        kind = try settings.format ?? Self.kind(ofFile: name, head, columns, source.name)
        let first = head.first { $0 > 0x20 }
        if kind != .jsonl, first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            settings.header == .firstRow,
            !HeaderSniffer(head).names(columns, as: kind)
        {
            throw StageError(
                "\(source.name) looks like JSON; it was to be read as \(kind.rawValue)",
                hint: "set 'format' of the stage to jsonl or json")
        }
        mayBeQuoted = kind == .tsv && settings.quoted == nil && !settings.hasEscapes
        if kind == .jsonl {
            options.rows = Self.rows(settings, head)
        } else {
            (options.delimiter, options.quoted) = (settings.delimiter, settings.quoted)
            let sniffed = HeaderSniffer(head).dialect(kind, options, columns)
            if let sniffed {
                (options.delimiter, options.quoted) = (sniffed.delimiter, sniffed.quoted)
                findings["delimiter"] =
                    sniffed.delimiter == 9 ? "tab" : String(UnicodeScalar(sniffed.delimiter))
                if sniffed.quoted { findings["quote"] = "csv" }
            }
        }
        self.options = options
    }

    /// What to say about a sheet that was named for a file that has none; `nil` if there is nothing to say.
    func remark(on settings: TableSettings) -> String? {
        guard let sheet = settings.sheet, container != .workbook else { return nil }
        return "\(source.name) is not a workbook, so 'sheet' (\(sheet)) means nothing for it"
    }

    /// Whether nothing at the start of the file revealed the encoding of characters outside ASCII.
    var isASCIISoFar: Bool { encoding == nil && markLength == 0 && head.allSatisfy { $0 < 0x80 } }

    /// Calls `body` with the table in UTF-8, piece by piece.
    func forEachChunk(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        if let queried { return try queried.forEachPiece(of: source, body) }
        if let conll {
            var lines = TaggedLines(conll, file: source.name)
            try forEachLineEnd { try lines.feed($0).withUnsafeBytes(body) }
            return try lines.finish().withUnsafeBytes(body)
        }
        if isSquad {
            var document: [UInt8] = []
            try forEachPiece { document += $0 }
            return try SquadQuestions(document, file: source.name).forEachLine {
                try $0.withUnsafeBytes(body)
            }
        }
        try forEachLineEnd(body)
    }

    /// The same as it is in the file, but for lines that end in CR alone.
    private func forEachLineEnd(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        if !endsInReturns { return try forEachPiece(body) }
        try forEachPiece { chunk in
            try chunk.map { $0 == 0x0D ? 0x0A : $0 }.withUnsafeBytes(body)
        }
    }

    private func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard encoding != nil || markLength > 0 else {
            return try source.forEachChunk(in: container, body)
        }
        let transcoder = try encoding.map { try Self.transcoder($0) }
        var mark = markLength
        try source.forEachChunk(in: container) { chunk in
            let rest = UnsafeRawBufferPointer(rebasing: chunk.dropFirst(mark))
            mark -= min(mark, chunk.count)
            if let transcoder { try transcoder.feed(rest, body) } else { try body(rest) }
        }
        try transcoder?.feed(UnsafeRawBufferPointer(start: nil, count: 0), final: true, body)
    }

    private static func transcoder(_ encoding: String) throws -> Transcoder {
        guard let transcoder = Transcoder(encoding) else {
            throw StageError(
                "this system cannot read \(encoding)",
                hint: "convert the file to UTF-8, for instance with iconv")
        }
        return transcoder
    }

    private static func encoding(
        _ settings: TableSettings, _ start: [UInt8], isWhole: Bool, _ source: ByteSource,
        _ container: Container
    ) throws -> (name: String?, mark: Int, note: String?) {
        let guess = start.withUnsafeBytes { EncodingGuess($0, isWhole: isWhole) }
        if let wanted = settings.encoding {
            // A byte order mark is no accident: it decides even if the stage's other files have another encoding.
            if case .mark(let name, let length) = guess { return (name == "UTF-8" ? nil : name, length, nil) }
            if case .wide(let name) = guess, wanted == "UTF-16LE" { return (name, 0, nil) }
            return (wanted == "UTF-8" ? nil : wanted, 0, nil)
        }
        switch guess {
        case .mark("UTF-8", let length): return (nil, length, nil)
        case .mark(let name, let length): return (name, length, "\(name), by the mark at its start")
        case .wide(let name): return (name, 0, "\(name), by its zeroes")
        case .utf8: return (nil, 0, nil)
        case .other:
            let transcoder = try transcoder("CP949")
            try source.forEachChunk(in: container) { transcoder.feed($0) { _ in } }
            transcoder.feed(UnsafeRawBufferPointer(start: nil, count: 0), final: true) { _ in }
            return transcoder.faults == 0
                ? ("CP949", 0, "cp949: no UTF-8, and every byte is cp949") : (nil, 0, nil)
        }
    }

    private static func decoded(_ bytes: [UInt8], _ encoding: String?) -> [UInt8] {
        guard let encoding, let transcoder = Transcoder(encoding) else { return bytes }
        var text: [UInt8] = []
        bytes.withUnsafeBytes { transcoder.feed($0) { text.append(contentsOf: $0) } }
        return text
    }

    private static func rows(_ settings: TableSettings, _ head: [UInt8]) -> JSONRows {
        if let path = settings.rows { return .array(path: path) }
        return head.first { $0 > 0x20 } == UInt8(ascii: "[") ? .array(path: []) : .lines
    }

    private static let packings: Set<Substring> = [
        "gz", "zst", "zstd", "bz2", "xz", "lzma", "lz4", "z", "zip",
    ]

    /// - Throws: ``StageError`` when neither name nor content says.
    private static func kind(
        ofFile name: String, _ head: [UInt8], _ columns: [TableColumn], _ shown: String
    ) throws(StageError) -> TableKind {
        var parts = name.lowercased().split(separator: ".")
        while let last = parts.last, parts.count > 1, packings.contains(last) { parts.removeLast() }
        switch parts.last {
        case "tsv", "tab", "txt": return .tsv
        case "csv": return .csv
        case "jsonl", "ndjson", "json": return .jsonl
        default: break
        }
        let first = head.first { $0 > 0x20 }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return .jsonl }
        for kind in [TableKind.tsv, .csv] where HeaderSniffer(head).names(columns, as: kind) { return kind }
        throw StageError(
            "\(shown) does not say how its rows are written, and its first row names none of the columns",
            hint:
                "set 'format' of the stage to tsv, csv, jsonl or json, and 'columns' to the names in the file"
        )
    }
}
