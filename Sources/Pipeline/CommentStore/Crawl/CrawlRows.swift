internal import Foundation
internal import GRDB
internal import StageKit

extension CrawlVisit {
    init(_ row: Row) {
        self.init(
            id: row["id"], article: row["article"], address: row["address"], number: row["number"],
            dueAt: row["due_at"], state: State(rawValue: row["state"]) ?? .waiting, foundAt: row["found_at"],
            oldest: row["oldest"],
            facts: CrawledArticle(
                title: row["title"], outlet: row["outlet"], publishedAt: row["published_at"],
                publishedSeconds: row["published"]),
            completeness: Completeness(row), mapping: row["mapping"])
    }
}

extension Completeness {
    fileprivate init(_ row: Row) {
        self.init()
        announced = row["announced"]
        seen = row["seen"]
        removed = row["removed"]
        replies = row["replies"]
        refused = row["refused"]
        repeats = row["repeats"]
        pages = row["pages"]
        order = row["comment_order"]
        let problems: String = row["problems"]
        self.problems = (try? JSONValue(parsing: problems))?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}

extension CrawlFetch {
    init(_ row: Row) {
        self.init(
            visit: row["visit"], request: row["request"], at: row["fetched_at"], status: row["status"],
            contentType: row["content_type"], etag: row["etag"], lastModified: row["last_modified"],
            page: row["page"])
    }
}

/// Writes a step into the tables. The caller holds a transaction.
struct CrawlWriter {
    let step: CrawlStep
    let database: Database

    func write() throws {
        for page in step.pages { try add(page) }
        for fetch in step.fetches { try add(fetch) }
        for visit in step.found { try add(visit, unless: "source = ? AND article = ?") }
        for visit in step.planned {
            try add(visit, unless: "source = ? AND article = ? AND number = \(visit.number)")
        }
        for visit in step.visits { try update(visit) }
    }

    func add(_ page: CrawlPage) throws {
        try run(
            """
            INSERT INTO page(digest, size, body) VALUES (?, ?, ?) ON CONFLICT (digest)
            DO UPDATE SET body = excluded.body, given_up_at = NULL WHERE given_up_at IS NOT NULL
            """,
            [page.digest, page.size, Data(page.gzip)])
    }

    func add(_ fetch: CrawlFetch) throws {
        try run(
            """
            INSERT INTO fetch(crawl, visit, request, fetched_at, status, content_type, etag, last_modified, page)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT id FROM page WHERE digest = ?))
            """,
            [
                step.crawl.id, fetch.visit, fetch.request, fetch.at, fetch.status, fetch.contentType,
                fetch.etag, fetch.lastModified, fetch.page,
            ])
    }

    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    func add(_ visit: CrawlVisit, unless condition: String) throws {
        let source = step.crawl.source
        let isKnown = try Bool.fetchOne(
            database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM visit WHERE \(condition))"),
            arguments: [source, visit.article])
        if isKnown == true { return }
        try run(
            """
            INSERT INTO visit(source, article, number, address, found_at, due_at, oldest, state, title, outlet, published_at,
                published, comment_order)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                source, visit.article, visit.number, visit.address, visit.foundAt, visit.dueAt, visit.oldest,
                visit.state.rawValue,
                visit.facts.title, visit.facts.outlet, visit.facts.publishedAt, visit.facts.publishedSeconds,
                visit.completeness.order,
            ])
    }

    func update(_ visit: CrawlVisit) throws {
        let completeness = visit.completeness
        let problems = JSONValue.array(completeness.problems.map(JSONValue.string)).canonicalText
        try run(
            """
            UPDATE visit SET state = ?, crawl = ?, title = ?, outlet = ?, published_at = ?, published = ?,
                announced = ?, seen = ?, removed = ?, replies = ?, refused = ?, repeats = ?, pages = ?,
                comment_order = ?, problems = ?, mapping = ?
            WHERE id = ?
            """,
            [
                visit.state.rawValue, step.crawl.id, visit.facts.title, visit.facts.outlet,
                visit.facts.publishedAt,
                visit.facts.publishedSeconds, completeness.announced, completeness.seen, completeness.removed,
                completeness.replies, completeness.refused, completeness.repeats, completeness.pages,
                completeness.order, problems, visit.mapping, visit.id,
            ])
        try fillArticle(visit)
    }

    /// The article's own row, where it has one by now, says what was found.
    private func fillArticle(_ visit: CrawlVisit) throws {
        let facts = visit.facts
        try run(
            """
            UPDATE article SET title = coalesce(?3, title), outlet = coalesce(?4, outlet),
                published_at = coalesce(?5, published_at), url = coalesce(?6, url)
            WHERE source = ?1 AND key = ?2
                AND (title, outlet, published_at, url) IS NOT (
                    coalesce(?3, title), coalesce(?4, outlet), coalesce(?5, published_at), coalesce(?6, url))
            """,
            [
                step.crawl.source, visit.article, facts.title, facts.outlet, facts.publishedAt, visit.address,
            ])
    }
}
