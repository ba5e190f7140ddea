internal import GRDB
internal import StoreFile

/// Rows that a run could not read, for one reason.
package struct QuarantinedRows: Hashable, Sendable {
    package var reason: String
    package var rows: Int
    /// The first of them.
    package var examples: [Example]

    package struct Example: Hashable, Sendable {
        package var file: String
        package var line: Int
        /// The beginning of the row; empty if it was forgotten.
        package var excerpt: String
    }
}

extension StoreLedger {
    /// What a run put aside, most frequent reason first.
    package func quarantined(run id: String, examples limit: Int) throws -> [QuarantinedRows] {
        try base.reading { database in
            let reasons = try Row.fetchAll(
                database,
                sql: """
                    SELECT reason, count(*) AS rows FROM quarantine JOIN run ON run.number = quarantine.run
                    WHERE run.id = ? GROUP BY reason ORDER BY count(*) DESC, reason
                    """, arguments: [id])
            return try reasons.map { row in
                let reason: String = row["reason"]
                let examples = try Row.fetchAll(
                    database,
                    sql: """
                        SELECT quarantine.file, line, excerpt FROM quarantine
                        JOIN run ON run.number = quarantine.run
                        WHERE run.id = ?1 AND reason = ?2 ORDER BY quarantine.id LIMIT ?3
                        """, arguments: [id, reason, limit])
                return QuarantinedRows(
                    reason: reason, rows: row["rows"],
                    examples: examples.map {
                        QuarantinedRows.Example(
                            file: $0["file"], line: $0["line"], excerpt: $0["excerpt"])
                    })
            }
        }
    }
}
