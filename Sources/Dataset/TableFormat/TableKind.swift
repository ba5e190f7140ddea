/// How rows and fields are written down.
package enum TableKind: String, Hashable, Sendable, CaseIterable {
    /// Tab-separated lines without quoting: `"` is an ordinary character.
    case tsv
    /// Comma-separated rows with quotes, RFC 4180.
    case csv
    /// One JSON object per line.
    case jsonl
}

/// What a file of rows is: text in one of the kinds, or Parquet, whose rows come and go as lines of JSON.
package enum TableFileFormat: String, Hashable, Sendable, CaseIterable {
    case tsv, csv, jsonl, parquet

    /// How the rows are written down before they are what they will be.
    package var rows: TableKind {
        switch self {
        case .tsv: .tsv
        case .csv: .csv
        case .jsonl, .parquet: .jsonl
        }
    }

    /// What a path's ending promises in place of this; `nil` if it says this, or nothing.
    package func contradiction(of path: String) -> TableFileFormat? {
        guard let dot = path.lastIndex(of: "."), path[dot...].firstIndex(of: "/") == nil,
            let named = TableFileFormat(rawValue: path[path.index(after: dot)...].lowercased())
        else { return nil }
        return named == self ? nil : named
    }
}

/// A column that is wanted from a table.
package struct TableColumn: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The name in the header, compared byte for byte unless the options say otherwise; in JSON lines a path of keys
    /// joined by dots, where `\.` stands for a dot inside a key.
    package let name: String
    /// Whether a table without this column (in JSON lines: a row without it) is refused.
    package let required: Bool
    /// Whether a JSON array in its place is given as it is written; otherwise it is an error.
    package let takesLists: Bool

    package init(_ name: String, required: Bool = true, takesLists: Bool = false) {
        self.name = name
        self.required = required
        self.takesLists = takesLists
    }

    package init(stringLiteral name: String) {
        self.init(name)
    }
}

/// Where the column names of a TSV or CSV table come from.
package enum TableHeader: Hashable, Sendable {
    /// The first row names the columns.
    case firstRow
    /// The table has no header row; its columns have these names, in this order.
    case names([String])
    /// The table has no header row; its columns are named by their places, `1`, `2` and so on.
    case numbers
}

/// Where the rows of a JSON file are.
package enum JSONRows: Hashable, Sendable {
    /// One object a line.
    case lines
    /// The elements of one array: the document itself, or the one that these keys lead to, one inside the other.
    case array(path: [String])
}

/// How strictly, and by which conventions, a table is read.
package struct TableReaderOptions: Hashable, Sendable {
    /// Where column names come from. JSON lines name their own fields and ignore this.
    package var header: TableHeader
    /// Whether `\t`, `\n`, `\r` and `\\` in a TSV field stand for tab, line feed, carriage return and
    /// backslash. Tables written by ``TableWriter`` need it; in most others it is not meant.
    package var backslashEscapes: Bool
    /// The longest row, in bytes, that is read; a longer one is reported and skipped. At least 1.
    package var longestRow: Int
    /// The ASCII character between fields; `nil`: a tab in TSV, a comma in CSV.
    package var delimiter: UInt8?
    /// Whether fields may be in quotation marks as RFC 4180 has them; `nil`: not in TSV, in CSV.
    package var quoted: Bool?
    /// Where the rows of a JSON file are.
    package var rows = JSONRows.lines
    /// Whether a header's name may differ from the wanted one in blanks around it, and in how its accents and syllables
    /// are composed.
    package var similarNames = false

    package init(
        header: TableHeader = .firstRow, backslashEscapes: Bool = false, longestRow: Int = 1 << 20,
        delimiter: UInt8? = nil, quoted: Bool? = nil, rows: JSONRows = .lines
    ) {
        precondition(longestRow > 0, "a row holds at least one byte: \(longestRow)")
        self.delimiter = delimiter
        self.quoted = quoted
        self.rows = rows
        self.header = header
        self.backslashEscapes = backslashEscapes
        self.longestRow = longestRow
    }
}
