internal import Foundation
internal import GRDB
package import StageKit
internal import StoreFile

/// Answers handed from one journal to another.
extension StoreCrawl {
    package func answers(of source: String, after fetch: Int64, most: Int) throws -> CrawlAnswers {
        try ledger.base.reading { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT fetch.id, fetch.visit, fetch.request, fetch.fetched_at, fetch.status, fetch.content_type,
                        fetch.etag, fetch.last_modified, page.digest AS page
                    FROM fetch JOIN visit ON visit.id = fetch.visit LEFT JOIN page ON page.id = fetch.page
                    WHERE visit.source = ? AND fetch.id > ? ORDER BY fetch.id LIMIT ?
                    """, arguments: [source, fetch, most])
            var answers = CrawlAnswers()
            answers.fetches = rows.map(CrawlFetch.init)
            answers.last = rows.last?["id"] ?? fetch
            for visit in Set(answers.fetches.compactMap(\.visit)).sorted() {
                let row = try Row.fetchOne(
                    database, sql: "SELECT * FROM visit WHERE id = ?", arguments: [visit])
                if let row { answers.visits.append(CrawlVisit(row)) }
            }
            for digest in Set(answers.fetches.compactMap(\.page)).sorted() {
                let row = try Row.fetchOne(
                    database, sql: "SELECT size, body FROM page WHERE digest = ? AND body IS NOT NULL",
                    arguments: [digest])
                guard let row, let body: Data = row["body"] else { continue }
                answers.pages.append(CrawlPage(digest: digest, size: row["size"], gzip: Array(body)))
            }
            return answers
        }
    }

    package func takeOver(_ answers: CrawlAnswers, in crawl: Crawl) throws -> Int {
        try ledger.base.writing { database in
            let writer = CrawlWriter(step: CrawlStep(crawl: crawl, run: ""), database: database)
            for page in answers.pages { try writer.add(page) }
            var ids: [Int64: Int64] = [:]
            for visit in answers.visits {
                try writer.add(visit, unless: "source = ? AND article = ? AND number = \(visit.number)")
                ids[visit.id] = try Int64.fetchOne(
                    database, sql: "SELECT id FROM visit WHERE source = ? AND article = ? AND number = ?",
                    arguments: [crawl.source, visit.article, visit.number])
            }
            var new: [Int64: Int] = [:]
            for fetch in answers.fetches {
                guard let theirs = fetch.visit, let visit = ids[theirs] else { continue }
                var fetch = fetch
                fetch.visit = visit
                if try Self.has(fetch, database) { continue }
                try writer.add(fetch)
                new[theirs, default: 0] += 1
            }
            for var visit in answers.visits where new[visit.id] != nil {
                guard let id = ids[visit.id] else { continue }
                visit.id = id
                visit.mapping = ""
                try writer.update(visit)
            }
            return new.values.reduce(0, +)
        }
    }

    private static func has(_ fetch: CrawlFetch, _ database: Database) throws -> Bool {
        try Bool.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM fetch LEFT JOIN page ON page.id = fetch.page
                        WHERE fetch.visit = ? AND fetch.request = ? AND fetch.fetched_at = ? AND fetch.status = ?
                            AND page.digest IS ?
                    )
                    """),
            arguments: [fetch.visit, fetch.request, fetch.at, fetch.status, fetch.page]) ?? false
    }
}
