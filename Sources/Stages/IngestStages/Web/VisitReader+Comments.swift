internal import CommentParsing
internal import StageKit
internal import WebFetching
internal import WebFormats

extension VisitReader {
    /// Reads all pages of comments, each committed with its answer.
    func readComments(of article: ArticleReference, _ values: [String: String]) async throws {
        var walk = CommentWalk(site.source, values: values, replies: site.rules.followsReplies)
        var attempt = 1
        while let request = try walk.request(completing: restored) {
            let parent = walk.parent
            guard let answer = try await answer(to: request, &walk) else { continue }
            guard answer.isGood else {
                if try await mayGoOn(after: answer, of: article, &walk) { continue }
                tokens.drop()
                throw VisitEnd.later("comments: HTTP \(answer.status)")
            }
            var page: CommentPage
            do {
                page = try await read(answer, parent)
            } catch {
                // Kept answers make no more sense the second time: what follows them may.
                let isLast =
                    network == nil
                    ? stored[answer.fetch.request]?.isEmpty ?? true
                    : !answer.isStored && (attempt == Self.mostReadings || Self.isLasting(error))
                if !answer.isStored { attempt += 1 }
                if isLast {
                    // A service that changed is not abandoned: the way its answers are read can be fixed.
                    guard network == nil, !wasOpen else { throw VisitEnd.later("\(error)") }
                    walk.abandon("\(error)")
                    attempt = 1
                }
                continue
            }
            attempt = 1
            if parent == nil, walk.report.pages == 0 { try checkOwner(of: page, answer) }
            if case .cursor(let mark)? = page.next { page.next = .cursor(withSecrets(mark) { $0 }) }
            walk.receive(page)
            take(page, answer)
            note(walk)
            try await commit()
        }
        if visit.state == .underWay { note(walk) }
    }

    private func read(_ answer: CrawlAnswer, _ parent: String?) async throws -> CommentPage {
        if answer.isEmpty { return CommentPage() }
        let source = site.source
        return try await Deadline.within(site.rules.fetch.wholeTimeout) {
            try source.page(answer.body, charset: answer.charset, parent: parent)
        }
    }

    /// A link with its secrets put back, which return to the site that the source's description names and to no other.
    private func restored(_ link: String, to target: WebAddress, from home: WebAddress) throws -> String {
        let whole = withSecrets(link, Percent.encoded)
        let isAtHome = target.origin.utf8.elementsEqual(home.origin.utf8)
        guard isAtHome || whole.utf8.elementsEqual(link.utf8) else {
            throw FetchFailure.redirect(
                "\(home) links to \(target), another site, with a secret, which is not followed")
        }
        return whole
    }

    /// What an error means instead of comments.
    /// - Returns: whether there is more to be asked for; `false` if the error stays one.
    private func mayGoOn(
        after answer: CrawlAnswer, of article: ArticleReference, _ walk: inout CommentWalk
    ) async throws -> Bool {
        if walk.isBehindTheEnd(status: answer.status) {
            walk.endList()
            note(walk)
            return true
        }
        if answer.isGone, walk.parent == nil, walk.report.pages == 0 {
            try await lookAtPage(of: article)
            throw try end(forNone: answer.status)
        }
        if answer.isGone {
            walk.abandon("HTTP \(answer.status)")
            return true
        }
        // Some services answer only those who have the cookie that the article's page gives.
        guard answer.status == 401 || answer.status == 403, network != nil, !hasLookedForCookie else {
            return false
        }
        hasLookedForCookie = true
        return try await lookAtPage(of: article)
    }

    /// Looks in a row that find no list of comments before an article counts as gone.
    private static let mostLooks = 3

    /// Services answer 404 for an article without comments as they do for one that is gone.
    private func end(forNone status: Int) throws -> VisitEnd {
        let earlier = try journal.visits(ofArticle: visit.article, of: site.source.name)
            .filter { $0.number < visit.number && $0.state != .tooOld }
        let looks =
            1 + earlier.reversed().prefix { $0.state == .complete && $0.completeness.pages == 0 }.count
        if looks >= Self.mostLooks { return .gone }
        let had = earlier.contains { $0.completeness.seen > 0 } ? ", though it had some" : ""
        return .empty(
            "HTTP \(status) instead of its comments\(had); treated as no comments, and as gone after \(Self.mostLooks) looks"
        )
    }

    /// Whether the same answer is to be expected again: comments in another form are not an accident.
    private static func isLasting(_ error: any Error) -> Bool {
        if case .changed? = error as? AnswerError { true } else { false }
    }

    /// How often an answer that makes no sense is asked for again.
    private static let mostReadings = 3

    /// The answer to a request of the walk; `nil` if its list was given up.
    private func answer(to request: PlannedRequest, _ walk: inout CommentWalk) async throws -> CrawlAnswer? {
        do {
            return try await ask(request)
        } catch let failure as FetchFailure where hadProblems && !failure.isBlocking {
            walk.abandon("\(failure)")
        } catch VisitEnd.failed(let reason) where network == nil {
            walk.abandon(reason)
        }
        return nil
    }

    private func take(_ page: CommentPage, _ answer: CrawlAnswer) {
        tally.look(for: visit.article, in: page.comments.lazy.map(\.text))
        if answer.isStored, network != nil, wasReadBy == site.mapping || wasReadBy.isEmpty { return }
        if page.comments.isEmpty, page.refused.isEmpty { return }
        let fetch = answer.fetch
        part.name =
            network == nil
            ? "read again: \(visit.id) \(fetch.request) \(fetch.at) \(fetch.page ?? "")"
            : "\(fetch.request) \(visit.id) \(fetch.at) \(fetch.page ?? "")"
        part.rows.append(
            FetchedRows(
                article: visit.article, address: visit.address, facts: visit.facts, at: fetch.at,
                comments: page.comments, refused: page.refused))
    }

    /// A service that gives every article the same comments gives wrong ones.
    private func checkOwner(of page: CommentPage, _ answer: CrawlAnswer) throws {
        if page.comments.isEmpty { return }
        let keys = ContentDigest.of(page.comments.map(\.key).joined(separator: "\n"))
        var owner = tally.owner(ofComments: keys, claimedBy: visit.article)
        if owner == nil, network != nil, let digest = answer.fetch.page {
            owner = try journal.articles(withPage: digest, of: site.source.name).first { $0 != visit.article }
        }
        if let owner { throw VisitEnd.doubted("the same comments as article \(owner)") }
    }

    /// Keeps in the visit what the walk has seen, and how it ended once it has.
    private func note(_ walk: CommentWalk) {
        let report = walk.report
        visit.completeness.announced = report.announced
        visit.completeness.seen = report.comments
        visit.completeness.removed = report.removed
        visit.completeness.replies = report.replies
        visit.completeness.refused = report.refused
        visit.completeness.repeats = report.repeats
        visit.completeness.pages = report.pages
        visit.completeness.problems = report.problems
        guard walk.isFinished else { return }
        let isComplete = isComplete(visit.completeness)
        // Answers that are kept of a visit under way may be some of all: it is resumed, and not ended by them.
        if network == nil, wasOpen, !isComplete {
            part.visits = [visit]
            return
        }
        visit.state = isComplete ? .complete : .partial
        end()
    }

    /// Comments come and go while they are read: one in a hundred may be missing. Replies that were not asked for may be too.
    private func isComplete(_ completeness: Completeness) -> Bool {
        guard completeness.problems.isEmpty else { return false }
        let mayLackReplies = !site.rules.followsReplies && site.source.comments.replies != nil
        let lacking = mayLackReplies ? completeness.refused : completeness.lacking
        return lacking <= (completeness.announced ?? completeness.seen + completeness.refused) / 100
    }
}
