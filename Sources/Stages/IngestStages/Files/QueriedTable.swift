internal import DuckDBTables
internal import StageKit
internal import TableFormat

/// A table that DuckDB reads: a Parquet file, or what a query gives.
struct QueriedTable {
    private let rows: DuckDBRows
    private let isStopRequested: @Sendable () -> Bool
    /// For messages: `data/a.parquet`, `the query`.
    private let name: String
    private let isParquet: Bool

    /// Looks up the wanted columns, and whether their types can be what they are wanted for.
    /// - Parameters:
    ///   - relation: what can stand after FROM.
    ///   - roles: names of columns by role.
    /// - Throws: ``/TableFormat/TableError`` for columns that are missing, ``/StageKit/StageError`` for those of another type, and
    ///   for what DuckDB cannot read.
    init(
        _ relation: String, name: String, isParquet: Bool, columns: ColumnMap, roles: [String: [String]],
        _ session: DuckDBSession, isStopRequested: @escaping @Sendable () -> Bool
    ) throws {
        self.isStopRequested = isStopRequested
        (self.name, self.isParquet) = (name, isParquet)
        do {
            rows = try DuckDBRows(
                relation, wanted: columns.names.map { TableColumn($0) }, session,
                isStopRequested: isStopRequested)
        } catch let failure as DuckDBSession.Failure {
            throw Self.error(failure, name, isParquet: isParquet)
        }
        for (role, names) in roles.sorted(by: { $0.key < $1.key }) {
            for wanted in names {
                guard let index = columns.names.firstIndex(where: { $0.utf8.elementsEqual(wanted.utf8) })
                else { continue }
                if let column = rows.columns[index] { try Self.check(column, for: role, name) }
            }
        }
    }

    /// Calls `body` with pieces of the rows, as lines of JSON.
    /// - Parameter source: the file that they come from.
    /// - Throws: ``/StageKit/StageError`` where DuckDB fails or is ended, after some rows or none; `StageInterrupted`.
    func forEachPiece(of source: ByteSource, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try forEachPiece(body)
        if let facts = try Disk.facts(source.path) { try source.check(facts.size) }
    }

    /// The same, of what is not a file.
    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        do {
            try rows.forEachPiece(isStopRequested: isStopRequested, body)
        } catch let failure as DuckDBSession.Failure {
            throw Self.error(failure, name, isParquet: isParquet)
        }
    }

    private static func error(
        _ failure: DuckDBSession.Failure, _ name: String, isParquet: Bool
    ) -> StageError {
        if failure.wasKilled {
            return StageError(
                "\(failure.words) while it read \(name)",
                hint: "did memory run out, or did someone end it? run again; nothing was imported from it",
                sourceIncomplete: !isParquet)
        }
        return isParquet
            ? StageError(
                "\(name) cannot be read as Parquet: \(failure.words)",
                hint: "was it written completely? fetch or write it again; nothing was imported from it")
            : StageError(
                "DuckDB refuses \(name): \(failure.words)",
                hint: "try it with duckdb by hand; nothing was imported from it", sourceIncomplete: true)
    }

    // MARK: Types

    private static let texts: Set<DuckDBColumn.Form> = [.text]
    private static let names: Set<DuckDBColumn.Form> = [.text, .whole, .decimal]
    private static let numbers: Set<DuckDBColumn.Form> = [.text, .whole, .decimal, .real]
    private static let times: Set<DuckDBColumn.Form> = [.text, .whole, .localTime, .moment]
    private static let classes: Set<DuckDBColumn.Form> = [.text, .whole, .decimal, .real, .truth]
    /// What the column of each role may hold, and the types in words.
    private static let taken: [String: (forms: Set<DuckDBColumn.Form>, words: String)] = {
        var taken: [String: (Set<DuckDBColumn.Form>, String)] = [:]
        for role in ["text", "text_pair", "split"] { taken[role] = (texts, "VARCHAR") }
        for role in ["title", "outlet", "url"] { taken[role] = (names, "VARCHAR") }
        for role in ["article", "key", "parent", "author", "id", "group"] {
            taken[role] = (names, "VARCHAR or an integer")
        }
        for role in ["up", "down", "replies", "score"] { taken[role] = (numbers, "a number") }
        for role in ["created_at", "observed_at"] { taken[role] = (times, "TIMESTAMP, DATE or VARCHAR") }
        for role in ["deleted", "label"] { taken[role] = (classes, "BOOLEAN, VARCHAR or a number") }
        taken["labels"] = (classes.union([.list]), "a list, BOOLEAN, VARCHAR or a number")
        return taken
    }()

    private static func check(_ column: DuckDBColumn, for role: String, _ name: String) throws(StageError) {
        guard let taken = taken[role], !taken.forms.contains(column.form) else { return }
        throw StageError(
            "the column '\(column.name)' of \(name) is \(column.type); '\(role)' takes \(taken.words)",
            hint: column.form == .real
                ? "a floating-point number is no identifier, for digits may be lost: write the column as text where the "
                    + "table is made"
                : "name another column under 'columns', or convert it: format: duckdb, and query: select … from "
                    + "read_parquet({path})")
    }
}
