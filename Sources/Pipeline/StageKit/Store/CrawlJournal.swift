public import VoteModel

/// What a crawl has fetched and which articles it still has to visit. All that a step changes is committed at once, together
/// with the comments that it brought, so that a killed crawl resumes where it was and requests nothing twice.
public protocol CrawlJournal: Sendable {
    /// The crawl of a source that was begun and has not ended; a new one if there is none.
    func beginCrawl(of source: String, run: String, at moment: Int64) throws -> Crawl

    /// Nothing is left to be done in a crawl for now.
    func endCrawl(_ crawl: Crawl, at moment: Int64) throws

    /// Visits of a source that are under way, or that wait and are due, the earliest first.
    func openVisits(of source: String, dueBy moment: Int64) throws -> [CrawlVisit]

    /// How many visits of a source are under way or to come.
    func openVisitCount(of source: String) throws -> Int

    /// Visits that this crawl has worked on, in the order of their numbers.
    func visits(in crawl: Crawl) throws -> [CrawlVisit]

    /// Visits of a source with answers that were last read in another way, the earliest first; those under way among
    /// them. Without those of which answers were given up.
    func visits(of source: String, notReadBy mapping: String) throws -> [CrawlVisit]

    /// How many of these cannot be read again, since answers of theirs were given up to save room.
    func unreadableVisits(of source: String, notReadBy mapping: String) throws -> Int

    /// The last visit of an article that is planned or was made; `nil` for unknown articles.
    func lastVisit(ofArticle key: String, of source: String) throws -> CrawlVisit?

    /// All visits of an article, by their number.
    func visits(ofArticle key: String, of source: String) throws -> [CrawlVisit]

    /// In how many crawls before this one something was asked for in a visit.
    func triedCrawls(of visit: CrawlVisit, before crawl: Crawl) throws -> Int

    /// The articles that crawls since a moment have worked on, and how many of them are not complete by their latest visit.
    /// - Parameter moment: seconds since 1970, UTC.
    func articleCounts(of source: String, since moment: Int64) throws -> (articles: Int, incomplete: Int)

    /// The comments that all visits of a source have met, once for each visit, and how many of them could not be read.
    func commentCounts(of source: String) throws -> (comments: Int, refused: Int)

    /// The answers of a visit so far, in the order in which they came.
    func fetches(of visit: CrawlVisit) throws -> [CrawlFetch]

    /// The last answer to a request of a source, lists and robots.txt among them; `nil` if there is none.
    func latestFetch(_ request: String, of source: String) throws -> CrawlFetch?

    /// What the crawl has asked for outside of visits: lists and robots.txt.
    func listRequests(in crawl: Crawl) throws -> Set<String>

    /// The body of an answer, gzipped; `nil` if it was given up.
    func body(ofPage digest: String) throws -> [UInt8]?

    /// Keys of the articles to whose requests the same body came as an answer.
    func articles(withPage digest: String, of source: String) throws -> Set<String>

    /// Writes a step in one transaction.
    /// - Parameters:
    ///   - file: names the rows; `nil` if there are none.
    ///   - rows: hands over the comments.
    func commit(
        _ step: CrawlStep, as file: ImportedFile?, rows: (any ObservationSink) throws -> Void
    ) throws -> ImportFigures
}

/// One crawl of a source: what a run does there, or several runs where the first was stopped.
public struct Crawl: Hashable, Sendable {
    public var id: Int64
    public var source: String
    /// Whether an earlier run began it.
    public var isResumed: Bool

    public init(id: Int64, source: String, isResumed: Bool) {
        self.id = id
        self.source = source
        self.isResumed = isResumed
    }
}

/// A visit to one article and its comments: done, under way or planned.
public struct CrawlVisit: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, CaseIterable {
        case waiting
        case underWay = "under_way"
        /// All that the source announced was read.
        case complete
        /// Some of it could not be read.
        case partial
        /// The article no longer exists.
        case gone
        /// The article is older than was asked for.
        case tooOld = "too_old"
        /// What was read cannot be this article's: it was not taken.
        case doubted
    }

    /// Number in the journal.
    public var id: Int64
    /// Key of the article within the source.
    public var article: String
    public var address: String
    /// 0 for the first visit of the article.
    public var number: Int
    /// Seconds since 1970, UTC.
    public var dueAt: Int64
    public var state: State
    /// When the article was first found; seconds since 1970, UTC.
    public var foundAt: Int64
    /// An article published before then is not wanted; seconds since 1970, UTC.
    public var oldest: Int64?
    public var facts: CrawledArticle
    public var completeness: Completeness
    /// Digest of the way in which its answers were read.
    public var mapping: String

    public init(
        id: Int64, article: String, address: String, number: Int, dueAt: Int64, state: State, foundAt: Int64,
        oldest: Int64? = nil,
        facts: CrawledArticle = CrawledArticle(), completeness: Completeness = Completeness(),
        mapping: String = ""
    ) {
        self.id = id
        self.article = article
        self.address = address
        self.number = number
        self.dueAt = dueAt
        self.state = state
        self.foundAt = foundAt
        self.oldest = oldest
        self.facts = facts
        self.completeness = completeness
        self.mapping = mapping
    }
}

/// What is known of an article beside its comments.
public struct CrawledArticle: Hashable, Sendable {
    public var title: String?
    public var outlet: String?
    /// As the page says it, and as seconds since 1970.
    public var publishedAt: String?
    public var publishedSeconds: Int64?

    public init(
        title: String? = nil, outlet: String? = nil, publishedAt: String? = nil,
        publishedSeconds: Int64? = nil
    ) {
        self.title = title
        self.outlet = outlet
        self.publishedAt = publishedAt
        self.publishedSeconds = publishedSeconds
    }
}

/// Whether all comments of an article were seen in a visit.
public struct Completeness: Hashable, Sendable {
    /// Comments that the source says there are; `nil` if it does not say.
    public var announced: Int?
    /// Different comments seen, removed ones and replies among them.
    public var seen = 0
    public var removed = 0
    public var replies = 0
    /// Comments that came and could not be taken.
    public var refused = 0
    /// Comments that came more than once.
    public var repeats = 0
    /// Pages of comments read.
    public var pages = 0
    /// The order in which the source was asked for them, such as `newest`.
    public var order: String?
    /// Lists that could not be read to their end, and why.
    public var problems: [String] = []

    public init() {}

    /// Comments announced that did not come, or came and could not be taken.
    public var missing: Int? { announced.map { max(0, $0 - seen) } }
    /// Comments that are known to lack.
    public var lacking: Int { max(missing ?? 0, refused) }
}

/// An answer to a request.
public struct CrawlFetch: Hashable, Sendable {
    /// The visit that asked; `nil` for lists and robots.txt.
    public var visit: Int64?
    /// The address asked for, without secrets.
    public var request: String
    /// When the answer came; seconds since 1970, UTC.
    public var at: Int64
    /// HTTP status; 0 if no answer came.
    public var status: Int
    public var contentType: String?
    public var etag: String?
    public var lastModified: String?
    /// SHA-256 of the body, 64 hex digits; `nil` if there is none to keep.
    public var page: String?

    public init(
        visit: Int64?, request: String, at: Int64, status: Int, contentType: String? = nil,
        etag: String? = nil,
        lastModified: String? = nil, page: String? = nil
    ) {
        self.visit = visit
        self.request = request
        self.at = at
        self.status = status
        self.contentType = contentType
        self.etag = etag
        self.lastModified = lastModified
        self.page = page
    }
}

/// The body of an answer to be kept.
public struct CrawlPage: Hashable, Sendable {
    /// SHA-256 of the body, 64 hex digits.
    public var digest: String
    /// Bytes of the body.
    public var size: Int
    /// The body, gzipped.
    public var gzip: [UInt8]

    public init(digest: String, size: Int, gzip: [UInt8]) {
        self.digest = digest
        self.size = size
        self.gzip = gzip
    }
}

/// What one or more answers change in the journal.
public struct CrawlStep: Sendable {
    public var crawl: Crawl
    public var pages: [CrawlPage] = []
    public var fetches: [CrawlFetch] = []
    /// Articles that were found: visits of number 0, added unless the article is known. Their id does not count.
    public var found: [CrawlVisit] = []
    /// Current state of visits, by their id.
    public var visits: [CrawlVisit] = []
    /// Future visits, added unless there is one of that article and number.
    public var planned: [CrawlVisit] = []
    /// Visits whose kept answers are read again: what they gave before is taken out first. By their ids.
    public var reread: [Int64] = []
    /// The run that works on it.
    public var run: String

    public init(crawl: Crawl, run: String) {
        self.crawl = crawl
        self.run = run
    }
}
