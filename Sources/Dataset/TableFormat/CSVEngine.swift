/// Reads comma-separated rows with quotes, as RFC 4180 has them; rows may end in LF or CRLF.
///
/// A row that breaks the rules is reported, and reading continues with the line after the row's first: one
/// forgotten quotation mark costs a row, not the rest of the table.
struct CSVEngine {
    private let columns: [TableColumn]
    private let limit: Int
    private let delimiter: UInt8
    private let namesByPlace: Bool
    private let similarNames: Bool
    private var store: FieldStore
    private var passingOver = false
    /// The line at which the next row starts, counted from 1.
    private(set) var line = 1
    private(set) var layout: ColumnLayout?

    /// How the parse of one row ended.
    private enum End {
        /// A row with this many fields, and where the next one starts.
        case row(fields: Int, next: Int)
        /// The row continues after the available bytes, inside a quoted field or not.
        case more(inQuotes: Bool)
        /// The row breaks the rules.
        case broken(RowProblem.Reason)
    }

    init(columns: [TableColumn], options: TableReaderOptions) throws(TableError) {
        self.columns = columns
        limit = options.longestRow
        delimiter = options.delimiter ?? 0x2C
        namesByPlace = options.header == .numbers
        similarNames = options.similarNames
        store = FieldStore(wanted: columns.count)
        if case .names(let names) = options.header { try adopt(names) }
    }

    private mutating func adopt(_ names: [String]) throws(TableError) {
        let layout = try ColumnLayout(names: names, columns: columns, similar: similarNames)
        store = FieldStore(wanted: layout.places.count)
        self.layout = layout
    }

    /// Reads the complete rows of `bytes`; returns how many bytes it is done with.
    mutating func read(
        _ bytes: UnsafeRawBufferPointer, final: Bool, row: (TableRow) throws -> Void,
        problem: (RowProblem) throws -> Void
    ) throws -> Int {
        var position = 0
        while position < bytes.count {
            if passingOver {
                guard let end = firstIndex(of: 0x0A, in: bytes, from: position) else { return bytes.count }
                passingOver = false
                position = end + 1
                line += 1
                continue
            }
            switch parse(bytes, from: position, final: final) {
            case .row(let fields, let next):
                try take(bytes, position, next, fields: fields, row: row, problem: problem)
                position = next
            case .more(let inQuotes):
                guard bytes.count - position > limit else { return position }
                let reason = inQuotes ? RowProblem.Reason.unterminatedQuote : .rowTooLong(limit: limit)
                try passOver(bytes, &position, reason, problem: problem)
            case .broken(let reason):
                try passOver(bytes, &position, reason, problem: problem)
            }
        }
        return position
    }

    /// Reports the row at `position` and moves past its first line.
    private mutating func passOver(
        _ bytes: UnsafeRawBufferPointer, _ position: inout Int, _ reason: RowProblem.Reason,
        problem: (RowProblem) throws -> Void
    ) throws {
        guard layout != nil || namesByPlace else { throw TableError.unreadableHeader(reason) }
        let end = firstIndex(of: 0x0A, in: bytes, from: position)
        let first = bytes.part(position, end ?? bytes.count)
        try problem(RowProblem(line: line, reason: reason, excerpt: RowProblem.excerpt(of: first)))
        if let end {
            position = end + 1
            line += 1
        } else {
            position = bytes.count
            passingOver = true
        }
    }

    /// Hands on one well-formed row, or reports it.
    private mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ next: Int, fields: Int,
        row: (TableRow) throws -> Void, problem: (RowProblem) throws -> Void
    ) throws {
        let whole = bytes.part(start, next)
        let source = trimmed(whole)
        defer { line += newlines(in: whole) }
        if layout == nil {
            if namesByPlace {
                if source.isEmpty { return }
                // The fields found so far are in the store that this replaces; the row is parsed again.
                try adopt((1...fields).map(String.init))
                _ = parse(bytes, from: start, final: true)
            } else {
                if let reason = characterProblem(in: source) { throw TableError.unreadableHeader(reason) }
                return try adopt(names(fields, bytes: source.count))
            }
        }
        guard let layout else { return }
        if source.isEmpty, layout.names.count > 1 { return }
        if let reason = choose(fields, layout, source) {
            try problem(RowProblem(line: line, reason: reason, excerpt: RowProblem.excerpt(of: source)))
        } else {
            try row(store.row(line: line, source: source))
        }
    }

    private func names(_ fields: Int, bytes: Int) -> [String] {
        store.startRow(bytes: bytes)
        return (0..<fields).map { String(decoding: unquoted(store.found[$0]), as: UTF8.self) }
    }

    /// Lays the wanted fields out in the store, or says what is wrong with the row.
    private func choose(
        _ fields: Int, _ layout: ColumnLayout, _ source: UnsafeRawBufferPointer
    ) -> RowProblem.Reason? {
        let expected = layout.names.count
        if fields > expected { return .tooManyFields(found: fields, expected: expected) }
        if fields < expected { return .tooFewFields(found: fields, expected: expected) }
        if source.count > limit { return .rowTooLong(limit: limit) }
        if let reason = characterProblem(in: source) { return reason }
        store.startRow(bytes: source.count)
        for (wanted, place) in layout.places.enumerated() {
            store.wanted[wanted] =
                place < 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : unquoted(store.found[place])
        }
        return nil
    }

    /// The text of a field: without its quotation marks, and with one for each two inside it.
    private func unquoted(_ field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard field.first == 0x22 else { return field }
        let inner = field.part(1, field.count - 1)
        guard var mark = firstIndex(of: 0x22, in: inner, from: 0) else { return inner }
        let target = store.free
        var written = 0
        var copied = 0
        while true {
            let plain = inner.part(copied, mark)
            UnsafeMutableRawBufferPointer(start: target + written, count: plain.count).copyMemory(from: plain)
            written += plain.count
            guard mark < inner.count else { return store.keep(written) }
            copied = mark + 1  // The second mark of the two is copied with what follows it.
            mark = firstIndex(of: 0x22, in: inner, from: copied + 1) ?? inner.count
        }
    }

    /// Finds the fields of the row at `start`; quoted ones keep their quotation marks for now.
    private func parse(_ bytes: UnsafeRawBufferPointer, from start: Int, final: Bool) -> End {
        var at = start
        var field = 0
        while true {
            let first = at
            let quoted = at < bytes.count && bytes[at] == 0x22
            if quoted {
                guard let closing = closingMark(bytes, after: at, final: final) else {
                    return final ? .broken(.unterminatedQuote) : .more(inQuotes: true)
                }
                at = closing + 1
            } else {
                while at < bytes.count, !stops(bytes[at]) { at += 1 }
            }
            store.reserve(fields: field + 1)
            guard at < bytes.count else {
                guard final else { return .more(inQuotes: false) }
                store.found[field] = quoted ? bytes.part(first, at) : withoutCR(bytes.part(first, at))
                return .row(fields: field + 1, next: at)
            }
            switch bytes[at] {
            case delimiter:
                store.found[field] = bytes.part(first, at)
                field += 1
                at += 1
            case 0x0A:
                store.found[field] = quoted ? bytes.part(first, at) : withoutCR(bytes.part(first, at))
                return .row(fields: field + 1, next: at + 1)
            case 0x0D where quoted:
                store.found[field] = bytes.part(first, at)
                guard at + 1 < bytes.count else {
                    return final ? .row(fields: field + 1, next: at + 1) : .more(inQuotes: false)
                }
                guard bytes[at + 1] == 0x0A else { return .broken(.strayQuote) }
                return .row(fields: field + 1, next: at + 2)
            default:
                return .broken(.strayQuote)
            }
        }
    }

    /// The mark that closes the quoted field which opens at `open`; `nil` if the bytes end first, or end
    /// in a mark of which only the next byte says whether it closes.
    private func closingMark(_ bytes: UnsafeRawBufferPointer, after open: Int, final: Bool) -> Int? {
        var from = open + 1
        while let mark = firstIndex(of: 0x22, in: bytes, from: from) {
            guard mark + 1 < bytes.count else { return final ? mark : nil }
            if bytes[mark + 1] != 0x22 { return mark }
            from = mark + 2
        }
        return nil
    }

    /// Whether a byte ends an unquoted field or may not be in one: delimiter, line feed, quotation mark.
    @inline(__always)
    private func stops(_ byte: UInt8) -> Bool {
        byte == delimiter || byte == 0x0A || byte == 0x22
    }
}

private func withoutCR(_ field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    field.last == 0x0D ? field.part(0, field.count - 1) : field
}

/// The row without its line end.
private func trimmed(_ row: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard row.last == 0x0A else { return row }
    return withoutCR(row.part(0, row.count - 1))
}

private func newlines(in bytes: UnsafeRawBufferPointer) -> Int {
    var count = 0
    var from = 0
    while let end = firstIndex(of: 0x0A, in: bytes, from: from) {
        count += 1
        from = end + 1
    }
    return count
}
