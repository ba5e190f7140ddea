import Foundation
import LoopbackServer
import Synchronization
import Testing

/// Crawls of services that do as they should.
struct CrawlTests {
    @Test(arguments: CrawlBench.Service.allCases)
    func everythingArrivesOnce(service: CrawlBench.Service) async throws {
        try await CrawlBench.run(service, articles: 3, comments: 250) { bench in
            try bench.write()
            let first = try bench.run()
            #expect(first.status == 0, "\(first.errors)")
            #expect(try bench.stored() == bench.served())
            #expect(try bench.states() == ["complete|3"])
            let facts = try bench.shop.sqlite(
                "SELECT title, published_at IS NOT NULL FROM article ORDER BY id")
            #expect(Set(facts) == Set(bench.server.site.articles.map { "\($0.title)|1" }))
            let second = try bench.run()
            #expect(second.status == 0, "\(second.errors)")
            #expect(try bench.stored() == bench.served())
            #expect(try bench.shop.sqlite("SELECT count(*) FROM vote") == ["\(bench.served().count)"])
        }
    }

    @Test func figuresTellWhatANightBroughtAndHowOldThatIs() async throws {
        let isSecond = Mutex(false)
        try await ScriptedBench.site({ request in
            guard request.path == "/c" else { return nil }
            if request.number("page") > 1 { return ScriptedBench.list([]) }
            if isSecond.withLock({ $0 }) { return ScriptedBench.list([1, 2], total: 2) }
            let items = [1, 2].map { ScriptedBench.item($0) } + [#"{"id":3,"text":"x","up":-1,"down":0}"#]
            return .json(#"{"comments":[\#(items.joined(separator: ","))],"total":3}"#)
        }).run { bench in
            try bench.write(
                ScriptedBench.byPage,
                settings: "article_pages: false, allow_incomplete: 1, revisit: [\(ScriptedBench.eachSecond)]")
            func night() throws -> [String] {
                let outcome = try bench.run()
                #expect(outcome.status == 0, "\(outcome.errors)")
                return try bench.shop.sqlite(
                    """
                    SELECT json_extract(figures, '$.visits'), json_extract(figures, '$.new_comments'),
                        round(json_extract(figures, '$.quarantined_share'), 3),
                        round(json_extract(figures, '$.quarantined_share_ever'), 3),
                        json_extract(figures, '$.freshness') BETWEEN 0 AND 0.05
                    FROM stage_run WHERE stage = 'comments' ORDER BY id DESC LIMIT 1
                    """)
            }
            #expect(try night() == ["1|2|0.333|0.333|1"])
            isSecond.withLock { $0 = true }
            try await Task.sleep(for: .milliseconds(1100))
            #expect(try night() == ["1|0|0.0|0.2|1"])
            // A newest observation of ten hours ago is ten hours old.
            _ = try bench.shop.sqlite("UPDATE imported_file SET last_observed = last_observed - 36000")
            try await Task.sleep(for: .milliseconds(100))
            let outcome = try bench.run("--offline")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let hours = try bench.shop.sqlite(
                """
                SELECT round(json_extract(figures, '$.freshness')) FROM stage_run WHERE stage = 'comments'
                ORDER BY id DESC LIMIT 1
                """)
            #expect(hours == ["10.0"])
        }
    }

    @Test func aListThatHasNotChangedIsNotSentAgain() async throws {
        try await CrawlBench.run { bench in
            try bench.write()
            #expect(try bench.run().status == 0)
            bench.server.clearLog()
            #expect(try bench.run().status == 0)
            let lists = bench.server.log.filter { $0.target.hasPrefix("/ranking") }
            #expect(lists.map(\.status) == [304])
            #expect(
                bench.server.log.count == lists.count,
                "only the list is asked for: \(bench.server.log.map(\.target))")
        }
    }

    @Test(arguments: [
        "feed: ADDRESS/rss.xml", "feed: ADDRESS/atom.xml", "sitemap: ADDRESS/sitemap_index.xml",
    ])
    func feedsAndSitemapsNameArticles(list: String) async throws {
        try await CrawlBench.run { bench in
            let list = list.replacing("ADDRESS", with: bench.server.address())
            try bench.write(find: "{\(list)}")
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try bench.stored() == bench.served())
        }
    }

    @Test func oldArticlesAreLeftOut() async throws {
        try await CrawlBench.run { bench in
            bench.server.change { site in
                site.articles[1].publishedSeconds = Int64(Date().timeIntervalSince1970) - 3600
            }
            for list in ["page: ADDRESS/ranking, links: a", "feed: ADDRESS/rss.xml"] {
                try? FileManager.default.removeItem(at: bench.shop.folder.appending(path: "state.sqlite"))
                let list = list.replacing("ADDRESS", with: bench.server.address())
                try bench.write(find: "{\(list), newer_than: 2h}")
                let outcome = try bench.run()
                #expect(outcome.status == 0, "\(outcome.errors)")
                let kept = try bench.shop.sqlite(
                    "SELECT DISTINCT article FROM visit WHERE state = 'complete'")
                let young = bench.server.site.articles[1]
                #expect(kept == ["\(young.oid)/\(young.aid)"])
            }
        }
    }

    @Test func writtenAddressesAreVisitedAndStrangersRefused() async throws {
        try await CrawlBench.run { bench in
            let article = bench.server.site.articles[2]
            let address = "\(bench.server.address())/article/\(article.oid)/\(article.aid)"
            try bench.shop.write("# articles\n\(address)?ntype=RANKING\n", to: "list.txt")
            try bench.write(find: "{file: list.txt}")
            #expect(try bench.run().status == 0)
            #expect(
                try bench.shop.sqlite("SELECT DISTINCT key FROM article") == ["\(article.oid)/\(article.aid)"]
            )
            try bench.shop.write("\(address)\nhttps://elsewhere.example.org/x\n", to: "list.txt")
            let outcome = try bench.run()
            #expect(outcome.status == 1)
            #expect(
                outcome.errors.contains("list.txt holds an address that is not an article of 'naver-news'"))
        }
    }

    @Test func revisitsAppendWhatHasMoved() async throws {
        try await CrawlBench.run(articles: 2, comments: 40) { bench in
            let now = Int64(Date().timeIntervalSince1970)
            bench.server.change { $0.articles[0].publishedSeconds = now }
            try bench.write("revisit: [3s, 8w]")
            #expect(try bench.run().status == 0)
            #expect(try bench.states() == ["complete|2", "waiting|1"])
            let count =
                "SELECT count(*) FROM vote JOIN comment ON comment.id = vote.comment WHERE status = 'present'"
            let before = try bench.shop.sqlite(count)
            try await Task.sleep(for: .seconds(Double(max(0, now + 4 - Int64(Date().timeIntervalSince1970)))))
            bench.server.change { site in
                site.moveVotes(of: 0)
                site.moveVotes(of: 1)
                site.addComments(5, to: 0)
            }
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try bench.states() == ["complete|3", "waiting|1"])
            let article = bench.server.site.articles[0]
            let present = article.comments.count { !$0.isRemoved }
            let after = try bench.shop.sqlite(count)
            #expect(
                Int(after[0])! - Int(before[0])! == present, "each comment of the first article once more")
            let moved = try bench.shop.sqlite(
                """
                SELECT comment.key || '|' || up || '|' || down FROM current_vote JOIN comment ON comment.id = comment
                JOIN article ON article.id = comment.article
                WHERE article.key = '\(article.oid)/\(article.aid)' AND status = 'present' ORDER BY 1
                """)
            #expect(
                moved
                    == article.comments.filter { !$0.isRemoved }.map { "\($0.number)|\($0.up)|\($0.down)" }
                    .sorted())
        }
    }

    @Test func authorsAreKeptAsHashesAndOnlyWhereAskedFor() async throws {
        try await CrawlBench.run { bench in
            try bench.write()
            #expect(try bench.run().status == 0)
            #expect(try bench.shop.sqlite("SELECT count(author_hash) FROM comment") == ["0"])
        }
        try await CrawlBench.run { bench in
            try bench.write("author_salt: $secrets.salt")
            let text = try bench.shop.read("crawl.yaml")
            try bench.shop.write(
                text.replacing("stages:", with: "secrets: {salt: {env: SPLITVOTE_TEST_SALT}}\nstages:"),
                to: "crawl.yaml")
            #expect(try bench.run().status != 0, "the salt is not set")
            let outcome = try bench.shop.run(
                URL(filePath: "/usr/bin/env"),
                ["SPLITVOTE_TEST_SALT=pepper", Sandbox.command.path, "run", "crawl.yaml"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let hashes = try bench.shop.sqlite(
                "SELECT author_hash FROM comment WHERE author_hash IS NOT NULL")
            let authors = Set(bench.server.site.articles.flatMap(\.comments).map(\.author))
            #expect(!hashes.isEmpty && hashes.allSatisfy { $0.count == 16 })
            #expect(authors.isDisjoint(with: hashes))
        }
    }

    @Test func secretsOfAServiceAreNotWrittenDown() async throws {
        try await CrawlBench.run(.daum) { bench in
            try bench.write()
            #expect(try bench.run().status == 0)
            let token = bench.server.log.lazy.compactMap { $0.header("Authorization") }.first
            let secret = try #require(token).replacing("Bearer ", with: "")
            #expect(!secret.isEmpty)
            for file in try bench.shop.files(below: ".") {
                let bytes = try bench.shop.data(file)
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(file) holds the token")
            }
            #expect(
                try bench.shop.sqlite(
                    "SELECT count(*) FROM fetch WHERE request LIKE '%oauth%' AND page IS NOT NULL") == ["0"])
        }
    }
}
