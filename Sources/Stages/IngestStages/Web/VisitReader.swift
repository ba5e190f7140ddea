internal import CommentParsing
internal import StageKit
internal import WebFetching
internal import WebFormats

/// Why a visit ends before all of its comments are read.
enum VisitEnd: Error {
    case gone
    case tooOld
    /// Apparently there are no comments: the reason in words.
    case empty(String)
    /// What came is another article's.
    case doubted(String)
    /// For a reason that may pass: the next run continues from here.
    case later(String)
    /// For a reason that will stay.
    case failed(String)
}

/// Makes one visit: the article's page, what its requests need, then all pages of its comments.
///
/// Answers that the journal has from an earlier, stopped run come from there and lead to the same place again, so that the
/// answers themselves are all that has to be kept of where a visit is.
final class VisitReader {
    let site: CrawledSite
    let journal: any CrawlJournal
    /// `nil`: kept answers only, whose comments are taken again.
    let network: CrawlNetwork?
    let committer: CrawlCommitter
    let tally: CrawlTally
    let tokens: TokenCache
    var visit: CrawlVisit
    /// Kept answers that were not used yet, by request.
    var stored: [String: [CrawlFetch]] = [:]
    /// What the next commit is to hold.
    var part = CrawlPart()
    /// Values that may not be written down, by name.
    var secrets: [String: String] = [:]
    /// The article's page, for requests that need it again.
    var articlePage: CrawlAnswer?
    /// Whether the article's page was fetched for the sake of a cookie.
    var hasLookedForCookie = false
    /// When the last answer came; seconds since 1970, UTC.
    private var lastAnswer: Int64
    let hadProblems: Bool
    /// Earlier crawls that could not read this visit.
    let triedBefore: Int
    /// Whether the visit was begun and not ended.
    let wasOpen: Bool
    /// Digest of the way in which kept answers were read before.
    let wasReadBy: String

    init(
        visit: CrawlVisit, site: CrawledSite, journal: any CrawlJournal, network: CrawlNetwork?,
        committer: CrawlCommitter,
        tally: CrawlTally, tokens: TokenCache, crawl: Crawl
    ) throws {
        self.visit = visit
        self.site = site
        self.journal = journal
        self.network = network
        self.committer = committer
        self.tally = tally
        self.tokens = tokens
        lastAnswer = visit.dueAt
        wasOpen = visit.state == .underWay
        wasReadBy = visit.mapping
        let isTriedAgain = network != nil && wasOpen && !visit.completeness.problems.isEmpty
        triedBefore = isTriedAgain ? try journal.triedCrawls(of: visit, before: crawl) : 0
        if triedBefore > 0 { tally.noteKnown(visit.id) }
        hadProblems = network != nil && !visit.completeness.problems.isEmpty
        if visit.state != .waiting {
            stored = Dictionary(grouping: try journal.fetches(of: visit), by: \.request)
        }
        if network == nil { part.reread = [visit.id] }
    }

    /// - Returns: the visit as it is afterward.
    func read() async throws -> CrawlVisit {
        visit.state = .underWay
        visit.mapping = site.mapping
        visit.completeness = Completeness()
        visit.completeness.order = site.source.comments.order
        do {
            guard let address = try? WebAddress(visit.address),
                let article = site.source.articles.article(at: address)
            else { throw VisitEnd.failed("\(visit.address) is not the address of an article of this source") }
            try await readPage(of: article)
            try await readComments(of: article, try await prepare(article))
        } catch let end as VisitEnd {
            conclude(end)
        } catch let failure as FetchFailure {
            conclude(hadProblems && !failure.isBlocking ? .failed("\(failure)") : .later("\(failure)"))
        } catch let missing as MissingValue {
            conclude(.failed("\(missing)"))
        } catch let error as WebAddressError {
            conclude(.failed("\(error)"))
        }
        try await commit()
        return visit
    }

    /// Commits what is there to be committed.
    func commit() async throws {
        guard !part.isEmpty || visit.state != .underWay else { return }
        part.visits = [visit]
        defer { part = CrawlPart() }
        try await committer.commit(part)
    }

    // MARK: - The article

    private func readPage(of article: ArticleReference) async throws {
        guard visit.number == 0 || visit.facts.title == nil else { return }
        try await lookAtPage(of: article)
    }

    /// Fetches the article's page, if that is wanted and was not done yet.
    /// - Returns: whether it was fetched just now.
    @discardableResult func lookAtPage(of article: ArticleReference) async throws -> Bool {
        guard site.rules.readsArticlePages, articlePage == nil else { return false }
        let answer = try await ask(PlannedRequest(address: article.address, headers: []))
        if answer.isGone { throw VisitEnd.gone }
        guard answer.isGood else { throw VisitEnd.later("the article's page: HTTP \(answer.status)") }
        articlePage = answer
        do {
            let (articles, limit) = (site.source.articles, site.rules.fetch.wholeTimeout)
            let facts = try await Deadline.within(limit) {
                try articles.facts(answer.body, charset: answer.charset)
            }
            visit.facts.title = facts.title ?? visit.facts.title
            visit.facts.outlet = facts.outlet ?? visit.facts.outlet
            if let seconds = facts.publishedSeconds {
                visit.facts.publishedAt = facts.publishedAt
                visit.facts.publishedSeconds = seconds
            }
        } catch {
            // The comments do not need it.
            tally.note("article \(visit.article): its page cannot be read: \(error)")
        }
        tally.look(for: visit.article, in: [visit.facts.title ?? ""])
        if let oldest = visit.oldest, let published = visit.facts.publishedSeconds, published < oldest {
            throw VisitEnd.tooOld
        }
        return true
    }

    // MARK: - The end

    private func conclude(_ end: VisitEnd) {
        let mask = tokens.mask
        switch end {
        case .gone: visit.state = .gone
        case .tooOld: visit.state = .tooOld
        case .empty(let reason):
            visit.state = .complete
            visit.completeness.problems.append(reason)
        case .doubted(let reason):
            visit.state = .doubted
            visit.completeness.problems.append(reason)
        case .failed(let reason):
            visit.completeness.problems.append(mask.masked(reason))
            if network == nil, wasOpen { return stayOpen() }
            visit.state = .partial
        case .later(let reason):
            visit.completeness.problems.append(mask.masked(reason))
            let nights = triedBefore + 1
            guard network != nil, nights >= site.rules.giveUp else { return stayOpen() }
            visit.state = .partial
            visit.completeness.problems.append("given up after \(nights) crawls")
        }
        self.end()
    }

    private func stayOpen() { part.visits = [visit] }

    /// The visit is over; the next one is planned.
    func end() {
        visit.mapping = site.mapping
        let isOver = [.complete, .partial, .doubted].contains(visit.state)
        guard network != nil || wasOpen, isOver else { return }
        let base = visit.facts.publishedSeconds ?? visit.foundAt
        guard let due = site.rules.revisit.next(after: lastAnswer, base: base) else { return }
        var next = visit
        next.number += 1
        next.dueAt = due
        next.state = .waiting
        next.oldest = nil
        next.mapping = ""
        next.completeness = Completeness()
        next.completeness.order = visit.completeness.order
        part.planned.append(next)
    }

    /// Remembers an answer for the next commit.
    func keep(_ answer: CrawlAnswer) {
        lastAnswer = max(lastAnswer, answer.fetch.at)
        if answer.isStored { return }
        part.fetches.append(answer.fetch)
        if let page = answer.page { part.pages.append(page) }
    }
}
