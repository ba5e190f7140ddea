package import Console
package import StageKit
package import TableFormat

/// The columns of a table that texts to be labelled are in.
package struct TextColumns {
    private let text: String
    private let title: String?
    private let hasEscapes: Bool

    /// - Parameters:
    ///   - title: the column with the first text of each pair, for a model of pairs.
    ///   - hasEscapes: whether in TSV tables `\t`, `\n`, `\r` and `\\` stand for what exports write that way.
    package init(text: String, title: String?, hasEscapes: Bool) {
        self.text = text
        self.title = title
        self.hasEscapes = hasEscapes
    }

    /// Calls `body` with up to `count` rows at a time.
    /// - Parameter titles: `nil` where no column of titles was named.
    /// - Throws: `StageError` naming the file, and the line where a row cannot be read.
    package func forEachBlock(
        of count: Int, in source: LineSource,
        _ body: (_ texts: [[UInt8]], _ titles: [[UInt8]]?) throws -> Void
    ) throws {
        var reader = try TableReader(
            try Self.kind(ofFile: source.filePath),
            columns: ([text] + [title].compactMap { $0 }).map { TableColumn($0) },
            options: TableReaderOptions(backslashEscapes: hasEscapes))
        var texts: [[UInt8]] = []
        var titles: [[UInt8]] = []
        func flush() throws {
            try body(texts, title == nil ? nil : titles)
            texts.removeAll(keepingCapacity: true)
            titles.removeAll(keepingCapacity: true)
        }
        func take(_ row: TableRow) throws {
            texts.append(Array(row[0]))
            if title != nil { titles.append(Array(row[1])) }
            if texts.count == count { try flush() }
        }
        func refuse(_ problem: RowProblem) throws {
            throw StageError(
                "\(source.name), line \(problem.line): \(problem.reason)",
                hint: "answers come row by row, so no row can be left out; mend it and run again")
        }
        do {
            try source.forEachChunk { try reader.read($0, row: take, problem: refuse) }
            try reader.finish(row: take, problem: refuse)
        } catch let error as TableError {
            throw StageError("\(source.name): \(error)")
        }
        if !texts.isEmpty { try flush() }
    }

    /// How a table's rows are written, by the file's name; TSV for standard input.
    /// - Throws: `StageError` for a name that does not say.
    package static func kind(ofFile path: String?) throws(StageError) -> TableKind {
        guard let path else { return .tsv }
        switch path.lowercased().split(separator: ".").last {
        case "tsv", "tab", "txt": return .tsv
        case "csv": return .csv
        case "jsonl", "ndjson": return .jsonl
        default:
            throw StageError(
                "\(path) does not say how its rows are written",
                hint: "name it .tsv, .csv or .jsonl, or give a TSV table on standard input")
        }
    }
}
