import GzipFormat
import LoopbackServer
import Testing

/// HTTP and XML as sites speak them.
struct CrawlSpeechTests {
    private typealias Bench = ScriptedBench

    private static func one(_ request: ScriptedRequest) -> ScriptedAnswer {
        Bench.list(request.number("page") < 2 ? [1] : [], total: 1)
    }

    @Test func aCookieOpensTheDoor() async throws {
        try await Bench.site({ request in
            let cookie = request.header("cookie") ?? ""
            if request.path.hasPrefix("/a/"), !cookie.contains("ok=1") {
                return .html(
                    "", status: 302, headers: [("Location", request.path), ("Set-Cookie", "ok=1; Path=/")])
            }
            guard request.path == "/c" else { return nil }
            return cookie.contains("ok=1") ? Self.one(request) : .json("{}", status: 403)
        }).run { bench in
            try bench.write(Bench.byPage, settings: "revisit: [1s, 2s, 30s]")
            #expect(try bench.run().status == 0)
            #expect(try bench.count() == "1")
            // The next night has no cookie and a title: it fetches the page for the cookie's sake.
            try await Task.sleep(for: .milliseconds(1100))
            let second = try bench.run()
            #expect(second.status == 0, "\(second.errors)")
        }
    }

    @Test(arguments: [
        "\n\n<?xml version=\"1.0\"?><rss><channel><item><title>t</title><link>HERE/a/1</link></item></channel></rss>",
        "<rss><channel><item><title>a&nbsp;b</title><link>HERE/a/1</link></item></channel></rss>",
        "<rss><channel><item><title>A & B</title><link>HERE/a/1</link></item></channel></rss>",
        "<rss><channel><item><title>t</title><link>HERE/a/1</link></item><item><title>cut",
    ])
    func feedsAreReadWithPatience(feed: String) async throws {
        try await Bench.site({ $0.path == "/c" ? Self.one($0) : nil }).run { bench in
            let here = bench.server.address()
            bench.server.change { site in
                let next = site.script
                site.script = { request in
                    request.path == "/feed" ? .xml(feed.replacing("HERE", with: here)) : next?(request)
                }
            }
            try bench.write(Bench.byPage, find: "{feed: \"HERE/feed\"}")
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("is read all the same"))
            #expect(try bench.count() == "1")
        }
    }

    /// `sitemap.xml.gz` as a file: without a Content-Encoding.
    private static func run(packed sitemap: String, settings: String) async throws -> (Sandbox.Outcome, Bool)
    {
        try await Bench.site({ $0.path == "/c" ? Self.one($0) : nil }).run { bench in
            let file = Gzip.deflate(Array(sitemap.replacing("HERE", with: bench.server.address()).utf8))
            #expect(file.count <= 500, "the server packs larger answers itself")
            bench.server.change { site in
                site.pages["/sitemap.xml.gz"] = SitePage(file, contentType: "application/gzip")
            }
            try bench.write(
                Bench.byPage, find: "{sitemap: \"HERE/sitemap.xml.gz\"}",
                settings: "article_pages: false, \(settings)")
            return (try bench.run(), try bench.shop.sqlite("SELECT key FROM comment") == ["1"])
        }
    }

    private static let sitemap = "<urlset><url><loc>HERE/a/1</loc></url></urlset>"

    @Test func aPackedSitemapIsReadWhateverItsHeadersSay() async throws {
        let (outcome, hasComment) = try await Self.run(packed: Self.sitemap, settings: "replies: true")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(hasComment)
    }

    @Test func aPackedSitemapMayNotHoldMoreThanAnAnswer() async throws {
        let blown = Self.sitemap.replacing(
            "</urlset>", with: String(repeating: " ", count: 200_000) + "</urlset>")
        let (outcome, hasComment) = try await Self.run(packed: blown, settings: "size_limit: 100kB")
        #expect(outcome.status == 5)
        #expect(outcome.errors.contains("/sitemap.xml.gz: "), "\(outcome.errors)")
        #expect(outcome.errors.contains("100000"), "\(outcome.errors)")
        #expect(!hasComment)
    }

    @Test func commentsMayBePostedFor() async throws {
        try await Bench.site({ request in
            guard request.path == "/graphql", request.method == "POST" else { return nil }
            let text = String(decoding: request.body, as: UTF8.self)
            guard text.contains(#""article":"1""#), text.contains(#""first":10"#) else {
                return .json("{}", status: 400)
            }
            let isNext = text.contains(#""after":"c1""#)
            let items = (isNext ? [2] : [1]).map { Bench.item($0) }.joined(separator: ",")
            return .json(#"{"comments":[\#(items)],"next":\#(isNext ? "null" : "\"c1\"")}"#)
        }).run { bench in
            try bench.write(
                """
                post: "HERE/graphql"
                body: {json: {query: "{{ comments }}", variables: {article: "{id}", first: "{size}"}}}
                following_body: {json: {variables: {article: "{id}", first: "{size}", after: "{cursor}"}}}
                page_size: 10
                paging: {by: cursor, next: next}
                list: comments
                """)
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try bench.count() == "2")
            #expect(try bench.run("--offline").status == 0)
        }
    }

    @Test func errorsInGoodAnswersAreRefused() async throws {
        try await Bench.site({ request in
            request.path == "/c" ? .json(#"{"error":{"code":7},"why":"quota","comments":[]}"#) : nil
        }).run { bench in
            try bench.write(Bench.byPage + "\nrefused_if: {error: \"*\"}\nmessage: why")
            let outcome = try bench.run()
            #expect(outcome.status == 5 && outcome.errors.contains("the service refused: quota"))
        }
    }
}
