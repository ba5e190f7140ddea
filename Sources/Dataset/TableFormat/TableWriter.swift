/// Writes rows as bytes: tab-separated lines, CSV or JSON lines.
///
/// - `tsv`: UTF-8, LF, no quoting; a tab, line feed, carriage return or backslash inside a field is written
///   as `\t`, `\n`, `\r` or `\\`. Read it with ``TableReaderOptions/backslashEscapes``.
/// - `csv`: RFC 4180 with CRLF; a field with a comma, quotation mark or line end is quoted.
/// - `jsonl`: one object a line, keys in the order of the columns; a missing value is `null`.
///
/// Text is written byte for byte as given: no normalization, no trimming. What no table can carry, U+0000
/// and what is not UTF-8, is refused by name.
///
/// ```swift
/// var writer = try TableWriter(.tsv, columns: ["id", "document"])
/// try writer.text("7")
/// try writer.text("둘로\t나뉜")
/// writer.endRow()
/// writer.drain { bytes in … }
/// ```
package struct TableWriter {
    /// How rows are written down.
    package let kind: TableKind
    /// The names of the columns, in order.
    package let columns: [String]
    /// Bytes written and not yet drained.
    package private(set) var bytes: [UInt8] = []
    /// A fingerprint of every row written so far.
    package private(set) var digest = RowDigest()
    /// Rows written so far.
    package var rows: Int { digest.rows }

    private let keys: [[UInt8]]
    private var column = 0

    /// Makes a writer, and writes the header where the kind has one.
    ///
    /// - Throws: ``TableError/noColumns``, ``TableError/repeatedColumn(_:)`` or ``TableError/nul(column:row:)``.
    package init(_ kind: TableKind, columns: [String]) throws(TableError) {
        guard !columns.isEmpty else { throw .noColumns }
        self.kind = kind
        self.columns = columns
        var seen: Set<[UInt8]> = []
        for name in columns where !seen.insert(Array(name.utf8)).inserted { throw .repeatedColumn(name) }
        keys = columns.map { name in
            var key: [UInt8] = []
            Array(name.utf8).withUnsafeBytes { appendJSONString($0, to: &key) }
            return key + [0x3A]
        }
        guard kind != .jsonl else { return }
        for name in columns { try text(name) }
        endRow()
        digest = RowDigest()
    }

    /// Writes the next field of the row: text, as UTF-8.
    ///
    /// - Throws: ``TableError/nul(column:row:)`` or ``TableError/invalidUTF8(column:row:)``; nothing is written.
    package mutating func text(_ field: UnsafeRawBufferPointer) throws(TableError) {
        precondition(column < columns.count, "a row has \(columns.count) columns")
        switch characterProblem(in: field) {
        case nil: break
        case .nul: throw .nul(column: columns[column], row: rows + 1)
        default: throw .invalidUTF8(column: columns[column], row: rows + 1)
        }
        startField()
        switch kind {
        case .tsv: appendTSV(field, to: &bytes)
        case .csv: appendCSV(field, alone: columns.count == 1, to: &bytes)
        case .jsonl: appendJSONString(field, to: &bytes)
        }
        digest.add(field: field)
    }

    /// Writes the next field of the row: text.
    ///
    /// - Throws: ``TableError/nul(column:row:)``; nothing is written.
    package mutating func text(_ field: String) throws(TableError) {
        // Copied, so that a string in any storage is one run of bytes.
        let copy = Array(field.utf8)
        let raw = copy.withUnsafeBytes { buffer in
            Result<Void, TableError> { () throws(TableError) in try text(buffer) }
        }
        try raw.get()
    }

    /// Writes the next field of the row: a whole number.
    package mutating func number(_ value: Int) {
        plain("\(value)")
    }

    /// Writes the next field of the row: the shortest decimal that reads back as `value`; missing for NaN and
    /// infinities, which JSON does not have.
    package mutating func number(_ value: Double) {
        guard value.isFinite else { return missing() }
        plain("\(value)")
    }

    /// Writes the next field of the row: no value. Empty in TSV and CSV, `null` in JSON lines.
    package mutating func missing() {
        startField()
        switch kind {
        case .tsv: break
        case .csv: if columns.count == 1 { bytes += [0x22, 0x22] }
        case .jsonl: bytes.append(contentsOf: "null".utf8)
        }
        digest.add(field: UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Ends the row; each column must have been written.
    package mutating func endRow() {
        precondition(column == columns.count, "a row of \(columns.count) columns ended after \(column)")
        switch kind {
        case .tsv: bytes.append(0x0A)
        case .csv: bytes += [0x0D, 0x0A]
        case .jsonl: bytes += [0x7D, 0x0A]
        }
        column = 0
        digest.endRow()
    }

    /// Hands over what has been written since the last time, and forgets it.
    package mutating func drain<E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        let written = bytes
        let handed = written.withUnsafeBytes { buffer in
            Result<Void, E> { () throws(E) in try body(buffer) }
        }
        try handed.get()
        bytes.removeAll(keepingCapacity: true)
    }

    /// Writes ASCII that needs no escaping in any kind.
    private mutating func plain(_ text: String) {
        startField()
        var text = text
        text.withUTF8 { buffer in
            bytes.append(contentsOf: buffer)
            digest.add(field: UnsafeRawBufferPointer(buffer))
        }
    }

    /// Writes what is before a field.
    private mutating func startField() {
        precondition(column < columns.count, "a row has \(columns.count) columns")
        switch kind {
        case .tsv: if column > 0 { bytes.append(0x09) }
        case .csv: if column > 0 { bytes.append(0x2C) }
        case .jsonl:
            bytes.append(column > 0 ? 0x2C : 0x7B)
            bytes.append(contentsOf: keys[column])
        }
        column += 1
    }
}
