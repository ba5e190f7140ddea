internal import Foundation
internal import GRDB
package import StageKit
internal import StoreFile
package import VoteModel

/// The journal of crawls, in the store's tables.
package struct StoreCrawl: CrawlJournal {
    let ledger: StoreLedger

    package init(ledger: StoreLedger) {
        self.ledger = ledger
    }

    package func beginCrawl(of source: String, run: String, at moment: Int64) throws -> Crawl {
        try ledger.base.writing { database in
            let open = try Int64.fetchOne(
                database,
                sql: "SELECT id FROM crawl WHERE source = ? AND finished_at IS NULL ORDER BY id LIMIT 1",
                arguments: [source])
            if let open { return Crawl(id: open, source: source, isResumed: true) }
            let number = try RunRows.number(of: run, database, ledger.base.clock)
            try database.execute(
                sql: "INSERT INTO crawl(source, run, started_at) VALUES (?, ?, ?)",
                arguments: [source, number, moment])
            return Crawl(id: database.lastInsertedRowID, source: source, isResumed: false)
        }
    }

    package func endCrawl(_ crawl: Crawl, at moment: Int64) throws {
        try ledger.base.writing { database in
            try database.execute(
                sql: "UPDATE crawl SET finished_at = ? WHERE id = ?", arguments: [moment, crawl.id])
        }
    }

    package func openVisits(of source: String, dueBy moment: Int64) throws -> [CrawlVisit] {
        try visits(
            "source = ? AND (state = 'under_way' OR state = 'waiting' AND due_at <= ?) ORDER BY due_at, id",
            [source, moment])
    }

    package func openVisitCount(of source: String) throws -> Int {
        try ledger.base.reading { database in
            try Int.fetchOne(
                database,
                sql: "SELECT count(*) FROM visit WHERE source = ? AND state IN ('waiting', 'under_way')",
                arguments: [source]) ?? 0
        }
    }

    package func visits(in crawl: Crawl) throws -> [CrawlVisit] {
        try visits("crawl = ? ORDER BY id", [crawl.id])
    }

    package func visits(of source: String, notReadBy mapping: String) throws -> [CrawlVisit] {
        try visits(
            """
            source = ? AND mapping <> ? AND state <> 'waiting'
                AND EXISTS (SELECT 1 FROM fetch WHERE fetch.visit = visit.id AND fetch.status > 0)
                AND NOT \(Self.isGivenUp)
            ORDER BY (SELECT min(fetch.id) FROM fetch WHERE fetch.visit = visit.id)
            """, [source, mapping])
    }

    package func unreadableVisits(of source: String, notReadBy mapping: String) throws -> Int {
        try ledger.base.reading { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM visit
                    WHERE source = ? AND mapping <> ? AND state <> 'waiting' AND \(Self.isGivenUp)
                    """, arguments: [source, mapping]) ?? 0
        }
    }

    package func lastVisit(ofArticle key: String, of source: String) throws -> CrawlVisit? {
        try visits("source = ? AND article = ? ORDER BY number DESC LIMIT 1", [source, key]).first
    }

    package func visits(ofArticle key: String, of source: String) throws -> [CrawlVisit] {
        try visits("source = ? AND article = ? ORDER BY number", [source, key])
    }

    package func triedCrawls(of visit: CrawlVisit, before crawl: Crawl) throws -> Int {
        try ledger.base.reading { database in
            try Int.fetchOne(
                database, sql: "SELECT count(DISTINCT crawl) FROM fetch WHERE visit = ? AND crawl <> ?",
                arguments: [visit.id, crawl.id]) ?? 0
        }
    }

    package func articleCounts(
        of source: String, since moment: Int64
    ) throws -> (articles: Int, incomplete: Int) {
        try ledger.base.reading { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*) AS articles,
                        count(*) FILTER (WHERE state IN ('under_way', 'partial', 'doubted')) AS incomplete
                    FROM (
                        SELECT visit.state, max(visit.number) FROM visit JOIN crawl ON crawl.id = visit.crawl
                        WHERE visit.source = ? AND crawl.started_at >= ? AND visit.state <> 'waiting'
                        GROUP BY visit.article
                    )
                    """, arguments: [source, moment])
            return (row?["articles"] ?? 0, row?["incomplete"] ?? 0)
        }
    }

    package func commentCounts(of source: String) throws -> (comments: Int, refused: Int) {
        try ledger.base.reading { database in
            let row = try Row.fetchOne(
                database,
                sql: "SELECT sum(seen) AS seen, sum(refused) AS refused FROM visit WHERE source = ?",
                arguments: [source])
            let refused: Int = row?["refused"] ?? 0
            return ((row?["seen"] ?? 0) + refused, refused)
        }
    }

    package func fetches(of visit: CrawlVisit) throws -> [CrawlFetch] {
        try ledger.base.reading { database in
            try Row.fetchAll(
                database, sql: "\(Self.fetches) WHERE fetch.visit = ? ORDER BY fetch.id",
                arguments: [visit.id]
            ).map(CrawlFetch.init)
        }
    }

    package func latestFetch(_ request: String, of source: String) throws -> CrawlFetch? {
        try ledger.base.reading { database in
            try Row.fetchOne(
                database,
                sql: """
                    \(Self.fetches) JOIN crawl ON crawl.id = fetch.crawl
                    WHERE fetch.request = ? AND fetch.visit IS NULL AND crawl.source = ?
                    ORDER BY fetch.id DESC LIMIT 1
                    """, arguments: [request, source]
            ).map(CrawlFetch.init)
        }
    }

    package func listRequests(in crawl: Crawl) throws -> Set<String> {
        try ledger.base.reading { database in
            try Set(
                String.fetchAll(
                    database, sql: "SELECT request FROM fetch WHERE crawl = ? AND visit IS NULL",
                    arguments: [crawl.id]))
        }
    }

    package func body(ofPage digest: String) throws -> [UInt8]? {
        try ledger.base.reading { database in
            try Data.fetchOne(database, sql: "SELECT body FROM page WHERE digest = ?", arguments: [digest])
                .map { Array($0) }
        }
    }

    package func articles(withPage digest: String, of source: String) throws -> Set<String> {
        try ledger.base.reading { database in
            try Set(
                String.fetchAll(
                    database,
                    sql: """
                        SELECT DISTINCT visit.article FROM page
                        JOIN fetch ON fetch.page = page.id JOIN visit ON visit.id = fetch.visit
                        WHERE page.digest = ? AND visit.source = ?
                        """, arguments: [digest, source]))
        }
    }

    package func commit(
        _ step: CrawlStep, as file: ImportedFile?, rows: (any ObservationSink) throws -> Void
    ) throws -> ImportFigures {
        let along = { (database: Database) in try CrawlWriter(step: step, database: database).write() }
        guard let file else {
            try ledger.base.writing { database in
                if !step.reread.isEmpty {
                    try ledger.void(visits: step.reread, of: step.crawl.source, run: step.run, database)
                }
                try along(database)
            }
            return ImportFigures()
        }
        return try ledger.importFile(file, rereading: step.reread, rows: rows, along: along)
    }
}

extension StoreCrawl {
    private static let isGivenUp = """
        EXISTS (
            SELECT 1 FROM fetch JOIN page ON page.id = fetch.page
            WHERE fetch.visit = visit.id AND page.given_up_at IS NOT NULL
        )
        """
    static let fetches = """
        SELECT fetch.visit, fetch.request, fetch.fetched_at, fetch.status, fetch.content_type, fetch.etag,
            fetch.last_modified, page.digest AS page
        FROM fetch LEFT JOIN page ON page.id = fetch.page
        """

    private func visits(_ condition: String, _ arguments: StatementArguments) throws -> [CrawlVisit] {
        try ledger.base.reading { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM visit WHERE \(condition)", arguments: arguments
            ).map(CrawlVisit.init)
        }
    }
}
