package import Console
internal import DuckDBTables
private import Foundation
package import StageKit
package import TableFormat

/// A row of a table whose text is to be classified.
package struct TextRow: Hashable, Sendable {
    /// `nil` if the row has no value for it.
    package var text: [UInt8]?
    /// The first text of a pair; empty without one.
    package var title: [UInt8] = []
    /// Values of the columns that are kept, in their order; `nil` if the row has none.
    package var kept: [String?] = []

    package init(text: [UInt8]?) { self.text = text }
}

/// Some rows of a table, one after the other.
package struct TextBlock: Hashable, Sendable {
    /// Names of the columns that are kept.
    package var keptColumns: [String] = []
    package var rows: [TextRow]

    package init(keptColumns: [String] = [], rows: [TextRow]) {
        self.keptColumns = keptColumns
        self.rows = rows
    }
}

extension TextBlock {
    /// Calls `body` with some rows at a time, and with fewer when a pipe has no more to give just now.
    ///
    /// - Parameter table: where the texts are; `nil` for one text a line.
    package static func forEach(
        in source: LineSource, of table: TextSource?, _ body: (TextBlock) throws -> Void
    ) throws {
        if let table { return try table.forEachBlock(of: TextScorer.blockSize, in: source, body) }
        try source.forEachBlock(of: TextScorer.blockSize) { lines in
            try body(TextBlock(rows: lines.map { TextRow(text: $0) }))
        }
    }
}

/// A table with a column of texts.
package struct TextSource {
    private let texts: TextColumns
    /// Columns that go beside the answers; `nil` for ``idColumn`` where the table has it.
    private let kept: [String]?
    let hasEscapes: Bool

    /// The column that is kept by default.
    package static let idColumn = "id"

    /// - Parameters:
    ///   - texts: the columns with the texts.
    ///   - kept: columns to copy next to the answers; `nil` for the column `id` where there is one.
    ///   - hasEscapes: whether in TSV tables `\t`, `\n`, `\r` and `\\` stand for what exports write that way.
    package init(_ texts: TextColumns, kept: [String]?, hasEscapes: Bool) {
        self.texts = texts
        self.kept = kept
        self.hasEscapes = hasEscapes
    }

    /// Calls `body` with up to `count` rows at a time, and with fewer when a pipe has no more to give just now.
    /// - Throws: `StageError` naming the file, and the line where a row cannot be read.
    package func forEachBlock(
        of count: Int, in source: LineSource, _ body: (TextBlock) throws -> Void
    ) throws {
        let places = Places(table: self)
        var block: TextBlock?
        func flush() throws {
            guard let full = block, !full.rows.isEmpty else { return }
            try body(full)
            block?.rows.removeAll(keepingCapacity: true)
        }
        func take(_ row: TableRow) throws {
            // Whether there is an id is the same for all rows of a table.
            var current = block ?? TextBlock(keptColumns: places.kept(in: row), rows: [])
            block = nil
            current.rows.append(places.row(row, keeping: current.keptColumns.count))
            block = current
            if current.rows.count == count { try flush() }
        }
        if let path = source.filePath, Self.isParquet(path) {
            let rows = try Self.parquet(path, places.columns(of: .tsv))
            // Whether there is an id is the same for all rows of a table, though one may be NULL.
            block = TextBlock(keptColumns: places.kept(in: rows.columns.map { $0 != nil }), rows: [])
            try Self.named(path) { try rows.forEachRow(take) }
            return try flush()
        }
        let kind = try Self.kind(ofFile: source.filePath)
        var reader = try TableReader(
            kind, columns: places.columns(of: kind), options: TableReaderOptions(backslashEscapes: hasEscapes)
        )
        func refuse(_ problem: RowProblem) throws {
            throw StageError(
                "\(source.name), line \(problem.line): \(problem.reason)",
                hint: "answers come row by row, so no row can be left out; fix it and run again")
        }
        do {
            try source.forEachChunk(whenIdle: flush) { try reader.read($0, row: take, problem: refuse) }
            try reader.finish(row: take, problem: refuse)
        } catch let error as TableError {
            throw StageError("\(source.name): \(error)")
        }
        try flush()
    }

    /// How a table's rows are written, by the file's name without `.gz`; TSV for standard input.
    /// - Throws: `StageError` for a name that does not say.
    package static func kind(ofFile path: String?) throws(StageError) -> TableKind {
        guard let path else { return .tsv }
        var parts = path.lowercased().split(separator: ".")
        if parts.last == "gz" { parts.removeLast() }
        switch parts.last {
        case "tsv", "tab", "txt": return .tsv
        case "csv": return .csv
        case "jsonl", "ndjson": return .jsonl
        default:
            throw StageError(
                "\(path) does not say how its rows are written",
                hint:
                    "name it .tsv, .csv or .jsonl (with .gz appended if it is compressed) or .parquet, or give a TSV table "
                    + "on standard input")
        }
    }

    /// Whether a file is Parquet by its name.
    static func isParquet(_ path: String) -> Bool { path.lowercased().hasSuffix(".parquet") }

    private static func parquet(_ path: String, _ columns: [TableColumn]) throws -> DuckDBRows {
        let folder = FileManager.default.currentDirectoryPath
        guard try Disk.facts(path)?.isFolder == false else {
            throw StageError("there is no file \(path)", hint: "check the path")
        }
        let session = DuckDBSession(
            try DuckDB.find(), folder: folder, scratch: NSTemporaryDirectory() + "splitvote-duckdb",
            threads: ProcessInfo.processInfo.activeProcessorCount)
        return try named(path) { try DuckDBRows(SQLText.parquet(path), wanted: columns, session) }
    }

    private static func named<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let failure as DuckDBSession.Failure {
            throw StageError(
                "\(path) cannot be read as Parquet: \(failure.words)",
                hint: failure.wasKilled
                    ? "did memory run out, or did someone end it? run again"
                    : "was it written completely? fetch or write it again")
        } catch let error as TableError {
            throw StageError("\(path): \(error)")
        }
    }

    /// Where the wanted columns are in the rows that a reader gives. A column may be wanted twice, as text and to be kept.
    private struct Places {
        private let names: [String]
        private let table: TextSource
        private let title: Int?
        private let kept: [Int]

        init(table: TextSource) {
            self.table = table
            var names = [table.texts.text]
            func place(_ name: String) -> Int {
                if let place = names.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }) { return place }
                names.append(name)
                return names.count - 1
            }
            title = table.texts.first.map(place)
            kept = (table.kept ?? [TextSource.idColumn]).map(place)
            self.names = names
        }

        /// In JSON lines a row may lack any of them.
        func columns(of kind: TableKind) -> [TableColumn] {
            names.indices.map { place in
                let isAsked = place == 0 || place == title || table.kept != nil
                return TableColumn(names[place], required: isAsked && kind != .jsonl)
            }
        }

        func kept(in row: TableRow) -> [String] {
            if table.kept == nil, row.isMissing(kept[0]) { return [] }
            return kept.map { names[$0] }
        }

        /// - Parameter isPresent: whether the table has each of the columns.
        func kept(in isPresent: [Bool]) -> [String] {
            table.kept == nil && !isPresent[kept[0]] ? [] : kept.map { names[$0] }
        }

        func row(_ row: TableRow, keeping count: Int) -> TextRow {
            var found = TextRow(text: row.isMissing(0) ? nil : Array(row[0]))
            if let title { found.title = Array(row[title]) }
            found.kept = kept.prefix(count).map { row.text($0) }
            return found
        }
    }
}
