internal import GzipFormat
internal import StageKit
internal import WebFetching
internal import WebFormats

/// Keeps answers to requests for robots.txt in the journal, a day at most.
///
/// Source: RFC 9309, section 2.4.
struct RobotsStore: Sendable {
    private static let oldest: Int64 = 86_400
    let crawl: Crawl
    let journal: any CrawlJournal
    let committer: CrawlCommitter

    func recall(_ address: WebAddress) -> RobotsRecord? {
        guard let fetch = try? journal.latestFetch(address.description, of: crawl.source),
            CrawlClock.now - fetch.at < Self.oldest, fetch.status < 500, fetch.status > 0,
            let answer = try? journal.answer(fetch, from: address)
        else { return nil }
        return RobotsRecord(status: fetch.status, body: answer.body, seconds: fetch.at)
    }

    func keep(_ address: WebAddress, _ record: RobotsRecord) async {
        var part = CrawlPart()
        var fetch = CrawlFetch(
            visit: nil, request: address.description, at: record.seconds, status: record.status)
        if !record.body.isEmpty {
            let page = CrawlPage(
                digest: ContentDigest.of(record.body), size: record.body.count,
                gzip: Gzip.deflate(record.body))
            fetch.page = page.digest
            part.pages = [page]
        }
        part.fetches = [fetch]
        // Not to have it kept costs a request more.
        try? await committer.commit(part)
    }
}
