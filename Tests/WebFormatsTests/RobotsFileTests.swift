import SeededRandom
import TestInputs
import Testing
import WebFormats

private func robots(_ text: String) -> RobotsFile { RobotsFile(Array(text.utf8)) }

private func address(_ path: String) throws -> WebAddress { try WebAddress("https://example.com\(path)") }

struct RobotsFileTests {
    @Test func everyAnswerIsThatOfProtego() throws {
        let cases = try #require(Fixture.read("robots.json")["cases"] as? [[String: Any]])
        var compared = 0
        var refused = 0
        for item in cases {
            let text = try #require(item["text"] as? String)
            let file = robots(text)
            for answer in try #require(item["answers"] as? [[Any]]) {
                let path = try #require(answer[0] as? String)
                let wanted = try #require(answer[1] as? [Bool])
                let found = try [
                    file.allows(address(path), agent: "splitvote"),
                    file.allows(address(path), agent: "strange"),
                ]
                #expect(found == wanted, "\(path) of \(text)")
                compared += 2
                refused += wanted.count { !$0 }
            }
        }
        #expect(compared > 2000 && refused > 300)
    }

    /// Source: RFC 9309, sections 2.2.2 and 2.2.3, the examples in their tables.
    @Test(arguments: [
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84", true), ("/foo/bar/%E3%83%84", "/foo/bar/ツ", true),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https://foo.bar", true),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", true),
        ("/path/foo-%24", "/path/foo-$", true),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-b.html", false),
        ("/this/*/exactly$", "/this/path/exactly", true),
        ("/this/*/exactly$", "/this/path/exactly/not", false),
        ("/a/%7Euser", "/a/~user", true), ("/%62%61%7A", "/baz", true), ("/a%2Fb", "/a/b", false),
        ("/fish*", "/fish/salmon.html", true), ("*.php$", "/a/b.php", true), ("*.php$", "/a/b.php?x", false),
        ("/", "/", true),
        ("/a$b", "/a$b", true), ("$", "/", false), ("*", "/x", true),
    ])
    func patternsMatchAsTheStandardSays(pattern: String, path: String, refused: Bool) throws {
        let file = robots("User-agent: *\nDisallow: \(pattern)\n")
        #expect(try file.allows(address(path), agent: "splitvote") == !refused)
    }

    @Test func theLongestRuleWinsAndAllowWinsTies() throws {
        let file = robots(
            """
            user-agent: foobot
            allow: /example/page/
            disallow: /example/page/disallowed.gif
            disallow: /tie
            allow: /tie
            disallow: /t*e
            """)
        #expect(try file.allows(address("/example/page/a"), agent: "foobot"))
        #expect(try !file.allows(address("/example/page/disallowed.gif"), agent: "foobot"))
        #expect(try file.allows(address("/tie"), agent: "foobot"))
    }

    @Test func groupsOfOneCrawlerAreJoinedAndOtherLinesDoNotEndThem() throws {
        let file = robots(
            "\u{FEFF}User-Agent: SplitVote/2.0 (news)\rDisallow: /a\r\n\r\nSitemap: https://example.com/s.xml\n"
                + "User-agent: other\nCrawl-delay: 3\nSitemap: x\nUser-agent: splitvote\nDisallow: /b # reason\nnonsense\n"
                + "User-agent: *\nDisallow: /\nCrawl-delay: 7\n")
        for path in ["/a", "/b"] { #expect(try !file.allows(address(path), agent: "splitvote")) }
        #expect(try file.allows(address("/c"), agent: "splitvote"))
        #expect(try !file.allows(address("/b"), agent: "other"))
        #expect(try file.allows(address("/a"), agent: "other"))
        #expect(try !file.allows(address("/c"), agent: "stranger"))
        #expect(file.sitemaps == ["https://example.com/s.xml", "x"])
        #expect(file.delaySeconds(agent: "splitvote/9") == nil)
        #expect(file.delaySeconds(agent: "other") == 3)
        #expect(file.delaySeconds(agent: "stranger") == 7)
    }

    @Test func rulesBeforeAnyGroupAndEmptyOnesSayNothing() throws {
        let file = robots("Disallow: /\nUser-agent: *\nDisallow:\n")
        #expect(try file.allows(address("/x"), agent: "splitvote"))
    }

    @Test func nothingPast500KiBIsRead() throws {
        let padding = String(repeating: "# padding padding padding padding\n", count: 15_060)
        let start = "User-agent: *\nDisallow: /early\n"
        #expect((start + padding).utf8.count > RobotsFile.mostBytes)
        let file = robots(start + padding + "Disallow: /late\n")
        #expect(try !file.allows(address("/early"), agent: "a"))
        #expect(try file.allows(address("/late"), agent: "a"))
    }

    @Test(arguments: [
        (200, true), (204, true), (404, true), (403, true), (401, true), (410, true), (429, false),
        (500, false),
        (503, false), (301, false),
    ])
    func theStatusDecidesWhereThereIsNoFile(status: Int, allowed: Bool) throws {
        let file = RobotsFile(status: status, body: [])
        #expect(try file.allows(address("/x"), agent: "splitvote") == allowed)
        #expect(try file.allows(address("/robots.txt"), agent: "splitvote"))
    }

    /// Patterns made to be slow stay within the product of the lengths.
    @Test(.timeLimit(.minutes(1)))
    func manyStarsAreHarmless() throws {
        let pattern = "/" + String(repeating: "a*", count: 2000) + "b$"
        let file = robots("User-agent: *\nDisallow: \(pattern)\n")
        let path = "/" + String(repeating: "a", count: 8000)
        #expect(try file.allows(address(path), agent: "splitvote"))
    }

    @Test(.timeLimit(.minutes(10)))
    func mutatedFilesNeverStopTheReader() throws {
        let pieces = [
            "User-agent:", "*", "$", "Disallow: /", "Allow:", "\r", "\n", "#", ":", "%", "%4", "%ED",
            "\u{FEFF}", "한", "\0",
        ]
        let good = Array(
            "User-agent: splitvote\nDisallow: /a*b$\nAllow: /%ED%95%9C\n\nUser-agent: *\nCrawl-delay: 2\n"
                .utf8)
        let target = try address("/a/한/b?x=%41")
        var allowed = 0
        for seed in 0..<fuzzCount {
            var random = SplitMix64(seed: UInt64(seed))
            let file = RobotsFile(
                mutated(
                    good, pieces: pieces.map { Array($0.utf8) } + [[0xFF], [0xED, 0xA0]], using: &random))
            if file.allows(target, agent: "splitvote") { allowed += 1 }
        }
        #expect(allowed > 0 && allowed < fuzzCount)
    }
}
