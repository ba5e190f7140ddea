internal import Synchronization

/// Running counts of a crawl, over all its visits.
final class CrawlTally: Sendable {
    private struct State {
        var requests = 0
        var problems: [String] = []
        var failedLists = 0
        var readLists = 0
        /// Visits that crawls before this one could not read either.
        var known: Set<Int64> = []
        /// Which article's first page of comments had these numbers.
        var owners: [String: String] = [:]
        var matchedCanaries: Set<String> = []
    }

    private let state = Mutex(State())
    /// Texts that articles must hold, by the articles' keys.
    private let canaries: [String: String]

    init(canaries: [String: String]) { self.canaries = canaries }

    func countRequest() { state.withLock { $0.requests += 1 } }

    /// Notes why something could not be read; the first hundred are kept.
    func note(_ problem: String, isList: Bool = false) {
        state.withLock { state in
            if isList { state.failedLists += 1 }
            if state.problems.count < 100 { state.problems.append(problem) }
        }
    }

    func countList() { state.withLock { $0.readLists += 1 } }

    /// Notes a visit that earlier crawls have reported.
    func noteKnown(_ visit: Int64) { state.withLock { _ = $0.known.insert(visit) } }

    /// Takes a first page of comments for an article's.
    /// - Returns: the other article that had the same before.
    func owner(ofComments keys: String, claimedBy article: String) -> String? {
        state.withLock { state in
            guard let owner = state.owners[keys] else {
                state.owners[keys] = article
                return nil
            }
            return owner.utf8.elementsEqual(article.utf8) ? nil : owner
        }
    }

    /// Looks for what an article is known to hold.
    func look(for article: String, in texts: some Sequence<String>) {
        guard let wanted = canaries[article] else { return }
        let needle = Array(wanted.utf8)
        guard texts.contains(where: { Array($0.utf8).firstRange(of: needle) != nil }) else { return }
        state.withLock { _ = $0.matchedCanaries.insert(article) }
    }

    var requests: Int { state.withLock { $0.requests } }
    var problems: [String] { state.withLock { $0.problems } }
    var failedLists: Int { state.withLock { $0.failedLists } }
    /// Lists that could be read.
    var readLists: Int { state.withLock { $0.readLists } }
    var known: Set<Int64> { state.withLock { $0.known } }

    /// Share of the articles with known content that had it; 1 where there are none.
    var canaryMatches: Double {
        if canaries.isEmpty { return 1 }
        return Double(state.withLock { $0.matchedCanaries.count }) / Double(canaries.count)
    }

    /// Articles with known content that did not have it, in the order of their keys.
    var silentCanaries: [String] {
        let matched = state.withLock { $0.matchedCanaries }
        return canaries.keys.filter { !matched.contains($0) }.sorted()
    }
}
