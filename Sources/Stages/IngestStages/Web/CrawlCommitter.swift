internal import Dispatch
internal import StageKit
internal import Synchronization
internal import VoteModel

/// Writes what visits and lists bring, on its own thread. What comes while it writes is written together next, so that
/// quick answers share a transaction and slow ones never wait.
final class CrawlCommitter: Sendable {
    private struct Waiting: Sendable {
        let part: CrawlPart
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isWriting = false
        var figures = ImportFigures()
    }

    /// Parts that share a transaction at most, for its memory.
    private static let most = 64
    private let site: CrawledSite
    private let crawl: Crawl
    private let journal: any CrawlJournal
    private let queue = DispatchQueue(label: "splitvote.crawl")
    private let state = Mutex(State())

    init(site: CrawledSite, crawl: Crawl, journal: any CrawlJournal) {
        self.site = site
        self.crawl = crawl
        self.journal = journal
    }

    /// What came of the comments so far.
    var figures: ImportFigures { state.withLock { $0.figures } }

    /// Returns once the part is committed.
    func commit(_ part: CrawlPart) async throws {
        if part.isEmpty { return }
        try await withCheckedThrowingContinuation { continuation in
            let mustStart = state.withLock { state in
                state.waiting.append(Waiting(part: part, continuation: continuation))
                defer { state.isWriting = true }
                return !state.isWriting
            }
            if mustStart { queue.async { self.write() } }
        }
    }

    private func write() {
        while let batch = next() {
            let result = Result { try commit(batch.map(\.part)) }
            for waiting in batch { waiting.continuation.resume(with: result) }
        }
    }

    private func next() -> [Waiting]? {
        state.withLock { state in
            if state.waiting.isEmpty {
                state.isWriting = false
                return nil
            }
            let batch = Array(state.waiting.prefix(Self.most))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    private func commit(_ parts: [CrawlPart]) throws {
        var step = CrawlStep(crawl: crawl, run: site.run)
        for part in parts {
            step.pages += part.pages
            step.fetches += part.fetches
            step.found += part.found
            step.visits += part.visits
            step.planned += part.planned
            step.reread += part.reread
        }
        let rows = parts.flatMap(\.rows)
        let names = parts.filter { !$0.rows.isEmpty }.map(\.name)
        let file = ImportedFile(
            source: crawl.source, name: names.count == 1 ? names[0] : "crawl \(crawl.id)",
            digest: ContentDigest.of(names.joined(separator: "\n")), mapping: site.mapping, run: site.run)
        let figures = try journal.commit(step, as: rows.isEmpty ? nil : file) { sink in
            var feeder = CommentRowFeeder(authorSalt: site.authorSalt, source: site.source)
            for rows in rows { try feeder.feed(rows, to: sink) }
        }
        state.withLock { $0.figures = $0.figures + figures }
    }
}
