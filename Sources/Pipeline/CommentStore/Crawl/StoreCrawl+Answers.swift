internal import GRDB

/// The body of an answer that a crawl has kept, as retention looks at it.
package struct KeptAnswer: Hashable, Sendable {
    /// Number of the body.
    package var page: Int64
    /// Bytes that it takes in the store.
    package var size: Int64
    /// When it came last; seconds since 1970, UTC.
    package var lastAt: Int64
    /// Whether a visit that is under way needs it, or its source's last crawl brought it.
    package var isNeeded: Bool

    package init(page: Int64, size: Int64, lastAt: Int64, isNeeded: Bool = false) {
        self.page = page
        self.size = size
        self.lastAt = lastAt
        self.isNeeded = isNeeded
    }
}

extension StoreCrawl {
    /// All kept bodies, those first that came last the longest ago.
    package func keptAnswers() throws -> [KeptAnswer] {
        try ledger.base.reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT page.id AS page, length(page.body) AS size, max(fetch.fetched_at) AS last_at,
                        max(
                            coalesce(visit.state = 'under_way', 0)
                            OR fetch.crawl IN (SELECT max(id) FROM crawl GROUP BY source)
                        ) AS needed
                    FROM page JOIN fetch ON fetch.page = page.id LEFT JOIN visit ON visit.id = fetch.visit
                    WHERE page.body IS NOT NULL
                    GROUP BY page.id ORDER BY last_at, page.id
                    """
            ).map {
                KeptAnswer(page: $0["page"], size: $0["size"], lastAt: $0["last_at"], isNeeded: $0["needed"])
            }
        }
    }

    /// Gives up bodies; that they came, and when, stays known. The room is given back to the disk where it is a good part
    /// of the file.
    package func giveUp(answers: [Int64]) throws {
        if answers.isEmpty { return }
        try ledger.base.writing(durably: true) { database in
            for page in answers {
                try database.execute(
                    sql: "UPDATE page SET body = NULL, given_up_at = ? WHERE id = ?",
                    arguments: [ledger.base.clock.timestamp(), page])
            }
        }
        try shrink()
    }

    private func shrink() throws {
        let (free, all) = try ledger.base.reading { database in
            (
                try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0,
                try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            )
        }
        if free * 4 > all { try ledger.base.vacuum() }
    }
}
