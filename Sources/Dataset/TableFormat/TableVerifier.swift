/// Reads a table that ``TableWriter`` wrote and reports its content, to be compared with what was intended.
///
/// ```swift
/// var verifier = try TableVerifier(.tsv, columns: writer.columns)
/// try verifier.read(bytes)
/// guard try verifier.finish() == writer.digest else { … }
/// ```
package struct TableVerifier {
    private var reader: TableReader
    private let columns: [String]
    private var digest = RowDigest()

    /// Makes a verifier of one table with these columns.
    ///
    /// - Throws: ``TableError`` where no table can have such columns.
    package init(_ kind: TableKind, columns: [String]) throws(TableError) {
        self.columns = columns
        let wanted = columns.map { name in
            TableColumn(kind == .jsonl ? Self.escapingDots(name) : name, required: kind != .jsonl)
        }
        var options = TableReaderOptions()
        options.backslashEscapes = true
        options.longestRow = 1 << 30
        reader = try TableReader(kind, columns: wanted, options: options)
    }

    /// Reads the next piece of the table.
    ///
    /// - Throws: ``TableError``, or ``Failure/unreadable(_:)`` for the first row that cannot be read.
    package mutating func read(_ bytes: UnsafeRawBufferPointer) throws {
        try withReader { reader, row, problem in try reader.read(bytes, row: row, problem: problem) }
    }

    /// Reads the end of the table.
    ///
    /// - Returns: the fingerprint of its rows.
    /// - Throws: as ``read(_:)``, and ``Failure/columns(_:)`` where the header names other columns.
    package mutating func finish() throws -> RowDigest {
        try withReader { reader, row, problem in try reader.finish(row: row, problem: problem) }
        if let header = reader.header, header.map({ Array($0.utf8) }) != columns.map({ Array($0.utf8) }) {
            throw Failure.columns(header)
        }
        return digest
    }

    /// Why a written table is not what was meant.
    package enum Failure: Error, Hashable, Sendable {
        /// A row that cannot be read back.
        case unreadable(RowProblem)
        /// The header names these columns.
        case columns([String])
    }

    private mutating func withReader(
        _ body: (
            inout TableReader, (TableRow) throws -> Void, (RowProblem) throws -> Void
        ) throws -> Void
    ) throws {
        var digest = digest
        defer { self.digest = digest }
        try body(
            &reader,
            { row in
                for column in 0..<row.count { digest.add(field: row[column]) }
                digest.endRow()
            },
            { problem in throw Failure.unreadable(problem) })
    }

    private static func escapingDots(_ name: String) -> String {
        name.split(separator: ".", omittingEmptySubsequences: false).joined(separator: #"\."#)
    }
}

extension TableVerifier.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let problem):
            "line \(problem.line) of the written table cannot be read back: \(problem.reason)"
        case .columns(let names):
            "the written table has the columns \(names.joined(separator: ", "))"
        }
    }
}
