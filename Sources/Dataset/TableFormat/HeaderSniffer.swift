/// Detects a table's dialect from its header row, if the names of some columns are known.
package struct HeaderSniffer {
    private let line: String

    /// - Parameter head: the start of the table in UTF-8, without a byte order mark.
    package init(_ head: [UInt8]) {
        let line = head.prefix { $0 != 0x0A }
        self.line = String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }

    /// A different dialect than the options name, under which the header has all wanted columns; `nil` if the
    /// options work, no other dialect does, or nothing is left open.
    package func dialect(
        _ kind: TableKind, _ options: TableReaderOptions, _ columns: [TableColumn]
    ) -> (delimiter: UInt8, quoted: Bool)? {
        guard options.header == .firstRow, !options.backslashEscapes, kind != .jsonl else { return nil }
        let usual = options.delimiter ?? (kind == .tsv ? 0x09 : 0x2C)
        let isQuoted = options.quoted ?? (kind == .csv)
        if names(columns, usual, isQuoted) { return nil }
        let others =
            options.delimiter.map { [$0] } ?? [usual] + [0x2C, 0x09, 0x3B, 0x7C].filter { $0 != usual }
        for delimiter in others {
            for quoted in options.quoted.map({ [$0] })
                ?? (delimiter == 0x09 ? [isQuoted, !isQuoted] : [true])
            where names(columns, delimiter, quoted) { return (delimiter, quoted) }
        }
        return nil
    }

    /// Whether the header has all wanted columns when it is read as a table of that kind.
    package func names(_ columns: [TableColumn], as kind: TableKind) -> Bool {
        names(columns, kind == .tsv ? 0x09 : 0x2C, kind == .csv)
    }

    private func names(_ columns: [TableColumn], _ delimiter: UInt8, _ quoted: Bool) -> Bool {
        var cells = line.split(
            separator: Character(UnicodeScalar(delimiter)), omittingEmptySubsequences: false
        )
        .map(String.init)
        if quoted {
            cells = cells.map { cell in
                cell.count >= 2 && cell.hasPrefix("\"") && cell.hasSuffix("\"")
                    ? String(cell.dropFirst().dropLast()) : cell
            }
        }
        return (try? ColumnLayout(names: cells, columns: columns, similar: true)) != nil
    }
}
