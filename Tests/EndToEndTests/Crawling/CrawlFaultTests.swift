import Foundation
import LoopbackServer
import Testing

/// Services that do not do as they should: right rows, the right exit status, no comment twice and none lost.
struct CrawlFaultTests {
    /// Faults that pass: after some attempts everything is there.
    @Test(arguments: [
        (Fault.status(429, retryAfter: "1"), "/commentBox"), (.status(503), "/commentBox"),
        (.status(500), "/article"),
        (.silence, "/commentBox"), (.stall, "/commentBox"), (.hangUp, "/commentBox"), (.reset, "/commentBox"),
        (.short, "/commentBox"), (.truncatedGzip, "/commentBox"), (.truncatedGzip, "/article"),
        (.htmlError, "/commentBox"),
        (.encoding("br"), "/commentBox"), (.status(503), "/ranking"), (.reset, "/ranking"),
        (.status(503), "/robots.txt"),
    ])
    func whatPassesIsWaitedOut(fault: Fault, place: String) async throws {
        try await CrawlBench.run(comments: 120) { bench in
            try bench.write("first_byte_timeout: 1s", "whole_timeout: 2s")
            bench.server.fail(fault, on: place, times: 2, after: place == "/commentBox" ? 1 : 0)
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try bench.stored() == bench.served())
            #expect(try bench.states() == ["complete|3"])
        }
    }

    /// Harmless ones.
    @Test(arguments: [
        Fault.contentType("text/html"), .commentsAdded(3), .duplicatedPages,
    ])
    func whatDoesNotMatterCostsNothing(fault: Fault) async throws {
        try await CrawlBench.run(articles: 1, comments: 250) { bench in
            try bench.write()
            bench.server.fail(fault, on: "/commentBox", times: 1, after: 1)
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            let served = Set(bench.served())
            let stored = try bench.stored()
            #expect(Set(stored).count == stored.count)
            #expect(Set(stored).isSubset(of: served))
            #expect(served.count - stored.count <= 3, "only what was written meanwhile may be missing")
        }
    }

    /// Faults that stay: exit 5, what came is kept, and the next run continues from there.
    @Test(arguments: [
        Fault.status(503), .status(403), .silence, .reset, .truncatedGzip, .htmlError, .endless, .gzipBomb,
    ])
    func whatStaysIsReportedAndReused(fault: Fault) async throws {
        try await CrawlBench.run(articles: 2, comments: 250) { bench in
            try bench.write(
                "first_byte_timeout: 1s", "whole_timeout: 1s", "attempts: 2", "size_limit: 1MB", "at_once: 1")
            let article = bench.server.site.articles[1]
            bench.server.fail(fault, on: "/commentBox", after: 4)
            let outcome = try bench.run()
            #expect(outcome.status == 5, "\(outcome.errors)")
            #expect(outcome.errors.contains("could not be read in full"))
            let kept = try bench.stored()
            #expect(!kept.isEmpty && kept.count < bench.served().count)
            #expect(Set(kept).isSubset(of: Set(bench.served())))
            #expect(try bench.states() != ["complete|2"], "article \(article.aid) is not complete")
            bench.server.repair()
            bench.server.clearLog()
            let next = try bench.run()
            #expect(next.status == 0, "\(next.errors)")
            #expect(try bench.stored() == bench.served())
            #expect(try bench.states() == ["complete|2"])
        }
    }

    @Test func aListThatGoesInCirclesEnds() async throws {
        try await CrawlBench.run(articles: 1, comments: 350) { bench in
            try bench.write("replies: false")
            bench.server.fail(.cursorLoop, on: "/commentBox", after: 1)
            let outcome = try bench.run()
            #expect(outcome.status == 5)
            #expect(outcome.errors.contains("the list gave the same comments again"))
            #expect(try bench.states() == ["partial|1"])
            #expect(bench.commentRequests < 10)
        }
    }

    @Test func commentsThatVanishMakeAnArticlePartial() async throws {
        try await CrawlBench.run(.plain, articles: 1, comments: 250) { bench in
            try bench.write()
            bench.server.fail(.commentsRemoved(40), on: "/v2/comments?", times: 1, after: 2)
            let outcome = try bench.run()
            #expect(outcome.status == 5, "\(outcome.errors)")
            #expect(outcome.errors.contains("comments did not come"))
            #expect(try bench.states() == ["partial|1"])
            try bench.write("allow_incomplete: 100%")
            #expect(try bench.run().status == 0)
        }
    }

    @Test func robotsAreObeyed() async throws {
        try await CrawlBench.run { bench in
            bench.server.change { $0.robots = "User-agent: *\nDisallow: /commentBox\n" }
            try bench.write()
            let outcome = try bench.run()
            #expect(outcome.status == 5, "\(outcome.errors)")
            #expect(outcome.errors.contains("robots.txt"))
            #expect(bench.commentRequests == 0)
            #expect(try bench.shop.sqlite("SELECT count(*) FROM comment") == ["0"])
            try bench.write("robots: ignore")
            #expect(try bench.run().status == 0)
            #expect(try bench.stored() == bench.served())
        }
    }

    @Test func anArticleThatIsGoneIsNotAFault() async throws {
        try await CrawlBench.run { bench in
            try bench.write()
            bench.server.fail(.status(404), on: "/article/", times: 1)
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try bench.states() == ["complete|2", "gone|1"])
        }
    }

    @Test func theSameCommentsUnderSeveralAddressesAreNotTaken() async throws {
        try await CrawlBench.run { bench in
            try bench.write("at_once: 1")
            bench.server.fail(.sameBody, on: "/commentBox")
            let outcome = try bench.run()
            #expect(outcome.status == 5)
            #expect(outcome.errors.contains("the same comments as article"))
            #expect(try bench.states() == ["complete|1", "doubted|2"])
            #expect(try bench.shop.sqlite("SELECT count(DISTINCT article) FROM comment") == ["1"])
        }
    }

    @Test func canariesTellWhetherTheSiteHasChanged() async throws {
        try await CrawlBench.run { bench in
            let article = bench.server.site.articles[0]
            let text = try #require(article.comments.first { !$0.isRemoved }).text.split(separator: " ")[0]
            let address = "\(bench.server.address())/article/\(article.oid)/\(article.aid)"
            try bench.write("canaries: {\"\(address)\": \"\(text)\"}")
            #expect(try bench.run().status == 0)
            #expect(
                try bench.shop.splitvote("status", "crawl.yaml", "--json").output.contains(
                    "\"canary_matches\": 1"))
            try bench.write("canaries: {\"\(address)\": \"something else\"}")
            let outcome = try bench.run()
            #expect(outcome.status == 0)
            #expect(
                try bench.shop.splitvote("status", "crawl.yaml", "--json").output.contains(
                    "\"canary_matches\": 0"))
            #expect(outcome.errors.contains("does not hold what it is known to hold"))
        }
    }

    @Test func aListThatCannotBeReadIsSaid() async throws {
        try await CrawlBench.run { bench in
            try bench.write(find: bench.ranking + ", {feed: \"\(bench.server.address())/nothing.xml\"}")
            let outcome = try bench.run()
            #expect(outcome.status == 5)
            #expect(outcome.errors.contains("nothing.xml: HTTP 404"))
            #expect(try bench.stored() == bench.served(), "the other list's articles are there all the same")
        }
    }
}
