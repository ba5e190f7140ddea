package import VoteModel

/// What a crawl has fetched and which articles it still has to visit. All that a step changes is committed at once, together
/// with the comments that it brought, so that a killed crawl resumes where it was and requests nothing twice.
package protocol CrawlJournal: Sendable {
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

    /// Answers that visits of a source brought after one of them, in the order in which they came, with their visits and
    /// bodies.
    /// - Parameters:
    ///   - fetch: number of the last answer that is known; 0 for none.
    ///   - most: most answers.
    func answers(of source: String, after fetch: Int64, most: Int) throws -> CrawlAnswers

    /// Takes over answers that another journal has, in one transaction, each once. Visits with new answers count as not
    /// read.
    /// - Returns: how many were new.
    func takeOver(_ answers: CrawlAnswers, in crawl: Crawl) throws -> Int

    /// Writes a step in one transaction.
    /// - Parameters:
    ///   - file: names the rows; `nil` if there are none.
    ///   - rows: hands over the comments.
    func commit(
        _ step: CrawlStep, as file: ImportedFile?, rows: (any ObservationSink) throws -> Void
    ) throws -> ImportFigures
}

/// One crawl of a source: what a run does there, or several runs where the first was stopped.
package struct Crawl: Hashable, Sendable {
    package var id: Int64
    package var source: String
    /// Whether an earlier run began it.
    package var isResumed: Bool

    package init(id: Int64, source: String, isResumed: Bool) {
        self.id = id
        self.source = source
        self.isResumed = isResumed
    }
}

/// A visit to one article and its comments: done, under way or planned.
package struct CrawlVisit: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
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
    package var id: Int64
    /// Key of the article within the source.
    package var article: String
    package var address: String
    /// 0 for the first visit of the article.
    package var number: Int
    /// Seconds since 1970, UTC.
    package var dueAt: Int64
    package var state: State
    /// When the article was first found; seconds since 1970, UTC.
    package var foundAt: Int64
    /// An article published before then is not wanted; seconds since 1970, UTC.
    package var oldest: Int64?
    package var facts: CrawledArticle
    package var completeness: Completeness
    /// Digest of the way in which its answers were read.
    package var mapping: String

    package init(
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
package struct CrawledArticle: Hashable, Sendable {
    package var title: String?
    package var outlet: String?
    /// As the page says it, and as seconds since 1970.
    package var publishedAt: String?
    package var publishedSeconds: Int64?

    package init(
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
package struct Completeness: Hashable, Sendable {
    /// Comments that the source says there are; `nil` if it does not say.
    package var announced: Int?
    /// Different comments seen, removed ones and replies among them.
    package var seen = 0
    package var removed = 0
    package var replies = 0
    /// Comments that came and could not be taken.
    package var refused = 0
    /// Comments that came more than once.
    package var repeats = 0
    /// Pages of comments read.
    package var pages = 0
    /// The order in which the source was asked for them, such as `newest`.
    package var order: String?
    /// Lists that could not be read to their end, and why.
    package var problems: [String] = []

    package init() {}

    /// Comments announced that did not come, or came and could not be taken.
    package var missing: Int? { announced.map { max(0, $0 - seen) } }
    /// Comments that are known to lack.
    package var lacking: Int { max(missing ?? 0, refused) }
}

/// An answer to a request.
package struct CrawlFetch: Hashable, Sendable {
    /// The visit that asked; `nil` for lists and robots.txt.
    package var visit: Int64?
    /// The address asked for, without secrets.
    package var request: String
    /// When the answer came; seconds since 1970, UTC.
    package var at: Int64
    /// HTTP status; 0 if no answer came.
    package var status: Int
    package var contentType: String?
    package var etag: String?
    package var lastModified: String?
    /// SHA-256 of the body, 64 hex digits; `nil` if there is none to keep.
    package var page: String?

    package init(
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
package struct CrawlPage: Hashable, Sendable {
    /// SHA-256 of the body, 64 hex digits.
    package var digest: String
    /// Bytes of the body.
    package var size: Int
    /// The body, gzipped.
    package var gzip: [UInt8]

    package init(digest: String, size: Int, gzip: [UInt8]) {
        self.digest = digest
        self.size = size
        self.gzip = gzip
    }
}

/// Some answers of a journal, to be handed to another.
package struct CrawlAnswers: Hashable, Sendable {
    package var visits: [CrawlVisit] = []
    /// With the ids that visits have in ``visits``.
    package var fetches: [CrawlFetch] = []
    package var pages: [CrawlPage] = []
    /// Number of the last of them in their journal.
    package var last: Int64 = 0

    package init() {}
}

/// What one or more answers change in the journal.
package struct CrawlStep: Sendable {
    package var crawl: Crawl
    package var pages: [CrawlPage] = []
    package var fetches: [CrawlFetch] = []
    /// Articles that were found: visits of number 0, added unless the article is known. Their id does not count.
    package var found: [CrawlVisit] = []
    /// Current state of visits, by their id.
    package var visits: [CrawlVisit] = []
    /// Future visits, added unless there is one of that article and number.
    package var planned: [CrawlVisit] = []
    /// Visits whose kept answers are read again: what they gave before is taken out first. By their ids.
    package var reread: [Int64] = []
    /// The run that works on it.
    package var run: String

    package init(crawl: Crawl, run: String) {
        self.crawl = crawl
        self.run = run
    }
}
