internal import StageKit
package import TableFormat

/// Rows that were written as lines of JSON, made into a Parquet file, compressed with zstd: the same rows give the same
/// bytes, whatever the threads, as long as it is the same DuckDB.
package struct ParquetTable: Sendable {
    package enum ColumnType: Hashable, Sendable {
        case text
        /// A list of texts, written as the text of a JSON list.
        case texts
        case whole
        case number
        /// A moment in UTC, written as `2025-11-21T07:16:44Z`.
        case moment
    }

    package struct Column: Hashable, Sendable {
        package var name: String
        package var type: ColumnType

        package init(_ name: String, _ type: ColumnType) {
            self.name = name
            self.type = type
        }
    }

    private let columns: [Column]
    private let session: DuckDBSession

    package init(_ columns: [Column], _ session: DuckDBSession) {
        self.columns = columns
        self.session = session
    }

    /// Writes the rows of files of lines of JSON, in their order.
    /// - Throws: `StageError` in DuckDB's words, or `StageInterrupted`; what is then at the path is no table.
    package func write(
        _ lines: [String], to path: String, isStopRequested: () -> Bool = { false }
    ) throws {
        let types = columns.map { "\(SQLText.literal($0.name)): '\($0.type.inLines)'" }
        let fields = columns.map { "\($0.type.value(of: SQLText.name($0.name))) AS \(SQLText.name($0.name))" }
        let paths = lines.map { SQLText.literal($0) }
        let rows =
            "read_json([\(paths.joined(separator: ", "))], format = 'newline_delimited', "
            + "columns = {\(types.joined(separator: ", "))}, maximum_object_size = \(Self.longestLine))"
        do {
            try session.run(
                "COPY (SELECT \(fields.joined(separator: ", ")) FROM \(rows)) TO \(SQLText.literal(path)) "
                    + "(FORMAT parquet, COMPRESSION zstd);", isStopRequested: isStopRequested)
        } catch let failure as DuckDBSession.Failure {
            throw Self.error(failure, "write", path)
        }
    }

    /// Bytes that one row may take as a line of JSON.
    private static let longestLine = 1 << 26

    /// Reads the table as a stranger would and compares what it says with what was meant.
    ///
    /// - Parameters:
    ///   - rows: a fingerprint of those that were written.
    ///   - condition: a column and the text that these rows have in it; `nil` for all rows.
    /// - Throws: `StageError` where it says something else.
    package func verify(
        _ path: String, against rows: RowDigest, where condition: (column: String, text: String)? = nil,
        isStopRequested: () -> Bool = { false }
    ) throws {
        if try digest(of: path, where: condition, isStopRequested: isStopRequested) == rows { return }
        throw StageError(
            "the table \(path) does not read back as it was written: its rows say something else",
            hint: "this is a bug, one of DuckDB, or a failing disk; nothing was published")
    }

    /// Reads the table as a stranger would.
    /// - Parameter condition: a column and the text that the rows have in it; `nil` for all rows.
    /// - Returns: a fingerprint of its rows, equal to that of the writer of the lines.
    package func digest(
        of path: String, where condition: (column: String, text: String)? = nil,
        isStopRequested: () -> Bool = { false }
    ) throws -> RowDigest {
        let wanted = columns.map { DuckDBColumn(name: $0.name, type: $0.type.inFile) }
        var digest = RowDigest()
        do {
            let found = try session.columns(of: SQLText.parquet(path))
            guard found == wanted else {
                throw StageError(
                    "the table \(path) has the columns \(found.map { "\($0.name) \($0.type)" }.joined(separator: ", "))",
                    hint: "this is a bug, or one of DuckDB; nothing was published")
            }
            let fields = wanted.enumerated().map { place, column in
                // With the sign of a zero, which a whole number has not.
                let value =
                    column.form == .real
                    ? "CAST(\(SQLText.name(column.name)) AS VARCHAR)" : column.asText
                return "\(value) AS \"\(place)\""
            }
            let part =
                condition.map { " WHERE \(SQLText.name($0.column)) = \(SQLText.literal($0.text))" } ?? ""
            try session.forEachRow(
                of: "SELECT \(fields.joined(separator: ", ")) FROM \(SQLText.parquet(path))\(part)",
                columns: columns.count, isStopRequested: isStopRequested
            ) { row in
                for (place, column) in columns.enumerated() { column.type.add(row[place], to: &digest) }
                digest.endRow()
            }
        } catch let failure as DuckDBSession.Failure {
            throw Self.error(failure, "read back", path)
        }
        return digest
    }

    private static func error(_ failure: DuckDBSession.Failure, _ action: String, _ path: String)
        -> StageError
    {
        StageError(
            "DuckDB could not \(action) \(path): \(failure.words)",
            hint: failure.wasKilled
                ? "did memory run out, or did someone end it? run again; nothing was published"
                : "is the disk full? nothing was published")
    }
}

extension ParquetTable.ColumnType {
    /// The type in the lines of JSON, in DuckDB's words.
    fileprivate var inLines: String {
        switch self {
        case .text, .texts, .moment: "VARCHAR"
        case .whole: "BIGINT"
        case .number: "DOUBLE"
        }
    }

    /// The type in the file, in DuckDB's words.
    fileprivate var inFile: String {
        switch self {
        case .text: "VARCHAR"
        case .texts: "VARCHAR[]"
        case .whole: "BIGINT"
        case .number: "DOUBLE"
        case .moment: "TIMESTAMP WITH TIME ZONE"
        }
    }

    fileprivate func value(of name: String) -> String {
        switch self {
        case .text, .whole, .number: name
        case .texts: "from_json(\(name), '[\"VARCHAR\"]')"
        case .moment: "CAST(\(name) AS TIMESTAMPTZ)"
        }
    }

    /// Adds a value that was read back, in the way in which it was written.
    fileprivate func add(_ field: UnsafeRawBufferPointer, to digest: inout RowDigest) {
        let text = { String(decoding: field, as: UTF8.self) }
        let written: String? =
            switch self {
            case .text, .texts, .whole: nil
            case .number: Double(text()).map { "\($0)" }
            // 2025-11-21 07:16:44+00
            case .moment: field.count == 22 ? text().prefix(19).replacing(" ", with: "T") + "Z" : nil
            }
        if var written {
            written.withUTF8 { digest.add(field: UnsafeRawBufferPointer($0)) }
        } else {
            digest.add(field: field)
        }
    }
}
