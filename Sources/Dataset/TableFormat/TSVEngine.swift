import TextBasics

/// Reads tab-separated lines. No quoting; optionally our own backslash escapes.
struct TSVEngine {
    private let columns: [TableColumn]
    private let escapes: Bool
    private let delimiter: UInt8
    private let namesByPlace: Bool
    private let similarNames: Bool
    private var cutter: LineCutter
    private var store: FieldStore
    private var endsInCR: Bool?
    private(set) var layout: ColumnLayout?

    var line: Int { cutter.line }

    init(columns: [TableColumn], options: TableReaderOptions) throws(TableError) {
        self.columns = columns
        escapes = options.backslashEscapes
        delimiter = options.delimiter ?? 0x09
        namesByPlace = options.header == .numbers
        similarNames = options.similarNames
        cutter = LineCutter(limit: options.longestRow)
        store = FieldStore(wanted: columns.count)
        if case .names(let names) = options.header { try adopt(names) }
    }

    private mutating func adopt(_ names: [String]) throws(TableError) {
        let layout = try ColumnLayout(names: names, columns: columns, similar: similarNames)
        store = FieldStore(wanted: layout.places.count)
        store.reserve(fields: names.count)
        self.layout = layout
    }

    /// Reads the complete lines of `bytes`; returns how many bytes it is done with.
    mutating func read(
        _ bytes: UnsafeRawBufferPointer, final: Bool, row: (TableRow) throws -> Void,
        problem: (RowProblem) throws -> Void
    ) throws -> Int {
        var position = 0
        while true {
            switch cutter.next(in: bytes, at: &position, final: final) {
            case .more:
                return position
            case .tooLong(let start):
                guard layout != nil || namesByPlace else {
                    throw TableError.unreadableHeader(.rowTooLong(limit: cutter.limit))
                }
                try problem(report(.rowTooLong(limit: cutter.limit), start))
            case .line(let whole):
                let line = withoutCR(whole)
                if layout == nil {
                    if namesByPlace {
                        if line.isEmpty { continue }
                        try adopt((1...(1 + line.count { $0 == delimiter })).map(String.init))
                    } else {
                        try readHeader(line)
                        continue
                    }
                }
                guard let layout else { continue }
                if line.isEmpty, layout.names.count > 1 { continue }
                if let reason = split(line, layout) {
                    try problem(report(reason, line))
                } else {
                    try row(store.row(line: cutter.line, source: line))
                }
            }
        }
    }

    /// A carriage return before the line feed belongs to the line end where the first line has one, and to
    /// the last field where it has none: a text may end in one.
    private mutating func withoutCR(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let has = line.last == 0x0D
        if endsInCR == nil { endsInCR = has }
        return has && endsInCR == true ? line.part(0, line.count - 1) : line
    }

    private func report(_ reason: RowProblem.Reason, _ line: UnsafeRawBufferPointer) -> RowProblem {
        RowProblem(line: cutter.line, reason: reason, excerpt: RowProblem.excerpt(of: line))
    }

    private mutating func readHeader(_ line: UnsafeRawBufferPointer) throws(TableError) {
        if let reason = characterProblem(in: line) { throw .unreadableHeader(reason) }
        store.startRow(bytes: line.count)
        var names: [String] = []
        for field in line.split(separator: delimiter, omittingEmptySubsequences: false) {
            let raw = UnsafeRawBufferPointer(rebasing: field)
            guard let name = escapes ? unescape(raw) : raw else { throw .unreadableHeader(.invalidEscape) }
            names.append(String(decoding: name, as: UTF8.self))
        }
        try adopt(names)
    }

    /// Lays the wanted fields out in the store, or says what is wrong with the line.
    private func split(_ line: UnsafeRawBufferPointer, _ layout: ColumnLayout) -> RowProblem.Reason? {
        let expected = layout.names.count
        var start = 0
        var count = 0
        while let tab = firstIndex(of: delimiter, in: line, from: start) {
            if count < expected { store.found[count] = line.part(start, tab) }
            count += 1
            start = tab + 1
        }
        if count < expected { store.found[count] = line.part(start, line.count) }
        count += 1
        if count > expected { return .tooManyFields(found: count, expected: expected) }
        if count < expected { return .tooFewFields(found: count, expected: expected) }
        if let reason = characterProblem(in: line) { return reason }
        if escapes { store.startRow(bytes: line.count) }
        for (wanted, place) in layout.places.enumerated() {
            guard place >= 0 else {
                store.wanted[wanted] = UnsafeRawBufferPointer(start: nil, count: 0)
                continue
            }
            guard escapes else {
                store.wanted[wanted] = store.found[place]
                continue
            }
            guard let field = unescape(store.found[place]) else { return .invalidEscape }
            store.wanted[wanted] = field
        }
        return nil
    }

    /// Undoes the escapes of one field; `nil` for a backslash that starts none.
    private func unescape(_ field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard var slash = firstIndex(of: 0x5C, in: field, from: 0) else { return field }
        let target = store.free
        var written = 0
        var copied = 0
        while true {
            let plain = field.part(copied, slash)
            UnsafeMutableRawBufferPointer(start: target + written, count: plain.count).copyMemory(from: plain)
            written += plain.count
            guard slash < field.count else { return store.keep(written) }
            guard slash + 1 < field.count, let byte = Self.meaning(of: field[slash + 1]) else { return nil }
            target[written] = byte
            written += 1
            copied = slash + 2
            slash = firstIndex(of: 0x5C, in: field, from: copied) ?? field.count
        }
    }

    private static func meaning(of letter: UInt8) -> UInt8? {
        switch letter {
        case 0x74: 0x09
        case 0x6E: 0x0A
        case 0x72: 0x0D
        case 0x5C: 0x5C
        default: nil
        }
    }
}

/// What keeps a row's bytes from being text that a table can carry: a NUL, or what is not UTF-8.
func characterProblem(in row: UnsafeRawBufferPointer) -> RowProblem.Reason? {
    if firstIndex(of: 0, in: row, from: 0) != nil { return .nul }
    return firstMalformedByte(in: row).map { .invalidUTF8(byte: $0 + 1) }
}
