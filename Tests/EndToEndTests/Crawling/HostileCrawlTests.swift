import Foundation
import LoopbackServer
import Testing

/// Malicious sites: the crawl ends in reasonable time, contacts no host that it should not, and leaks no secrets.
struct HostileCrawlTests {
    private typealias Bench = ScriptedBench
    private static let secret = "t0/k en+é&x"

    @Test(arguments: ["999999999999999999999", "1e308", "86400"])
    func aLongCrawlDelayLeavesTheHost(delay: String) async throws {
        try await Bench.site({ request in
            request.path == "/robots.txt"
                ? ScriptedAnswer("text/plain", Array("User-agent: *\nCrawl-delay: \(delay)\n".utf8)) : nil
        }).run { bench in
            try bench.write(Bench.byPage)
            let outcome = try bench.run()
            #expect(outcome.status == 5, "\(outcome.errors)")
            #expect(outcome.errors.contains("s between requests; 'longest_wait' allows 600 s"))
        }
    }

    enum Link: CaseIterable, Sendable { case sitemap, feed, page, json }

    @Test(arguments: Link.allCases)
    func linksLeadToNoOtherHostOfTheHouse(link: Link) async throws {
        try await Bench.site(hosts: 2, { _ in nil }).run { bench in
            let (here, other) = (bench.server.address(), bench.server.address(1))
            bench.server.change { site in
                site.script = { request in
                    switch (link, request.path) {
                    case (.sitemap, "/list"):
                        .xml("<sitemapindex><sitemap><loc>\(other)/inner</loc></sitemap></sitemapindex>")
                    case (.feed, "/list"):
                        .xml(
                            "<feed><link rel='next' href='\(other)/inner'/><entry><link href='\(here)/a/1'/></entry></feed>"
                        )
                    case (.page, "/list"):
                        .html("<a href='\(here)/a/1'>1</a><a class=next href='\(other)/inner'>more</a>")
                    case (.json, "/c"):
                        .json(#"{"comments":[\#(Bench.item(1))],"next":"\#(other)/inner"}"#)
                    case (_, "/c"): .json(#"{"comments":[],"next":null}"#)
                    default: nil
                    }
                }
            }
            let find =
                switch link {
                case .sitemap: "{sitemap: \"HERE/list\"}"
                case .feed: "{feed: \"HERE/list\"}"
                case .page: "{page: \"HERE/list\", next: a.next}"
                case .json: "{articles: [\"HERE/a/1\"]}"
                }
            try bench.write("get: \"HERE/c\"\npaging: {by: link, next: next}\nlist: comments", find: find)
            let outcome = try bench.run()
            #expect(outcome.status == 5)
            #expect(outcome.errors.contains("an address of a private network, which is not followed"))
            #expect(bench.server.log.allSatisfy { $0.host == 0 })
        }
    }

    /// A token that a service gives, and that its answers repeat in every way that there is.
    @Test func secretsAreWrittenNowhere() async throws {
        let secret = Self.secret
        let percent = "t0%2fk+en%2b%c3%a9%26x"
        try await Bench.site({ request in
            switch request.path {
            case "/token": return .json(#"{"token":"t0\/k en+\u00e9&x"}"#)
            case "/c":
                let isNext = request.query["key"] != nil
                let text = #"{"id":\#(isNext ? 2 : 1),"text":"mine: t0\/k en+é&amp;x","up":1,"down":1}"#
                return .json(
                    #"{"comments":[\#(text)],"next":\#(isNext ? "null" : "\"/c?key=\(percent)\"")}"#)
            default: return nil
            }
        }).run { bench in
            try bench.write(
                "get: \"HERE/c\"\nheaders: {X-Api-Key: \"{token}\"}\npaging: {by: link, next: next}\nlist: comments",
                prepare: "prepare: [{get: \"HERE/token\", take: {token: {json: token}}, secret: true}]")
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try bench.count() == "2", "the link with the token is followed")
            let written = outcome.output + outcome.errors
            let rows = try bench.shop.sqlite(
                "SELECT request FROM fetch UNION ALL SELECT text FROM comment UNION ALL SELECT problems FROM visit"
            )
            for text in rows + [written] {
                #expect(
                    !text.contains("t0/k") && !text.contains(secret) && !text.lowercased().contains("t0%2fk"))
            }
        }
    }

    @Test(arguments: [0, 42, 99])
    func impossibleStatusesAreRefusedInWords(status: Int) async throws {
        try await Bench.site({ $0.path == "/c" ? .json("{}", status: status) : nil }).run { bench in
            try bench.write(Bench.byPage)
            let outcome = try bench.run()
            #expect(outcome.status == 5, "\(outcome.status) \(outcome.errors)")
        }
    }

    @Test func anElementWithThousandsOfAttributesIsRefusedAtOnce() async throws {
        try await Bench.site({ request in
            if request.path == "/c" { return Bench.list(request.number("page") == 1 ? [1] : [], total: 1) }
            let many = (0..<80_000).map { "a\($0)=1" }.joined(separator: " ")
            return request.path == "/a/1" ? .html("<html><body><h1 \(many)>x</h1></body></html>") : nil
        }).run { bench in
            try bench.write(Bench.byPage, settings: "replies: true")
            let clock = ContinuousClock()
            let start = clock.now
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("elements with thousands of attributes"))
            #expect(try bench.count() == "1", "the comments do not need the page")
            #expect(clock.now - start < .seconds(20))
        }
    }

    @Test func aFeedWithThousandsOfAttributesIsRefusedAtOnce() async throws {
        let many = (0..<80_000).map { "a\($0)='1'" }.joined(separator: " ")
        try await Bench.site({ request in
            request.path == "/feed" ? .xml("<rss><channel><item \(many)/></channel></rss>") : nil
        }).run { bench in
            try bench.write(Bench.byPage, find: "{feed: \"HERE/feed\"}")
            let clock = ContinuousClock()
            let start = clock.now
            let outcome = try bench.run()
            #expect(outcome.status == 5)
            #expect(outcome.errors.contains("elements with thousands of attributes"), "\(outcome.errors)")
            #expect(clock.now - start < .seconds(20))
        }
    }
}
