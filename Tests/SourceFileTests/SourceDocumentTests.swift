import CommentParsing
import Diagnostics
import Foundation
import SeededRandom
import SourceFile
import TestInputs
import Testing
import WebFormats

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

private func example(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: root.appendingPathComponent("pipelines/sources/\(name).yaml")))
}

private func refusal(_ text: String) -> String {
    do throws(DiagnosticsError) {
        _ = try SourceDocument(Array(text.utf8), file: "s.yaml")
        return ""
    } catch {
        return error.rendered(outcome: "nothing was fetched")
    }
}

struct SourceDocumentTests {
    /// The file format can say all that the services that are built in need.
    @Test func theExamplesAreTheServicesThatAreBuiltIn() throws {
        #expect(try SourceDocument(example("naver"), file: "naver.yaml").source == .naver())
        #expect(try SourceDocument(example("daum"), file: "daum.yaml").source == .daum())
        #expect(try CommentSource.naver() != .daum(name: "naver-news"))
        let short = try SourceDocument(
            Array("splitvote_source: 1\nsource: mine\nservice: naver\n".utf8), file: "s"
        ).source
        #expect(try short == .naver(name: "mine"))
    }

    @Test func anotherSiteIsDescribedInOneFile() throws {
        let source = try SourceDocument(example("example-news"), file: "e.yaml").source
        #expect(
            source.name == "example-news" && source.articles.zoneSeconds == 3600
                && source.articles.fields.title.count == 2)
        let article = try #require(
            source.articles.article(at: WebAddress("https://m.news.example.com/articles/a-1?x")))
        var walk = CommentWalk(source, values: article.values)
        let request = try #require(try walk.request())
        #expect(
            request.address.description
                == "https://api.example.com/v2/comments?article=a-1&per_page=50&page=1")
        #expect(
            request.headers.map(\.value) == ["https://news.example.com/articles/a-1", "application/json"])
        let answer = """
            {"status":"ok","meta":{"pages":1,"total":3},"data":{"comments":[{"id":7,"body":{"plain":"글"},"votes":{"up":"3","down":2},
            "reply_count":1,"created":"2025-11-21T09:30:00","user":{"id":"u"}},{"id":8,"body":{"plain":"x"},"votes":{"up":0,"down":0},
            "reply_count":0,"created":null,"state":"removed"}]}}
            """
        let page = try source.page(Array(answer.utf8))
        #expect(
            page.comments.map(\.key) == ["7", "8"] && page.comments.map(\.isDeleted) == [false, true]
                && page.announced == 3)
        #expect(page.comments[0].createdSeconds == 1_763_713_800 && page.comments[0].author == "u")
        walk.receive(page)
        #expect(
            try walk.request()?.address.description
                == "https://api.example.com/v2/comments/7/replies?per_page=50&page=1")
        #expect(throws: AnswerError.refused("no")) {
            try source.page(Array("{\"status\":\"bad\",\"error\":{\"text\":\"no\"}}".utf8))
        }
    }

    static let good = """
        splitvote_source: 1
        source: news
        articles: {addresses: ["https://e.com/{id}"], key: [id], title: h1}
        comments:
          get: https://e.com/c?id={id}&page={page}
          paging: {by: page}
          fields: {key: id, text: t, up: u, down: d}
        """

    @Test func everythingThatIsWrongIsSaidAtOnce() {
        #expect(refusal(Self.good) == "")
        let bad = """
            splitvote_source: 2
            source: a:b
            articles:
              addresses: ["https://e.com/{id}", "https://e.com/{a}{b}"]
              key: [idd]
              tittle: h1
              title: div >
              outlet: {css: "p:hover", atribute: x}
              body: {xpath: "//a[", css: p}
            comments:
              get: https://e.com/c?id={id}&page={pgae}
              headers: {Referer: "{url"}
              page_size: 0
              paging: {by: pages}
              list: a..b
              fields: {key: id, text: t, up: 3}
              removed_if: deleted
            """
        #expect(
            refusal(bad) == """
                s.yaml:1:19: error: 'splitvote_source' is 2; it takes 1, the only format there is
                   1 | splitvote_source: 2
                     |                   ^
                s.yaml:2:9: error: a source's name is not empty and holds no ':'
                   2 | source: a:b
                     |         ^~~
                s.yaml:4:55: error: two adjacent parts cannot be told apart; put text between them
                   4 |   addresses: ["https://e.com/{id}", "https://e.com/{a}{b}"]
                     |                                                       ^
                s.yaml:5:9: error: the address https://e.com/{id} has no part 'idd'
                   5 |   key: [idd]
                     |         ^~~
                hint: did you mean 'id'? every form of address has all the parts of the key
                s.yaml:6:3: error: 'articles' has no key 'tittle'
                   6 |   tittle: h1
                     |   ^~~~~~
                hint: did you mean 'title'? it takes: addresses, key, address, title, outlet, published_at, body
                s.yaml:7:15: error: the selector ends; expected an element's name, *, #id, .class, [attribute] or a :pseudo-class
                   7 |   title: div >
                     |               ^
                s.yaml:8:19: error: ':hover' is not known here; :first-child, :last-child, :only-child, :nth-child(), :nth-last-child(), :first-of-type, :last-of-type and :nth-of-type() of a named element, :empty and :not() are
                   8 |   outlet: {css: "p:hover", atribute: x}
                     |                   ^
                s.yaml:8:28: error: this rule has no key 'atribute'
                   8 |   outlet: {css: "p:hover", atribute: x}
                     |                            ^~~~~~~~
                hint: did you mean 'attribute'? it takes: css, attribute, without, xpath
                s.yaml:9:22: error: no XPath: Invalid expression
                   9 |   body: {xpath: "//a[", css: p}
                     |                      ^
                s.yaml:9:25: error: 'css' does not go with 'xpath', which names attributes itself
                   9 |   body: {xpath: "//a[", css: p}
                     |                         ^~~
                s.yaml:11:8: error: nothing gives '{pgae}' a value here
                  11 |   get: https://e.com/c?id={id}&page={pgae}
                     |        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
                hint: did you mean 'page'? there are: {article_url} {id} {offset} {page} {size}
                s.yaml:12:23: error: an unmatched brace; write {{ or }} for one
                  12 |   headers: {Referer: "{url"}
                     |                       ^
                s.yaml:13:14: error: 'comments.page_size' is 0; it takes a whole number, 1 ... 10000
                  13 |   page_size: 0
                     |              ^
                s.yaml:14:16: error: there is no paging by 'pages'
                  14 |   paging: {by: pages}
                     |                ^~~~~
                hint: did you mean 'page'? pages follow by single, page, offset, cursor or link
                s.yaml:15:11: error: expected a key
                  15 |   list: a..b
                     |           ^
                s.yaml:16:3: error: 'comments.fields' needs 'down': a path
                  16 |   fields: {key: id, text: t, up: 3}
                     |   ^~~~~~
                s.yaml:16:34: error: this is 3; it takes a text
                  16 |   fields: {key: id, text: t, up: 3}
                     |                                  ^
                hint: put it in quotes: '3'
                s.yaml:17:15: error: 'comments.removed_if' is 'deleted'; it takes a map of paths and values, such as {success: true}
                  17 |   removed_if: deleted
                     |               ^~~~~~~
                18 problems in s.yaml; nothing was fetched.

                """)
    }

    static let refusals: [(String, String, String)] = [
        ("splitvote_source: 1\n", "", "the key 'splitvote_source' is missing: the format's number"),
        ("source: news\n", "", "a source file needs 'source': the source's name"),
        ("source: news", "source: 5", "'source' is 5; it takes a name"),
        ("source: news", "source: $params.x", "'source' is $params.x; it takes a name"),
        ("source: news", "source: news\nservice: naber", "there is no service 'naber'"),
        (
            "source: news", "source: news\nservice: naver",
            "'articles' does not go with 'service', which describes it all"
        ),
        (
            "source: news", "source: news\ntime_zone: KST",
            "'KST' is neither a UTC offset nor a time zone; expected Z, an offset such as +09:00, or a place such as Asia/Seoul"
        ),
        ("key: [id], ", "", "'articles' needs 'key': the parts of an address that tell articles apart"),
        (
            "{by: page}", "{by: cursor, next: n}",
            "'comments' needs 'following': the address of further pages, with {cursor}"
        ),
        ("{by: page}", "{by: cursor}", "paging by cursor needs 'next': where the answer names what follows"),
        (
            "{by: page}", "{by: cursor, next: n}\n  following: \"{cursor}\"",
            "'comments.following' lets answers say which site is asked"
        ),
        (
            "{by: page}", "{by: cursor, next: n}\n  following: \"https://{cursor}.example.com/c?a=1\"",
            "'comments.following' lets answers say which site is asked"
        ),
        ("{by: page}", "{by: offset, first: 1}", "'first' cannot be combined with paging by offset"),
        ("{by: page}", "{by: page, first: -1}", "'first' is -1; it takes a whole number, 0 ... 1000000"),
        ("page={page}", "page={cursor}", "nothing gives '{cursor}' a value here"),
        ("up: u", "up: u, upp: v", "'comments.fields' has no key 'upp'"),
        (
            "comments:", "prepare: [{get: \"https://e.com/\", take: {page: x}}]\ncomments:",
            "'page' is a name that requests for comments have already"
        ),
        (
            "comments:", "prepare: {get: x}\ncomments:",
            "a step of 'prepare' needs 'take': what later requests need"
        ),
        (
            "comments:", "prepare: [{get: \"https://e.com/x\", take: {t: {json: x, css: y}}}]\ncomments:",
            "'css' does not go with 'json'"
        ),
    ]

    @Test(arguments: refusals)
    func faultsAreNamedAtTheirPlace(part: String, instead: String, message: String) {
        let text = refusal(Self.good.replacing(part, with: instead))
        #expect(text.hasPrefix("s.yaml:") && text.contains("error: \(message)\n"), "\(text)")
    }

    @Test func wholeFilesThatAreNoneAreRefused() {
        #expect(refusal("- a\n").contains("error: a source file is a map of keys and values"))
        #expect(refusal("").contains("error: the file is empty"))
        #expect(refusal("a: [").contains("this is not valid YAML"))
    }

    @Test func theSchemaNamesTheSameKeys() throws {
        let data = try Data(contentsOf: root.appendingPathComponent("schemas/source.schema.json"))
        let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let parts = try #require(schema["$defs"] as? [String: [String: Any]])
        for (name, keys) in SourceDocument.keys {
            let part = name.isEmpty ? schema : try #require(parts[name], "\(name)")
            #expect(Set((part["properties"] as? [String: Any] ?? [:]).keys) == Set(keys), "\(name)")
            #expect(part["additionalProperties"] as? Bool == false, "\(name)")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func mutatedSourceFilesAreReadOrRefusedWithAPlace() throws {
        let pieces = [
            "{", "}", "[", "]", ": ", "\n", "  ", "- ", "'", "\"", "{id}", "{{", "css: ", "$", "한", "null",
            "-1", "#",
        ].map { Array($0.utf8) }
        let goods = try ["naver", "daum", "example-news"].map(example)
        var read = 0
        for seed in 0..<fuzzCount {
            var random = SplitMix64(seed: UInt64(seed))
            let bytes = mutated(goods[seed % 3], pieces: pieces + [[0xFF], [0]], using: &random)
            do throws(DiagnosticsError) {
                _ = try SourceDocument(bytes, file: "s.yaml")
                read += 1
            } catch {
                let isLocated = error.findings.allSatisfy { ($0.span?.line ?? 0) > 0 && !$0.message.isEmpty }
                #expect(isLocated && !error.findings.isEmpty, "seed \(seed): \(error.rendered())")
            }
        }
        #expect(read > 0 && read < fuzzCount)
    }
}
