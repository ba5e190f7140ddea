package import GRDB

/// Inserts rows many at a time, which spares SQLite what it does around each statement.
///
/// A row that breaks a constraint ends its statement immediately (`OR FAIL`): the caller rolls its transaction back
/// anyway, so that SQLite need not keep what it would take to undo half a statement.
public struct BulkInsert {
    /// Rows of one statement.
    public let width: Int
    @usableFromInline let columns: Int32
    @usableFromInline let many: SQLStatement
    @usableFromInline let one: SQLStatement

    /// - Parameters:
    ///   - table: with its columns, as in `vote(comment, up)`.
    ///   - conflict: what becomes of a row that is there already.
    package init(
        into table: String, columns: Int, width: Int, or conflict: String = "FAIL", _ database: Database
    ) throws {
        self.width = width
        self.columns = Int32(columns)
        let row = { (row: Int) in
            "(" + (1...columns).map { "?\(row * columns + $0)" }.joined(separator: ", ") + ")"
        }
        let start = "INSERT OR \(conflict) INTO \(table) VALUES "
        many = try SQLStatement(start + (0..<width).map(row).joined(separator: ", "), database)
        one = try SQLStatement(start + row(0), database)
    }

    /// Binds values that all rows share, once.
    /// - Parameter bind: gets a statement and the number of parameters before a row's own.
    package func share(bind: (SQLStatement, Int32) -> Void) {
        bind(one, 0)
        for row in 0..<Int32(width) { bind(many, row * columns) }
    }

    /// Inserts `count` rows.
    /// - Parameter bind: binds the values of one row; gets a statement, the number of parameters before the row's own,
    ///   and its index. Texts stay where they are until `width` further rows were bound.
    @inlinable @inline(__always)
    public func insert(_ count: Int, bind: (SQLStatement, Int32, Int) -> Void) throws {
        var done = 0
        while done + width <= count {
            for row in 0..<width { bind(many, Int32(row) * columns, done + row) }
            try many.run()
            done += width
        }
        while done < count {
            bind(one, 0, done)
            try one.run()
            done += 1
        }
    }
}
