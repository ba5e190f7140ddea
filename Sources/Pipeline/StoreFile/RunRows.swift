package import GRDB

/// Rows of the table `run`.
package enum RunRows {
    /// The number of a run; an unregistered run is added with only its id.
    package static func number(of id: String, _ database: Database, _ clock: StoreClock) throws -> Int64 {
        if let number = try Int64.fetchOne(
            database, sql: "SELECT number FROM run WHERE id = ?", arguments: [id])
        {
            return number
        }
        try database.execute(
            sql: """
                INSERT INTO run(id, pipeline, file, date, overrides, host, pid, started_at, outcome)
                VALUES (?, '', '', '', '{}', '', 0, ?, 'running')
                """, arguments: [id, clock.timestamp()])
        return database.lastInsertedRowID
    }
}
