import Foundation
import RunStore
import StageKit
import Testing
import VoteModel

/// The journal of crawls on its own.
struct CrawlJournalTests {
    private struct Halt: Error {}

    private func visit(_ article: String, due: Int64 = 10) -> CrawlVisit {
        CrawlVisit(
            id: 0, article: article, address: "https://e.com/\(article)", number: 0, dueAt: due,
            state: .waiting,
            foundAt: 10)
    }

    private func file(_ digest: String) -> ImportedFile {
        ImportedFile(source: "site", name: "crawl", digest: digest, mapping: "m", run: "r1")
    }

    private func append(_ key: String, to sink: any ObservationSink) throws {
        var bytes = Array("\(key)|7|text".utf8)
        let (keyEnd, articleEnd) = (key.utf8.count, key.utf8.count + 2)
        try bytes.withUnsafeMutableBytes { bytes in
            let all = UnsafeRawBufferPointer(bytes)
            try sink.append(
                ObservedComment(
                    key: .init(rebasing: all[..<keyEnd]),
                    article: .init(rebasing: all[(keyEnd + 1)..<articleEnd]),
                    text: .init(rebasing: all[(articleEnd + 1)...]), observedAt: 20, up: 1, down: 2))
        }
    }

    @Test func aCrawlThatWasNotEndedContinues() throws {
        let store = try TemporaryStore()
        try store.begin(run: "r1")
        let journal = store.store.crawl
        let first = try journal.beginCrawl(of: "site", run: "r1", at: 10)
        #expect(!first.isResumed)
        let again = try journal.beginCrawl(of: "site", run: "r1", at: 11)
        #expect(again.id == first.id && again.isResumed)
        #expect(try journal.beginCrawl(of: "other", run: "r1", at: 11).id != first.id)
        try journal.endCrawl(first, at: 12)
        #expect(try !journal.beginCrawl(of: "site", run: "r1", at: 13).isResumed)
    }

    @Test func articlesAreRecordedOnceAndVisitedWhenTheyAreDue() throws {
        let store = try TemporaryStore()
        try store.begin(run: "r1")
        let journal = store.store.crawl
        var step = CrawlStep(crawl: try journal.beginCrawl(of: "site", run: "r1", at: 10), run: "r1")
        step.found = [visit("7"), visit("8", due: 30), visit("7")]
        _ = try journal.commit(step, as: nil) { _ in }
        _ = try journal.commit(step, as: nil) { _ in }
        #expect(try journal.openVisits(of: "site", dueBy: 20).map(\.article) == ["7"])
        #expect(try journal.openVisits(of: "site", dueBy: 30).map(\.article) == ["7", "8"])
        #expect(try journal.openVisits(of: "other", dueBy: 30).isEmpty)
        var done = try #require(try journal.openVisits(of: "site", dueBy: 20).first)
        done.state = .complete
        done.completeness.announced = 3
        done.completeness.seen = 2
        done.completeness.problems = ["a \"quoted\" reason"]
        var next = done
        (next.number, next.dueAt, next.state) = (1, 40, .waiting)
        step.found = []
        step.visits = [done]
        step.planned = [next, next]
        _ = try journal.commit(step, as: nil) { _ in }
        #expect(try journal.openVisits(of: "site", dueBy: 50).map(\.number) == [0, 1])
        let kept = try #require(try journal.visits(in: step.crawl).first)
        #expect(kept.completeness == done.completeness && kept.completeness.missing == 1)
        #expect(
            try store.sql("SELECT article, state, missing FROM article_completeness") == ["7|complete|1"])
    }

    @Test func answersAndCommentsAreCommittedTogetherOrNotAtAll() throws {
        let store = try TemporaryStore()
        try store.begin(run: "r1")
        let journal = store.store.crawl
        let crawl = try journal.beginCrawl(of: "site", run: "r1", at: 10)
        var step = CrawlStep(crawl: crawl, run: "run-1")
        step.found = [visit("7")]
        _ = try journal.commit(step, as: nil) { _ in }
        let id = try #require(try journal.openVisits(of: "site", dueBy: 20).first).id
        step.found = []
        step.pages = [CrawlPage(digest: "d1", size: 3, gzip: [1, 2, 3])]
        step.fetches = [
            CrawlFetch(visit: id, request: "https://e.com/c?p=1", at: 20, status: 200, page: "d1")
        ]
        #expect(throws: Halt.self) {
            try journal.commit(step, as: file("f1")) { sink in
                try append("1", to: sink)
                throw Halt()
            }
        }
        #expect(
            try store.sql(
                "SELECT (SELECT count(*) FROM fetch), (SELECT count(*) FROM page), (SELECT count(*) FROM comment)"
            ) == ["0|0|0"])
        let figures = try journal.commit(step, as: file("f1")) { try append("1", to: $0) }
        #expect(figures.newComments == 1)
        let visit = try #require(try journal.openVisits(of: "site", dueBy: 20).first)
        #expect(try journal.fetches(of: visit) == step.fetches)
        #expect(try journal.body(ofPage: "d1") == [1, 2, 3])
        #expect(try journal.articles(withPage: "d1", of: "site") == ["7"])
        #expect(try journal.articles(withPage: "d1", of: "other").isEmpty)
        // The same rows once more: what belongs to them is written, they are not.
        let again = try journal.commit(step, as: file("f1")) { try append("2", to: $0) }
        #expect(again == figures)
        #expect(try store.sql("SELECT count(*) FROM comment") == ["1"])
    }

    @Test func listsAreFoundByTheirLatestAnswer() throws {
        let store = try TemporaryStore()
        try store.begin(run: "r1")
        let journal = store.store.crawl
        var step = CrawlStep(crawl: try journal.beginCrawl(of: "site", run: "r1", at: 10), run: "r1")
        step.fetches = [
            CrawlFetch(visit: nil, request: "https://e.com/list", at: 20, status: 200, etag: "\"1\""),
            CrawlFetch(visit: nil, request: "https://e.com/list", at: 30, status: 304, etag: "\"2\""),
        ]
        _ = try journal.commit(step, as: nil) { _ in }
        #expect(try journal.latestFetch("https://e.com/list", of: "site")?.etag == "\"2\"")
        #expect(try journal.latestFetch("https://e.com/list", of: "other") == nil)
        #expect(try journal.listRequests(in: step.crawl) == ["https://e.com/list"])
        #expect(try journal.body(ofPage: "nothing") == nil)
    }
}
