internal import StageKit
internal import VoteModel

/// What a crawl came to.
struct CrawlSummary {
    let visits: Int
    let incomplete: Int
    let failedLists: Int
    let problems: [String]
    let silentCanaries: [String]
    let figures: [String: JSONValue]

    /// Share of the visited articles that are not complete, 0 ... 1.
    var incompleteShare: Double { visits == 0 ? 0 : Double(incomplete) / Double(visits) }

    init(visits: [CrawlVisit], tally: CrawlTally, imported: ImportFigures) {
        func count(_ state: CrawlVisit.State) -> Int { visits.count { $0.state == state } }
        let lacking = visits.filter { [.partial, .underWay, .doubted, .waiting].contains($0.state) }
        // Articles that are gone or too old have no comments to be complete with.
        let asked = count(.complete) + lacking.count
        self.visits = visits.count
        incomplete = lacking.count
        failedLists = tally.failedLists
        silentCanaries = tally.silentCanaries
        problems =
            tally.problems
            + lacking.map { visit in
                let missing = visit.completeness.missing ?? 0
                let reasons =
                    visit.completeness.problems.isEmpty
                    ? ["\(missing) of \(visit.completeness.announced ?? 0) comments did not come"]
                    : visit.completeness.problems
                return "article \(visit.article): \(reasons.joined(separator: "; "))"
            }
        let seen = visits.reduce(0) { $0 + $1.completeness.seen + $1.completeness.refused }
        let refused = visits.reduce(0) { $0 + $1.completeness.refused }
        figures = [
            "articles_found": .integer(visits.count { $0.number == 0 }), "visits": .integer(visits.count),
            "complete_articles": .number(asked == 0 ? 1 : Double(count(.complete)) / Double(asked)),
            "partial_articles": .integer(count(.partial) + count(.underWay)),
            "gone_articles": .integer(count(.gone)), "identical_bodies": .integer(count(.doubted)),
            "canary_matches": .number(tally.canaryMatches), "requests": .integer(tally.requests),
            "comments_seen": .integer(seen), "quarantined": .integer(refused),
            "quarantined_share": .number(seen == 0 ? 0 : Double(refused) / Double(seen)),
            "new_comments": .integer(imported.newComments), "repeats": .integer(imported.repeats),
        ]
    }
}
