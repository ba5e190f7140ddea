import GRDBSQLite

/// SQLite without any of our code, as in the sqlite3 shell.
enum PlainSQLite {
    struct Failure: Error { var message: String }

    /// Rows as texts with `|` between the columns.
    static func rows(_ path: String, _ sql: String) throws -> [String] {
        var connection: OpaquePointer?
        guard sqlite3_open(path, &connection) == SQLITE_OK else {
            throw Failure(message: "cannot open \(path)")
        }
        defer { sqlite3_close(connection) }
        sqlite3_busy_timeout(connection, 5000)
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else {
            throw Failure(message: String(cString: sqlite3_errmsg(connection)))
        }
        defer { sqlite3_finalize(statement) }
        var rows: [String] = []
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return rows }
            guard code == SQLITE_ROW else {
                throw Failure(message: String(cString: sqlite3_errmsg(connection)))
            }
            let columns = (0..<sqlite3_column_count(statement)).map { column in
                sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
            }
            rows.append(columns.joined(separator: "|"))
        }
    }

    /// Several statements without rows.
    static func execute(_ path: String, _ sql: String) throws {
        var connection: OpaquePointer?
        guard sqlite3_open(path, &connection) == SQLITE_OK else {
            throw Failure(message: "cannot open \(path)")
        }
        defer { sqlite3_close(connection) }
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
            throw Failure(message: String(cString: sqlite3_errmsg(connection)))
        }
    }
}
