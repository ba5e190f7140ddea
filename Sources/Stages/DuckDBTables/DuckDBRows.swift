package import TableFormat

/// The wanted columns of a table that DuckDB reads, each as a text or nothing, named by their places: 0, 1, …
package struct DuckDBRows: Sendable {
    /// Of each wanted column what the table has for it; `nil` for one that may be absent and is.
    package let columns: [DuckDBColumn?]
    private let session: DuckDBSession
    private let query: String

    /// Looks the columns up.
    /// - Parameter relation: what can stand after FROM.
    /// - Throws: ``DuckDBSession/Failure``, ``/TableFormat/TableError`` for columns that are missing, or `StageInterrupted`.
    package init(
        _ relation: String, wanted: [TableColumn], _ session: DuckDBSession,
        isStopRequested: () -> Bool = { false }
    ) throws {
        self.session = session
        let header = try session.columns(of: relation, isStopRequested: isStopRequested)
        let layout = try ColumnLayout(names: header.map(\.name), columns: wanted, similar: true)
        columns = layout.places.map { $0 < 0 ? nil : header[$0] }
        let fields = columns.enumerated().map { "\($1?.asText ?? "NULL") AS \"\($0)\"" }
        query = "SELECT \(fields.joined(separator: ", ")) FROM \(relation)"
    }

    /// Calls `body` with pieces of the rows, as lines of JSON.
    /// - Throws: ``DuckDBSession/Failure``, `StageInterrupted`, or what `body` throws.
    package func forEachPiece(
        isStopRequested: () -> Bool = { false }, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try session.forEachPiece(of: query, isStopRequested: isStopRequested, body)
    }

    /// Calls `body` with each row.
    /// - Throws: as ``forEachPiece(isStopRequested:_:)``.
    package func forEachRow(
        isStopRequested: () -> Bool = { false }, _ body: (TableRow) throws -> Void
    ) throws {
        try session.forEachRow(
            of: query, columns: columns.count, isStopRequested: isStopRequested, body)
    }
}
