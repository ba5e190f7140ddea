/// A table that cannot be read at all, or text that cannot be written down.
package enum TableError: Error, Hashable, Sendable {
    /// The table has no bytes, or no header row.
    case empty
    /// Wanted columns that the header does not name; the names it has.
    case missingColumns([String], header: [String])
    /// None of the wanted columns is named by the first row, which looks like data; its cells, and the one that does.
    case noHeader([String], cell: String)
    /// A JSON document without an array where its rows should be: what was found there instead.
    case noRows(String)
    /// A JSON document that ends before its rows do, after this many of them.
    case unfinished(rows: Int)
    /// The header names a column twice.
    case repeatedColumn(String)
    /// The header row itself could not be read.
    case unreadableHeader(RowProblem.Reason)
    /// The bytes start as UTF-16 or UTF-32 text does.
    case notUTF8(String)
    /// No column was asked for, which JSON lines need.
    case noColumns
    /// A wanted JSON path that cannot be: one with an empty key, twice the same, or one inside another.
    case invalidPath(String)
    /// Text with U+0000 was to be written; the column and the row, counted from 1 without the header.
    case nul(column: String, row: Int)
    /// Text that is not UTF-8 was to be written; the column and the row, counted from 1 without the header.
    case invalidUTF8(column: String, row: Int)
}

extension TableError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty:
            return "the table is empty; expected a header row that names the columns"
        case .missingColumns(let names, let header):
            let wanted = names.map { "'\($0)'" }.joined(separator: ", ")
            let found = header.map { "'\($0)'" }.joined(separator: ", ")
            let noun = names.count == 1 ? "column" : "columns"
            return "the table has no \(noun) \(wanted); its header names \(found)"
        case .noHeader(let cells, let cell):
            let found = cells.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
            return
                "there is no header row: the first row looks like data (\(found)); "
                + "'\(cell)' is hardly the name of a column"
        case .noRows(let found):
            return "the JSON document has no list of rows where it was looked for: \(found)"
        case .unfinished(let rows):
            return "the JSON document ends in its middle, after \(rows) rows"
        case .repeatedColumn(let name):
            return "the header names the column '\(name)' twice; name each column once"
        case .unreadableHeader(let reason):
            return "the header row cannot be read: \(reason)"
        case .notUTF8(let encoding):
            return "the table is written in \(encoding); convert it to UTF-8"
        case .noColumns:
            return "no column was asked for; JSON lines need the names of the fields to read"
        case .invalidPath(let path):
            return
                "'\(path)' is not a path to a single field; write each key once, joined by dots, as in 'article.id'"
        case .nul(let column, let row):
            return "row \(row): column '\(column)' holds a NUL character (U+0000), which no table can carry"
        case .invalidUTF8(let column, let row):
            return "row \(row): column '\(column)' holds bytes that are not UTF-8"
        }
    }
}
