internal import GRDB

/// What a source has brought so far.
package struct SourceSummary: Hashable, Sendable {
    package var source: String
    package var comments: Int
    package var articles: Int
    package var observations: Int
    package var files: Int
    /// Seconds since 1970, UTC.
    package var lastObserved: Int64
}

extension StoreLedger {
    /// The sources, by name.
    package func sources() throws -> [SourceSummary] {
        try base.reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT source, source_comments, source_articles, source_observations, last_observed,
                        count(*) FILTER (WHERE mapping <> 'forget') AS files, max(position)
                    FROM imported_file GROUP BY source ORDER BY source
                    """
            ).map { row in
                SourceSummary(
                    source: row["source"], comments: row["source_comments"], articles: row["source_articles"],
                    observations: row["source_observations"], files: row["files"],
                    lastObserved: row["last_observed"])
            }
        }
    }

    /// The first moment at which anything was observed, seconds since 1970, UTC; `nil` if nothing was. Reads the
    /// whole ledger.
    package func firstObservation() throws -> Int64? {
        try base.reading { try Int64.fetchOne($0, sql: "SELECT min(observed_at) FROM vote") }
    }

    /// Number of comments that were forgotten.
    package func forgottenCount() throws -> Int {
        try base.reading {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM tombstone WHERE comment IS NOT NULL") ?? 0
        }
    }
}
