internal import CommentParsing
internal import StageKit
internal import WebFormats

/// The visits of a crawl, several at once.
struct CrawlWork: Sendable {
    let site: CrawledSite
    let crawl: Crawl
    let journal: any CrawlJournal
    let committer: CrawlCommitter
    let tally: CrawlTally
    let context: StageContext
    private let tokens = TokenCache()

    init(
        site: CrawledSite, crawl: Crawl, journal: any CrawlJournal, committer: CrawlCommitter,
        tally: CrawlTally,
        context: StageContext
    ) {
        self.site = site
        self.crawl = crawl
        self.journal = journal
        self.committer = committer
        self.tally = tally
        self.context = context
    }

    /// Articles with known content are looked at in every crawl.
    func plan(_ canaries: [Canary], now: Int64) async throws {
        let done = try Set(journal.visits(in: crawl).map(\.article))
        var part = CrawlPart()
        for canary in canaries where !done.contains(canary.article.key) {
            let article = canary.article
            let last = try journal.lastVisit(ofArticle: article.key, of: site.source.name)
            if let last, last.state == .waiting || last.state == .underWay, last.dueAt <= now { continue }
            var visit = CrawlVisit(
                id: 0, article: article.key, address: article.address.description,
                number: (last?.number ?? -1) + 1,
                dueAt: now, state: .waiting, foundAt: last?.foundAt ?? now)
            if let last { visit.facts = last.facts }
            part.planned.append(visit)
        }
        try await committer.commit(part)
    }

    func visitDue(by moment: Int64, _ network: CrawlNetwork) async throws {
        let visits = try journal.openVisits(of: site.source.name, dueBy: moment)
        let done = try journal.visits(in: crawl).count { $0.state != .underWay }
        try await makeVisits(Self.byTurns(visits), network, done: done)
    }

    /// Takes the comments of all kept answers that were last read in another way.
    func readAgain() async throws {
        let mapping = context.run.refreshed.contains(context.stageName) ? "" : site.mapping
        let lost = try journal.unreadableVisits(of: site.source.name, notReadBy: mapping)
        if lost > 0 {
            context.progress.warn(
                "\(lost) \(lost == 1 ? "visit" : "visits") of '\(site.source.name)' cannot be read again, since answers "
                    + "of theirs were given up (store.keep): what they gave stays as it was read"
            )
        }
        let visits = try journal.visits(of: site.source.name, notReadBy: mapping)
        try await makeVisits(visits, nil, done: 0)
    }

    private func makeVisits(_ visits: [CrawlVisit], _ network: CrawlNetwork?, done: Int) async throws {
        let total = done + visits.count
        var finished = done
        context.progress.report(finished, of: total, unit: "articles")
        // What was read later is written later: kept answers are taken one after the other.
        let width = network == nil ? 1 : site.rules.atOnce
        try await withThrowingTaskGroup(of: CrawlVisit.self) { group in
            var rest = visits[...]
            for _ in 0..<width {
                guard let visit = rest.popFirst() else { break }
                group.addTask { try await make(visit, network) }
            }
            while try await group.next() != nil {
                finished += 1
                context.progress.report(finished, of: total, unit: "articles")
                guard let visit = rest.popFirst() else { continue }
                group.addTask { try await make(visit, network) }
            }
        }
    }

    private func make(_ visit: CrawlVisit, _ network: CrawlNetwork?) async throws -> CrawlVisit {
        try await VisitReader(
            visit: visit, site: site, journal: journal, network: network, committer: committer, tally: tally,
            tokens: tokens, crawl: crawl
        ).read()
    }

    /// Visits in their order, but those of different hosts by turns, so that hosts are kept busy side by side.
    private static func byTurns(_ visits: [CrawlVisit]) -> [CrawlVisit] {
        var turns: [String: Int] = [:]
        let numbered = visits.enumerated().map { index, visit in
            let host = (try? WebAddress(visit.address))?.origin ?? ""
            let turn = turns[host, default: 0]
            turns[host] = turn + 1
            return (turn: turn, index: index, visit: visit)
        }
        return numbered.sorted { ($0.turn, $0.index) < ($1.turn, $1.index) }.map(\.visit)
    }
}
