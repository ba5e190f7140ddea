internal import CommentParsing
internal import Foundation
internal import StageKit
internal import VoteModel
internal import WebFetching
internal import WebFormats

/// One crawl: finds articles, visits those that are due, and says how complete that was.
struct Crawler: Sendable {
    let site: CrawledSite
    let journal: any CrawlJournal
    let context: StageContext

    func run() async throws -> StageResult {
        // A run as of a moment reads the past, and makes no requests.
        if context.run.asOf != nil { return try result(nil) }
        let crawl = try journal.beginCrawl(of: site.source.name, run: site.run, at: CrawlClock.now)
        if crawl.isResumed {
            context.progress.log("resuming a crawl that was stopped", ["crawl": "\(crawl.id)"])
        }
        let canaries = try canaries()
        let tally = CrawlTally(canaries: canaries.reduce(into: [:]) { $0[$1.article.key] = $1.text })
        let committer = CrawlCommitter(site: site, crawl: crawl, journal: journal)
        let work = CrawlWork(
            site: site, crawl: crawl, journal: journal, committer: committer, tally: tally, context: context)
        if site.spool != nil || isRereading {
            if let spool = site.spool { try takeOver(spool, crawl) }
            let before = try shownComments()
            try await stoppable { try await work.readAgain() }
            // Those that this reading brought make up for none of those that it no longer has.
            let gone = before + committer.figures.newComments - (try shownComments())
            if gone > 0 {
                context.progress.warn(
                    "\(gone) \(gone == 1 ? "comment" : "comments") of the earlier reading of the kept answers "
                        + "\(gone == 1 ? "is" : "are") no longer shown")
            }
        } else {
            try await online(work, canaries)
        }
        try journal.endCrawl(crawl, at: CrawlClock.now)
        let summary = try CrawlSummary(
            visits: journal.visits(in: crawl), tally: tally, imported: committer.figures,
            recent: journal.articleCounts(of: site.source.name, since: CrawlClock.now - CrawlSummary.window),
            ever: journal.commentCounts(of: site.source.name))
        if site.spool != nil {
            for problem in summary.problems.prefix(10) { context.progress.warn(problem) }
        } else if !isRereading {
            try judge(summary)
        }
        return try result(summary)
    }

    /// Takes the answers of a spool's batches into the journal.
    private func takeOver(_ spool: String, _ crawl: Crawl) throws {
        try SpoolFolder(path: AbsolutePath.of(spool, in: context.baseFolder)).warnOfHalfWritten(context)
        let spooled = try SpooledBatches(
            context.files["spool"] ?? [],
            SpooledBatches.Expectation(
                content: .answers, source: site.source.name, mapping: "", salt: nil, known: []))
        if let sentence = spooled.sentenceOnShares { context.progress.warn(sentence) }
        var (new, taken, bytes) = (0, 0, Int64(0))
        for batch in spooled.batches {
            try context.checkpoint()
            context.progress.report(taken, of: spooled.batches.count, unit: "batches")
            new += try journal.takeOver(AnswerBatch.read(batch, context), in: crawl)
            taken += 1
            bytes += batch.size
        }
        context.progress.log(
            "batches of the spool",
            ["batches": "\(taken)", "new answers": "\(new)", "bytes": "\(bytes)", "spool": spool])
    }

    /// Whether kept answers are read again, without requests.
    private var isRereading: Bool {
        context.run.offline || context.run.refreshed.contains(context.stageName)
    }

    private func shownComments() throws -> Int {
        try context.ledger.size(of: context.ledger.cut(of: [site.source.name], asOf: nil)).comments
    }

    private func online(_ work: CrawlWork, _ canaries: [Canary]) async throws {
        let robots = RobotsStore(crawl: work.crawl, journal: journal, committer: work.committer)
        let fetcher = WebFetcher(
            rules: site.rules.fetch, environment: ProcessInfo.processInfo.environment,
            recallRobots: { robots.recall($0) }, keepRobots: { await robots.keep($0, $1) })
        let network = CrawlNetwork(fetcher: fetcher, tally: work.tally)
        do {
            try await stoppable {
                try await Discovery(work: work, network: network).run()
                try await work.plan(canaries, now: CrawlClock.now)
                try await work.visitDue(by: CrawlClock.now, network)
            }
        } catch {
            await fetcher.close()
            throw error
        }
        await fetcher.close()
    }

    /// Ends the work at once when the run is asked to stop.
    private func stoppable(_ body: @escaping @Sendable () async throws -> Void) async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    while !Task.isCancelled {
                        try context.checkpoint()
                        try await Task.sleep(for: .milliseconds(100))
                    }
                }
                try await group.next()
                group.cancelAll()
            }
        } catch is CancellationError {
            throw StageInterrupted()
        }
    }

    private func canaries() throws -> [Canary] {
        try site.rules.canaries.compactMap { canary in
            guard let address = try? WebAddress(canary.address),
                let article = site.source.articles.article(at: address)
            else {
                throw StageError(
                    "the canary \(canary.address) is not the address of an article of '\(site.source.name)'",
                    hint: "it has one of these forms: "
                        + site.source.articles.patterns.map(\.text).joined(separator: ", "))
            }
            return site.share.contains(article.key) ? Canary(article: article, text: canary.text) : nil
        }
    }

    /// - Throws: ``StageError`` where too much is missing.
    private func judge(_ summary: CrawlSummary) throws {
        for article in summary.silentCanaries {
            context.progress.warn(
                "article \(article) does not hold what it is known to hold: has the site changed?")
        }
        for doubt in summary.doubts { context.progress.warn(doubt) }
        let rules = site.rules
        let listsFail =
            summary.failedLists > 0
            && !(rules.listsOnlyWarn ?? (summary.failedListShare <= rules.allowIncomplete))
        guard listsFail || summary.incompleteShare > rules.allowIncomplete else {
            for problem in summary.problems.prefix(10) { context.progress.warn(problem) }
            return
        }
        var parts: [String] = []
        if summary.failedLists > 0 {
            parts.append("\(summary.failedLists) \(summary.failedLists == 1 ? "list" : "lists") of articles")
        }
        if summary.incomplete > 0 { parts.append("\(summary.incomplete) of \(summary.visits) articles") }
        let reasons = summary.problems.prefix(5).map { "\n  \($0)" }.joined()
        let more = summary.problems.count > 5 ? "\n  and \(summary.problems.count - 5) more" : ""
        throw StageError(
            "'\(site.source.name)' could not be read in full: \(parts.joined(separator: " and ")):\(reasons)\(more)",
            hint:
                summary.hasOtherForm
                ? "the service answers in another way than '\(site.source.name)' is described; the answers are kept: fix the source file, then run with --offline"
                : "what was fetched is kept and the next run continues from there; 'allow_incomplete' says how much may be missing",
            sourceIncomplete: true)
    }

    private func result(_ summary: CrawlSummary?) throws -> StageResult {
        let cut = try context.ledger.cut(of: [site.source.name], asOf: nil)
        let size = try context.ledger.size(of: cut)
        let file = try FileWriter(path: context.outputFolder + "/ledger.json")
        let text = JSONValue.object(["sources": [.string(site.source.name)], "ledger": .string(cut.digest)])
            .prettyText
        try file.write(text)
        try file.finish()
        let zone = site.source.articles.zoneSeconds
        var figures = summary?.figures ?? CrawlFigures()
        figures.observations = size.observations
        figures.comments = size.comments
        figures.articles = size.articles
        figures.waiting = try journal.openVisitCount(of: site.source.name)
        figures.freshness = try Freshness.hours(of: cut, context)
        return StageResult(
            outputs: [
                StageOutput(
                    port: "comments", path: "ledger.json",
                    contentDigest: zone == 0 ? nil : ContentDigest.of(text + "time_zone \(zone)"),
                    locator: [
                        "sources": [.string(site.source.name)], "position": .integer(Int(cut.position)),
                        "ledger": .string(cut.digest),
                        "revision": cut.revision.map(JSONValue.string) ?? .null,
                        // What 'settle' reads times of writing by that name no offset.
                        "time_zones": zone == 0 ? [:] : [site.source.name: .integer(Int(zone))],
                    ])
            ], figures: figures.json)
    }
}
