import LoopbackServer
import Synchronization
import Testing

/// Where lists end, what counts as none, and what one bad article or list costs.
struct CrawlEndTests {
    private typealias Bench = ScriptedBench

    @Test func offsetsCountWhatCame() async throws {
        try await Bench.site({ request in
            guard request.path == "/c" else { return nil }
            let start = request.number("offset")
            return Bench.list(Array(start..<min(95, start + min(request.number("size"), 15))))
        }).run { bench in
            try bench.write(
                """
                get: "HERE/c?size={size}&offset={offset}"
                page_size: 40
                paging: {by: offset}
                list: comments
                """)
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try bench.count() == "95")
        }
    }

    /// Offsets of the service count removed comments, which its pages leave out.
    @Test func offsetsThatCountWhatIsNotShownLoseNothing() async throws {
        try await Bench.site({ request in
            guard request.path == "/c" else { return nil }
            let start = request.number("offset")
            return Bench.list((start..<max(start, min(60, start + 20))).filter { $0 % 5 != 4 })
        }).run { bench in
            try bench.write(
                """
                get: "HERE/c?size={size}&offset={offset}"
                page_size: 20
                paging: {by: offset}
                list: comments
                """)
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try bench.count() == "48")
        }
    }

    enum Behind: CaseIterable, Sendable { case lastAgain, notFound, empty }

    @Test(arguments: Behind.allCases, [true, false])
    func whatFollowsTheEndIsNotAnError(behind: Behind, hasTotal: Bool) async throws {
        try await Bench.site({ request in
            guard request.path == "/c" else { return nil }
            var page = request.number("page")
            if page > 3 {
                switch behind {
                case .lastAgain: page = 3
                case .notFound: return .json("{}", status: 404)
                case .empty: return Bench.list([], total: hasTotal ? 25 : nil)
                }
            }
            return Bench.list((page * 10 - 10)..<min(25, page * 10), total: hasTotal ? 25 : nil)
        }).run { bench in
            try bench.write(Bench.byPage)
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try bench.states() == ["complete|\(hasTotal ? "25" : "")|25"])
        }
    }

    @Test func anEndBeforeAllHasComeIsPartial() async throws {
        try await Bench.site({ request in
            guard request.path == "/c" else { return nil }
            return request.number("page") == 1 ? Bench.list(0..<10, total: 25) : .json("{}", status: 404)
        }).run { bench in
            try bench.write(Bench.byPage)
            let outcome = try bench.run()
            #expect(outcome.status == 5)
            #expect(outcome.errors.contains("15 of 25 comments did not come"))
        }
    }

    @Test(arguments: [
        #"{"total":0,"comments":null}"#, #"{"total":0}"#, #"{"comments":null}"#,
        #"{"total":0,"comments":{}}"#, #"{"status":"none"}"#,
    ])
    func noneIsComplete(answer: String) async throws {
        try await Bench.site({ $0.path == "/c" ? .json(answer) : nil }).run { bench in
            try bench.write(Bench.byPage + "\nempty_if: {status: none}")
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try bench.states()[0].hasPrefix("complete|"))
        }
    }

    @Test func nullNextToAnnouncedCommentsIsNotAnEnd() async throws {
        try await Bench.site({ $0.path == "/c" ? .json(#"{"total":4,"comments":null}"#) : nil }).run {
            bench in
            try bench.write(Bench.byPage)
            let outcome = try bench.run()
            #expect(outcome.status == 5 && outcome.errors.contains("null at 'comments'"))
        }
    }

    @Test func aMissingListOfCommentsIsNoneAtFirstAndGoneInTheEnd() async throws {
        let isThere = Mutex(false)
        try await Bench.site({ request in
            guard request.path == "/c" else { return nil }
            if isThere.withLock({ $0 }) {
                return Bench.list(request.number("page") == 1 ? [1, 2] : [], total: 2)
            }
            return .json("{}", status: 404)
        }).run { bench in
            try bench.write(
                Bench.byPage, settings: "article_pages: false, revisit: [\(Bench.eachSecond)]")
            #expect(try bench.run().status == 0)
            #expect(try bench.states() == ["complete||0"])
            isThere.withLock { $0 = true }
            try await Task.sleep(for: .milliseconds(1100))
            #expect(try bench.run().status == 0)
            #expect(try bench.count() == "2")
            isThere.withLock { $0 = false }
            for _ in 0..<3 {
                try await Task.sleep(for: .milliseconds(1100))
                #expect(try bench.run().status == 0)
            }
            #expect(try bench.states().last?.hasPrefix("gone|") == true)
        }
    }

    @Test func repliesInsideCommentsAreReadOrReported() async throws {
        try await Bench.site({ request in
            guard request.path == "/c" else { return nil }
            let inner = #","more":{"replies":[\#(Bench.item(20)),\#(Bench.item(21))]}"#
            let reply = Bench.item(10, inner)
            let items = [
                Bench.item(1, #","more":{"replies":[\#(reply)]}"#),
                Bench.item(2, #","more":{"replies":null}"#),
            ]
            return .json(#"{"comments":[\#(items.joined(separator: ","))]}"#)
        }).run { bench in
            let listing = "get: \"HERE/c\"\nlist: comments"
            try bench.write(listing)
            let first = try bench.run()
            #expect(
                first.status == 5 && first.errors.contains("'replies_in: more.replies'"), "\(first.errors)")
            try bench.write(listing + "\nreplies_in: more.replies")
            let second = try bench.run("--offline")
            #expect(second.status == 0, "\(second.errors)")
            #expect(
                try bench.shop.sqlite(
                    "SELECT key, parent FROM comment ORDER BY CAST(key AS INTEGER)")
                    == ["1|", "2|", "10|1", "20|10", "21|10"])
        }
    }

    @Test func aDeadListCostsItself() async throws {
        try await Bench.site({ request in
            switch request.path {
            case "/good": .html("<a href=/a/1>one</a>")
            case "/c": Bench.list(request.number("page") == 1 ? [1] : [], total: 1)
            default: nil
            }
        }).run { bench in
            let find = "{page: \"HERE/good\"}, {feed: \"HERE/dead\"}"
            try bench.write(Bench.byPage, find: find)
            #expect(try bench.run().status == 5)
            try bench.write(Bench.byPage, find: find, settings: "lists: {else: warn}")
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("/dead: HTTP 404"))
            try bench.write(Bench.byPage, find: find, settings: "allow_incomplete: 40%")
            #expect(try bench.run().status == 5, "half of the lists failed")
            try bench.write(Bench.byPage, find: find, settings: "allow_incomplete: 50%")
            #expect(try bench.run().status == 0)
        }
    }

    @Test func aBlockedArticleIsGivenUp() async throws {
        try await Bench.site({ request in
            guard request.path == "/c" else { return nil }
            if request.query["article"] == "3" { return .json("{}", status: 403) }
            return Bench.list(request.number("page") == 1 ? [100 + request.number("article")] : [], total: 1)
        }).run { bench in
            let articles = (0..<10).map { "\"HERE/a/\($0)\"" }.joined(separator: ", ")
            try bench.write(
                Bench.byPage, find: "{articles: [\(articles)]}",
                settings: "article_pages: false, revisit: [], allow_incomplete: 20%")
            for night in 1...5 {
                let outcome = try bench.run()
                #expect(outcome.status == 0, "night \(night): \(outcome.errors)")
            }
            let problems = try bench.shop.sqlite("SELECT problems FROM visit WHERE article = '3'")
            #expect(problems == [#"["comments: HTTP 403","given up after 3 crawls"]"#])
            #expect(bench.server.log.count { $0.target.contains("article=3") } == 3)
        }
    }

    @Test func aFieldThatIsMissingEverywhereChangesNothing() async throws {
        let night = Mutex(1)
        try await Bench.site({ request in
            guard request.path == "/c" else { return nil }
            guard night.withLock({ $0 }) == 2 else { return Bench.list(0..<8, total: 8) }
            let items = (0..<8).map { Bench.item($0).replacing("\"text\"", with: "\"body_text\"") }
            return .json(#"{"total":8,"comments":[\#(items.joined(separator: ","))]}"#)
        }).run { bench in
            try bench.write(
                Bench.byPage,
                settings: "article_pages: false, revisit: [\(Bench.eachSecond)]")
            for expected in [Int32(0), 5, 0] {
                let outcome = try bench.run()
                #expect(outcome.status == expected, "\(outcome.errors)")
                if expected == 5 { #expect(outcome.errors.contains("is 'body_text' meant now?")) }
                #expect(try bench.count() == "8")
                night.withLock { $0 += 1 }
                try await Task.sleep(for: .milliseconds(1100))
            }
        }
    }

    @Test func oneRefusedCommentIsMissing() async throws {
        try await Bench.site({ request in
            guard request.path == "/c" else { return nil }
            let items = [Bench.item(1), Bench.item(2).replacing("\"up\":3", with: "\"up\":-3")]
            return .json(
                #"{"total":2,"comments":[\#(request.number("page") == 1 ? items.joined(separator: ",") : "")]}"#
            )
        }).run { bench in
            try bench.write(Bench.byPage)
            let outcome = try bench.run()
            #expect(outcome.status == 5 && outcome.errors.contains("could not be taken (1,"))
            #expect(try bench.shop.sqlite("SELECT state, missing FROM article_completeness") == ["partial|1"])
        }
    }

    @Test func aPageWithoutArticlesIsAnAlarm() async throws {
        try await Bench.site({ $0.path == "/list" ? .html("<a href=/about>a</a><a href=/login>b</a>") : nil })
            .run { bench in
                try bench.write(Bench.byPage, find: "{page: \"HERE/list\"}")
                let outcome = try bench.run()
                #expect(outcome.status == 5)
                #expect(outcome.errors.contains("none of its 2 links is an article of 'site'"))
            }
    }

    @Test func answersAreDiscardedAndReported() async throws {
        try await Bench.site({
            $0.path == "/c" ? Bench.list($0.number("page") == 1 ? Array(0..<5) : [], total: 5) : nil
        }).run { bench in
            let settings = "article_pages: false, revisit: [1s, 2s, 30s]"
            try bench.write(Bench.byPage, settings: settings, store: ", keep: {answers: 1s}")
            #expect(try bench.run().status == 0)
            try await Task.sleep(for: .milliseconds(2200))
            bench.server.change { site in
                site.script = { request in
                    request.path == "/c"
                        ? Bench.list(request.number("page") == 1 ? Array(0..<6) : [], total: 6) : nil
                }
            }
            #expect(try bench.run().status == 0)
            try await Task.sleep(for: .milliseconds(2200))
            let preview = try bench.shop.splitvote("gc", "crawl.yaml")
            #expect(preview.output.contains("kept answers") && preview.output.contains("would remove"))
            #expect(try bench.shop.sqlite("SELECT count(*) FROM page WHERE body IS NULL") == ["0"])
            #expect(try bench.shop.splitvote("gc", "crawl.yaml", "--yes").status == 0)
            #expect(try bench.shop.sqlite("SELECT count(*) > 0 FROM page WHERE body IS NULL") == ["1"])
            #expect(try bench.count() == "6")
            try bench.write(Bench.byPage + "\norder: newest", settings: settings)
            let again = try bench.run("--offline")
            #expect(again.errors.contains("1 visit of 'site' cannot be read again"), "\(again.errors)")
            #expect(try bench.count() == "6")
        }
    }
}
