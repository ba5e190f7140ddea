import Foundation
import LoopbackServer
import Testing

/// Kept answers, read again without a network.
struct CrawlReplayTests {
    @Test(arguments: CrawlBench.Service.allCases)
    func aNightIsReadAgainFromItsAnswers(service: CrawlBench.Service) async throws {
        try await CrawlBench.run(service, comments: 150) { bench in
            try bench.write()
            #expect(try bench.run().status == 0)
            let rows = try bench.observations()
            // What the answers brought is taken out; the answers stay.
            _ = try bench.shop.sqlite(
                """
                DELETE FROM recount; DELETE FROM sighting; DELETE FROM vote; DELETE FROM comment; DELETE FROM article;
                DELETE FROM imported_file; UPDATE visit SET mapping = ''
                """)
            #expect(try bench.stored().isEmpty)
            bench.server.clearLog()
            let outcome = try bench.run("--offline")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(bench.server.log.isEmpty)
            #expect(try bench.observations() == rows, "the same counts at the same moments")
            #expect(try bench.stored() == bench.served())
            #expect(try bench.states() == ["complete|3"])
        }
    }

    @Test func aFixedDescriptionIsAppliedToOldNights() async throws {
        try await CrawlBench.run { bench in
            // Without the separate requests that replies need: a comment that is refused leads to no replies.
            try bench.writeSource { $0.replacing("up: sympathyCount", with: "up: sympathyCounts") }
            try bench.write("replies: false")
            let first = try bench.run()
            #expect(first.status == 5, "\(first.errors)")
            #expect(first.errors.contains("nothing at 'sympathyCounts' in any of"))
            #expect(
                first.errors.contains("is 'sympathyCount' meant now?") && first.errors.contains("--offline"))
            let wanted = bench.server.site.articles.flatMap(\.tops).count
            #expect(try bench.stored().isEmpty, "such an answer changes nothing")
            #expect(try bench.shop.sqlite("SELECT count(*) FROM quarantine") == ["0"])
            #expect(try bench.states() == ["under_way|3"])
            try bench.writeSource()
            bench.server.clearLog()
            let outcome = try bench.run("--offline")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(bench.server.log.isEmpty)
            let stored = try bench.stored()
            #expect(try bench.shop.sqlite("SELECT count(*) FROM visit WHERE state = 'complete'") == ["3"])
            #expect(stored.count == wanted && Set(stored).isSubset(of: Set(bench.served())))
            #expect(try bench.run("--offline").status == 0)
            #expect(try bench.shop.sqlite("SELECT count(*) FROM current_vote") == ["\(wanted)"])
        }
    }

    @Test func aCorrectedDescriptionTakesThePlaceOfTheOneThatReadWrongValues() async throws {
        try await CrawlBench.run(comments: 150) { bench in
            func moments() throws -> [String] {
                try bench.shop.sqlite(
                    """
                    SELECT key, created_at, observed_at, up, down, replies
                    FROM comment JOIN vote ON vote.comment = comment.id ORDER BY key, observed_at
                    """)
            }
            try bench.writeSource { $0.replacing("text: contents", with: "text: userIdNo") }
            try bench.write()
            let first = try bench.run()
            #expect(first.status == 0, "\(first.errors)")
            let (wrong, looks) = (try bench.observations(), try moments())
            #expect(try bench.shop.sqlite("SELECT count(*) FROM comment WHERE text LIKE 'u%'") != ["0"])
            #expect(try bench.stored() != bench.served())
            try await Task.sleep(for: .milliseconds(1100))
            try bench.writeSource()
            bench.server.clearLog()
            let outcome = try bench.run("--offline")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(bench.server.log.isEmpty)
            #expect(!outcome.errors.contains("no longer shown"), "\(outcome.errors)")
            #expect(try bench.observations() != wrong)
            #expect(try bench.stored() == bench.served())
            #expect(try moments() == looks, "the same counts at the moments of the past night")
        }
    }

    @Test func commentsThatACorrectedDescriptionNoLongerHasAreReported() async throws {
        try await ScriptedBench.site({ request in
            guard request.path == "/c" else { return nil }
            let numbers = request.number("page") == 1 ? [1, 2] : []
            let items = numbers.map { ScriptedBench.item($0, #","nick":"n\#($0)""#) }
            return .json(#"{"comments":[\#(items.joined(separator: ","))],"total":2}"#)
        }).run { bench in
            try bench.write(ScriptedBench.byPage)
            let corrected = try bench.shop.read("site.yaml")
            try bench.shop.write(
                corrected.replacing("{key: id, text", with: "{key: nick, text"), to: "site.yaml")
            let shown = "SELECT key FROM comment WHERE status = 'present' ORDER BY key"
            #expect(try bench.run().status == 0)
            #expect(try bench.shop.sqlite(shown) == ["n1", "n2"])
            try bench.shop.write(corrected, to: "site.yaml")
            let outcome = try bench.run("--offline")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(
                outcome.errors.contains(
                    "2 comments of the earlier reading of the kept answers are no longer shown"),
                "\(outcome.errors)")
            #expect(try bench.shop.sqlite(shown) == ["1", "2"])
            let again = try bench.run("--offline")
            #expect(again.status == 0 && !again.errors.contains("no longer shown"), "\(again.errors)")
        }
    }

    @Test func forgottenCommentsAreNotKeptInAnswersEither() async throws {
        try await CrawlBench.run(articles: 2) { bench in
            try bench.write()
            #expect(try bench.run().status == 0)
            let article = bench.server.site.articles[0]
            let comment = try #require(article.comments.first { !$0.isRemoved })
            try bench.shop.write("naver-news:\(comment.number)\n", to: "forget.txt")
            let answers = try bench.keptAnswers(of: article)
            #expect(!answers.isEmpty)
            #expect(try answers.allSatisfy(bench.isInFile), "control: what is kept is found")
            let others = try bench.keptAnswers(of: bench.server.site.articles[1])
            let outcome = try bench.shop.splitvote("forget", "crawl.yaml", "forget.txt")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let kept = try bench.shop.sqlite(
                """
                SELECT DISTINCT visit.article FROM fetch JOIN visit ON visit.id = fetch.visit
                JOIN page ON page.id = fetch.page WHERE page.body IS NOT NULL
                """)
            #expect(kept == ["\(bench.server.site.articles[1].oid)/\(bench.server.site.articles[1].aid)"])
            #expect(
                try !answers.contains(where: bench.isInFile), "compressed bytes of an answer are still there")
            #expect(try others.allSatisfy(bench.isInFile))
        }
    }
}

extension CrawlBench {
    /// Compressed bytes from the middle of each answer that brought comments of an article: too few to be on two pages of
    /// the file in most places, so there are several of each.
    fileprivate func keptAnswers(of article: SiteArticle) throws -> [[Data]] {
        let bodies = try shop.sqlite(
            """
            SELECT DISTINCT page.id, hex(page.body) FROM fetch JOIN visit ON visit.id = fetch.visit
            JOIN page ON page.id = fetch.page
            WHERE page.body IS NOT NULL AND visit.article = '\(article.oid)/\(article.aid)'
            """)
        return bodies.map { line in
            let digits = Array(line.split(separator: "|")[1].utf8)
            let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
            }
            // The first bytes are those of the format.
            return stride(from: 32, to: bytes.count - 32, by: 48).map { Data(bytes[$0..<($0 + 32)]) }
        }
    }

    /// Whether any of these bytes stands in the store's file or its log.
    fileprivate func isInFile(_ pieces: [Data]) throws -> Bool {
        let files = try ["state.sqlite", "state.sqlite-wal"].filter(shop.exists).map(shop.data)
        return pieces.contains { piece in files.contains { $0.range(of: piece) != nil } }
    }

    /// Everything in the ledger, by comment and moment.
    func observations() throws -> [String] {
        try shop.sqlite(
            """
            SELECT key, parent, text, created_at, observed_at, up, down, replies
            FROM comment JOIN vote ON vote.comment = comment.id ORDER BY key, observed_at
            """)
    }
}
