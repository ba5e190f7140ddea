internal import CommentParsing
internal import StageKit
internal import WebFetching
internal import WebFormats

extension VisitReader {
    /// Reads all pages of comments, each committed with its answer.
    func readComments(_ values: [String: String]) async throws {
        var walk = CommentWalk(site.source, values: values, replies: site.rules.followsReplies)
        var attempt = 1
        while let request = try walk.request() {
            let parent = walk.parent
            guard let answer = try await answer(to: request, &walk) else { continue }
            if answer.isGone, parent == nil, walk.report.pages == 0 { throw VisitEnd.gone }
            guard answer.isGood else {
                if !answer.isGone {
                    tokens.drop()
                    throw VisitEnd.later("comments: HTTP \(answer.status)")
                }
                walk.abandon("HTTP \(answer.status)")
                continue
            }
            let page: CommentPage
            do throws(AnswerError) {
                page = try site.source.page(answer.body, charset: answer.charset, parent: parent)
            } catch {
                // Kept answers make no more sense the second time: what follows them may.
                let isLast =
                    network == nil
                    ? stored[answer.fetch.request]?.isEmpty ?? true
                    : !answer.isStored && attempt == Self.mostReadings
                if !answer.isStored { attempt += 1 }
                if isLast {
                    guard network == nil || hadProblems else { throw VisitEnd.later("\(error)") }
                    walk.abandon("\(error)")
                    attempt = 1
                }
                continue
            }
            attempt = 1
            if parent == nil, walk.report.pages == 0 { try checkOwner(of: page, answer) }
            walk.receive(page)
            take(page, answer)
            note(walk)
            try await commit()
        }
        if visit.state == .underWay { note(walk) }
    }

    /// How often an answer that makes no sense is asked for again.
    private static let mostReadings = 3

    /// The answer to a request of the walk; `nil` where its list was given up.
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
        if answer.isStored, network != nil { return }
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
        visit.state = isComplete(visit.completeness) ? .complete : .partial
        end()
    }

    /// Comments come and go while they are read: one in a hundred may be missing. Replies that were not asked for may be too.
    private func isComplete(_ completeness: Completeness) -> Bool {
        guard completeness.problems.isEmpty else { return false }
        guard site.rules.followsReplies, let announced = completeness.announced,
            let missing = completeness.missing
        else { return true }
        return missing <= announced / 100
    }
}
