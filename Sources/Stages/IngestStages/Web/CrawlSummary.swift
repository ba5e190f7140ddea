internal import StageKit
internal import VoteModel

/// The outcome of a crawl.
struct CrawlSummary {
    let visits: Int
    let incomplete: Int
    let failedLists: Int
    let problems: [String]
    let silentCanaries: [String]
    /// What looks as if the site had changed, in words.
    let doubts: [String]
    /// All but what the store holds.
    let figures: CrawlFigures

    /// Share of the lists of articles that could not be read, 0 ... 1.
    let failedListShare: Double
    /// Share of the articles that are not complete, 0 ... 1: of those that were visited for the first time since something
    /// was wrong with them, or of all of the window, where that is more. An article that earlier crawls have reported says
    /// nothing of this one, but it still counts among all.
    let incompleteShare: Double

    /// Seconds of the window in which articles are wanted.
    static let window: Int64 = 7 * 86_400

    /// - Parameters:
    ///   - recent: articles of the window, and how many of them are not complete.
    ///   - ever: comments that visits of this and earlier crawls have met, and how many of them could not be read.
    init(
        visits: [CrawlVisit], tally: CrawlTally, imported: ImportFigures,
        recent: (articles: Int, incomplete: Int), ever: (comments: Int, refused: Int)
    ) {
        func count(_ state: CrawlVisit.State) -> Int { visits.count { $0.state == state } }
        let lacking = visits.filter { [.partial, .underWay, .doubted, .waiting].contains($0.state) }
        // Articles that are gone or too old have no comments to be complete with.
        let asked = count(.complete) + lacking.count
        self.visits = visits.count
        incomplete = lacking.count
        failedLists = tally.failedLists
        let lists = tally.failedLists + tally.readLists
        failedListShare = lists == 0 ? 0 : Double(tally.failedLists) / Double(lists)
        let known = lacking.count { tally.known.contains($0.id) }
        let fresh = visits.count { !tally.known.contains($0.id) }
        let freshShare = fresh == 0 ? 0 : Double(lacking.count - known) / Double(fresh)
        let share = recent.articles == 0 ? 0 : Double(recent.incomplete) / Double(recent.articles)
        incompleteShare = known == 0 ? freshShare : max(freshShare, share)
        silentCanaries = tally.silentCanaries
        doubts = Self.doubts(visits)
        problems =
            tally.problems
            + lacking.map { visit in
                let reasons =
                    visit.completeness.problems.isEmpty
                    ? [Self.lack(visit.completeness)]
                    : visit.completeness.problems
                return "article \(visit.article): \(reasons.joined(separator: "; "))"
            }
        let seen = visits.reduce(0) { $0 + $1.completeness.seen + $1.completeness.refused }
        let refused = visits.reduce(0) { $0 + $1.completeness.refused }
        figures = CrawlFigures(
            articlesFound: visits.count { $0.number == 0 }, visits: visits.count,
            completeArticles: asked == 0 ? 1 : Double(count(.complete)) / Double(asked),
            partialArticles: count(.partial) + count(.underWay), goneArticles: count(.gone),
            identicalBodies: count(.doubted), canaryMatches: tally.canaryMatches, requests: tally.requests,
            commentsSeen: seen, quarantined: refused,
            quarantinedShare: seen == 0 ? 0 : Double(refused) / Double(seen),
            quarantinedShareEver: ever.comments == 0 ? 0 : Double(ever.refused) / Double(ever.comments),
            newComments: imported.newComments, repeats: imported.repeats)
    }

    /// Whether an answer had another form than the source describes.
    var hasOtherForm: Bool { problems.contains { $0.contains("another form than the source describes") } }

    /// Fewest visits that can look alike by more than chance.
    private static let few = 5

    private static func doubts(_ visits: [CrawlVisit]) -> [String] {
        let ended = visits.filter { [.complete, .partial, .gone].contains($0.state) }
        guard ended.count >= few else { return [] }
        if ended.allSatisfy({ $0.state == .gone }) {
            return [
                "all \(ended.count) articles that were visited are gone: look whether the site has changed"
            ]
        }
        if ended.allSatisfy({ $0.completeness.seen + $0.completeness.refused == 0 }) {
            return [
                "none of the \(ended.count) articles that were visited has a comment: look whether the service has changed"
            ]
        }
        return []
    }

    private static func lack(_ completeness: Completeness) -> String {
        let refused = completeness.refused
        let all = completeness.announced ?? completeness.seen + refused
        let cannot = refused > 0 ? " or could not be taken (\(refused), see the quarantine)" : ""
        return "\(completeness.lacking) of \(all) comments did not come\(cannot)"
    }
}
