internal import CommentParsing
internal import GzipFormat
internal import StageKit
internal import WebFetching
internal import WebFormats

/// An answer with what the journal is to keep of it.
struct CrawlAnswer: Sendable {
    var status: Int
    var body: [UInt8]
    var charset: String?
    /// Where it came from, after redirects.
    var address: WebAddress
    var fetch: CrawlFetch
    var page: CrawlPage?
    /// Whether it was in the journal already.
    var isStored = false

    var isGood: Bool { (200..<300).contains(status) }
    var isGone: Bool { status == 404 || status == 410 }
    /// Whether the answer may be after the last page of a list.
    var mayEndAList: Bool { [400, 404, 410, 416, 422].contains(status) }
    var isEmpty: Bool { status == 204 }
}

/// Fetches, and turns what comes into something to keep.
struct CrawlNetwork: Sendable {
    let fetcher: WebFetcher
    let tally: CrawlTally

    /// - Parameters:
    ///   - key: the request without secrets.
    ///   - keeps: whether the body may be kept.
    ///   - mask: takes secrets out of an answer that repeats them, before anything of it is kept.
    ///   - known: an earlier answer, which is asked for only if it has changed since.
    func get(
        _ request: PlannedRequest, key: String, visit: Int64?, keeps: Bool = true,
        mask: SecretMask = SecretMask([:]), known: CrawlFetch? = nil
    ) async throws -> CrawlAnswer {
        tally.countRequest()
        var asked = WebRequest(
            request.address, headers: request.headers, etag: known?.etag, lastModified: known?.lastModified)
        asked.home = request.home
        asked.body = request.body.map { ($0.text, $0.contentType) }
        asked.secretHeaders = Set(
            request.headers.filter { mask.masked(Array($0.value.utf8)) != nil }.map { $0.name.lowercased() })
        var answer = try await fetcher.get(asked)
        if keeps, let masked = mask.masked(answer.body) { answer.body = masked }
        answer.etag = answer.etag.map(mask.masked)
        answer.lastModified = answer.lastModified.map(mask.masked)
        answer.contentType = answer.contentType.map(mask.masked)
        var fetch = CrawlFetch(
            visit: visit, request: key, at: answer.seconds, status: answer.status,
            contentType: answer.contentType, etag: answer.etag, lastModified: answer.lastModified)
        var page: CrawlPage?
        if answer.status == 304, let known {
            fetch.page = known.page
            fetch.etag = answer.etag ?? known.etag
            fetch.lastModified = answer.lastModified ?? known.lastModified
            fetch.contentType = answer.contentType ?? known.contentType
        } else if keeps, !answer.body.isEmpty {
            let kept = CrawlPage(
                digest: ContentDigest.of(answer.body), size: answer.body.count,
                gzip: Gzip.deflate(answer.body))
            fetch.page = kept.digest
            page = kept
        }
        return CrawlAnswer(
            status: answer.status, body: answer.body,
            charset: fetch.contentType.flatMap { ContentType($0).charset },
            address: answer.address, fetch: fetch, page: page)
    }
}

extension CrawlJournal {
    /// The most that a kept body may hold.
    private static var mostBytes: Int { 1 << 30 }

    /// A kept answer; `nil` if its body was not kept, or was given up.
    func answer(_ fetch: CrawlFetch, from address: WebAddress) throws -> CrawlAnswer? {
        var body: [UInt8] = []
        if let digest = fetch.page {
            guard let gzip = try self.body(ofPage: digest) else { return nil }
            body = try Gzip.inflate(gzip, mostBytes: Self.mostBytes)
        }
        return CrawlAnswer(
            status: fetch.status, body: body, charset: fetch.contentType.flatMap { ContentType($0).charset },
            address: address, fetch: fetch, isStored: true)
    }
}
