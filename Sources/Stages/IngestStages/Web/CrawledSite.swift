internal import CommentParsing
internal import StageKit

/// A source and how it is crawled: what all parts of a crawl share.
struct CrawledSite: Sendable {
    let source: CommentSource
    let rules: CrawlRules
    /// Digest of the way in which answers are read, 64 hex digits.
    let mapping: String
    /// Salt of the hashes of authors; `nil` if these are not kept.
    let authorSalt: String?
    /// Id of the run.
    let run: String
    /// Which articles are crawled.
    var share = WorkShare.whole
    /// The folder whose batches are taken in, as written; `nil` for a source that is asked.
    var spool: String?
}

/// The comments of one answer.
struct FetchedRows: Sendable {
    var article: String
    var address: String
    var facts: CrawledArticle
    /// When the answer came; seconds since 1970, UTC.
    var at: Int64
    var comments: [FetchedComment]
    var refused: [RefusedComment]
}

/// What one visit or list commits, completely or not at all.
struct CrawlPart: Sendable {
    var pages: [CrawlPage] = []
    var fetches: [CrawlFetch] = []
    var found: [CrawlVisit] = []
    var visits: [CrawlVisit] = []
    var planned: [CrawlVisit] = []
    var rows: [FetchedRows] = []
    /// Visits whose kept answers are read again from here on.
    var reread: [Int64] = []
    /// Tells the rows of this part from those of all others.
    var name = ""

    var isEmpty: Bool {
        pages.isEmpty && fetches.isEmpty && found.isEmpty && visits.isEmpty && planned.isEmpty && rows.isEmpty
            && reread.isEmpty
    }
}
