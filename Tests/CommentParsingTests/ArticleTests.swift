import CommentParsing
import SeededRandom
import TestInputs
import Testing
import WebFormats
import WebPages

struct ArticleFactsTests {
    private func rules(_ fields: ArticleFields = ArticleFields(wantsBody: true)) -> ArticleRules {
        ArticleRules(patterns: [], key: [], fields: fields, zoneSeconds: 9 * 3600)
    }

    @Test func presentNaverPagesAreRead() throws {
        var articles = try CommentSource.naver().articles
        articles.fields.wantsBody = true
        let html = """
            <html><head><title>x</title><meta property="og:title" content="다른 제목"></head><body>
            <a class="media_end_head_top_logo"><img alt="어느신문" src="x"></a><h2 id="title_area" class="media_end_head_headline"><span>제목 \
            하나</span></h2><span class="media_end_head_info_datestamp_time _ARTICLE_DATE_TIME" data-date-time="2024-09-01 23:55:07">2024.09.01. \
            오후 11:55</span><div id="newsct_article"><article id="dic_area"><strong class="media_end_summary">요약</strong><br><br>첫 문단.<br><br>\
            <span class="end_photo_org"><img src="y"><em class="img_desc">사진 설명</em></span>둘째 문단.</article></div></body></html>
            """
        let facts = try articles.facts(Array(html.utf8), charset: "utf-8")
        #expect(
            facts.title == "제목 하나" && facts.outlet == "어느신문" && facts.publishedAt == "2024-09-01 23:55:07")
        #expect(facts.publishedSeconds == 1_725_202_507)
        #expect(facts.body == "요약\n\n첫 문단.\n\n둘째 문단.")
    }

    @Test func linkedDataStandsInForRules() throws {
        let html = """
            <title>T</title><meta property="og:title" content="OG"><link rel="canonical" href="/a/1">
            <script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"Organization","name":"no"},
            {"@type":["NewsArticle"],"headline":"머리","datePublished":"2025-11-21T09:30:00+09:00","publisher":{"name":"신문"},"articleBody":"글"}]}</script>
            <script type="application/ld+json">broken</script>
            """
        let facts = try rules().facts(Array(html.utf8))
        #expect(facts.title == "머리" && facts.outlet == "신문" && facts.body == "글" && facts.canonical == "/a/1")
        #expect(facts.publishedSeconds == 1_763_685_000)
    }

    @Test func openGraphAndPlainPagesComeLast() throws {
        let og = try rules().facts(
            Array(
                "<title>T</title><meta property='og:title' content='OG &quot;x&quot;'><meta property=og:site_name content=S>"
                    .utf8))
        #expect(og.title == "OG \"x\"" && og.outlet == "S" && og.publishedSeconds == nil && og.body == nil)
        let plain = try rules().facts(
            Array(
                "<title> A\n B </title><article><p>one</p><p>two</p></article><time datetime=2025-11-21>".utf8
            ))
        #expect(plain.title == "A B" && plain.body == "one\ntwo" && plain.publishedSeconds == 1_763_650_800)
        var bodyless = rules()
        bodyless.fields.wantsBody = false
        #expect(try bodyless.facts(Array("<article>x</article>".utf8)).body == nil)
    }

    @Test func aRuleThatCannotBeFollowedIsNotAnEmptyField() throws {
        let fields = ArticleFields(title: [try FieldRule(xpath: "//a[nothing()]")])
        #expect {
            try rules(fields).facts(Array("<a>x</a>".utf8))
        } throws: {
            "\($0)".hasPrefix("the rule '//a[nothing()]' could not be followed: ")
        }
    }

    @Test func rulesAreTriedInTheirOrder() throws {
        let fields = ArticleFields(
            title: [try FieldRule(css: ".none"), try FieldRule(css: "h1"), try FieldRule(css: "h2")],
            outlet: [try FieldRule(xpath: "//img[@class='logo']/@alt")],
            publishedAt: [try FieldRule(css: "i"), try FieldRule(css: "b")])
        let facts = try rules(fields).facts(
            Array(
                "<h2>2</h2><h1> </h1><h1>1</h1><img class=logo alt=' L '><i>soon</i><b>2020. 05. 22. 09:39</b>"
                    .utf8))
        #expect(
            facts.title == "1" && facts.outlet == "L" && facts.publishedAt == "2020. 05. 22. 09:39"
                && facts.publishedSeconds == 1_590_107_940)
    }

    @Test(
        arguments: [
            ("2017.04.20. 오후 3:53", 1_492_671_180), ("2017.04.20. 오전 12:05", 1_492_614_300),
            ("2017.04.20. 오후 12:05", 1_492_657_500),
            ("2020. 05. 22. 09:39", 1_590_107_940), ("2024년 9월 1일 23:55", 1_725_202_500),
            ("20200522093902", 1_590_107_942),
            ("202005220939", 1_590_107_940), (" 2020-05-22T10:29:50+0900 ", 1_590_110_990),
            ("Fri, 21 Nov 2025 09:30:00 +0900", 1_763_685_000),
            ("2020.5.22", 1_590_073_200), ("오후 3:53", nil), ("2020. 13. 22.", nil),
            ("2020. 05. 22. 오후 13:00", nil), ("어제", nil), ("", nil),
            ("99999999999999999999999.1.1", nil),
        ] as [(String, Int64?)])
    func timesOfPagesAreRead(text: String, wanted: Int64?) {
        #expect(PageMoment.seconds(text, zoneSeconds: 9 * 3600) == wanted)
    }
}

struct DiscoveryTests {
    let base: WebAddress

    init() throws { base = try WebAddress("https://example.com/rank/today?x=1") }

    @Test func feedsAreReadAsFeedparserReadsThem() throws {
        let cases = try #require(Fixture.read("feeds.json")["cases"] as? [[String: Any]])
        for item in cases {
            let text = try #require(item["text"] as? String)
            let found = try Feed.read(Array(text.utf8), at: base)
            let wanted = try #require(item["entries"] as? [[Any]])
            #expect(found.links.map(\.address.description) == wanted.map { $0[0] as? String })
            #expect(found.links.map(\.title) == wanted.map { $0[1] as? String })
            #expect(found.links.map(\.seconds) == wanted.map { ($0[2] as? Int).map(Int64.init) })
        }
        #expect(cases.count == 3)
    }

    @Test func sitemapsAndTheirIndexesAreRead() throws {
        let map = """
            <?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
            <url><loc> https://example.com/1 </loc><lastmod>2025-11-20</lastmod></url><url><loc>https://example.com/2</loc><lastmod>2025-11-21</lastmod>
            <news:news><news:publication_date>2025-11-19T00:00:00Z</news:publication_date><news:title>둘</news:title></news:news></url>
            <url><loc>ftp://example.com/3</loc></url><url><lastmod>2025</lastmod></url></urlset>
            """
        let found = try Feed.read(Array(map.utf8), at: base)
        #expect(found.links.map(\.address.path) == ["/1", "/2"] && found.links.map(\.title) == [nil, "둘"])
        #expect(found.links.map(\.seconds) == [1_763_596_800, 1_763_510_400])
        #expect(
            found.refused == [
                RefusedLink(
                    text: "ftp://example.com/3", reason: "the scheme 'ftp'; only http and https are fetched")
            ])
        let index =
            "<sitemapindex><sitemap><loc>/s1.xml.gz</loc><lastmod>2025-11-20</lastmod></sitemap></sitemapindex>"
        let lists = try Feed.read(Array(index.utf8), at: base)
        #expect(
            lists.links.isEmpty && lists.lists.map(\.address.description) == ["https://example.com/s1.xml.gz"]
        )
        #expect(
            lists.lists[0].isOlder(than: 1_763_596_801) && !lists.lists[0].isOlder(than: 1_763_596_800)
                && !lists.lists[0].isOlder(than: nil))
    }

    @Test func faultyFeedsAreRepairedOrRefused() throws {
        let control = "<rss><channel><item><title>a\u{8}b</title><link>/1</link></item></channel></rss>"
        #expect(try Feed.read(Array(control.utf8), at: base).links.map(\.title) == ["ab"])
        #expect {
            try Feed.read(Array("<html></html>".utf8), at: base)
        } throws: {
            "\($0)"
                == "no well-formed XML: the root is <html>; expected rss, RDF, feed, urlset or sitemapindex"
        }
        #expect(throws: PageError.ownEntities) {
            try Feed.read(Array("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>".utf8), at: base)
        }
        let korean =
            Array("<?xml version='1.0' encoding='euc-kr'?><rss><channel><item><title>".utf8) + [0xB0, 0xA1]
            + Array("</title><link>/1</link></item></channel></rss>".utf8)
        #expect(try Feed.read(korean, at: base).links.first?.title == "가")
    }

    @Test func linksOfAPageAreFoundBySelectorOrPath() throws {
        let html = Array(
            """
            <base href="/news/"><ul class=rank><li><a href="a/1#top"> 첫째 <b>글</b></a></li><li><a href='https://e.com/2'>둘</a></li><li><a href="a/1">또</a></li>
            <li><a href="javascript:go()">x</a><a href="#x">y</a><a href="mailto:a@b.c">z</a><a href="gopher://x/">g</a></li></ul><a class=next href="?page=2">다음</a>
            """.utf8)
        for rule in [
            try FieldRule(css: "ul.rank a"), try FieldRule(css: "ul.rank"), try FieldRule(xpath: "//ul//a"),
        ] {
            let found = try LinkPage(links: rule, next: FieldRule(css: "a.next")).read(html, at: base)
            #expect(
                found.links.map(\.address.description) == ["https://example.com/news/a/1", "https://e.com/2"])
            #expect(
                found.links.map(\.title) == ["첫째 글", "둘"] && found.refused.map(\.text) == ["gopher://x/"])
            #expect(found.lists.map(\.address.description) == ["https://example.com/news/?page=2"])
        }
        let attributes = try LinkPage(links: FieldRule(xpath: "//a/@href")).read(html, at: base)
        #expect(attributes.links.count == 3)
    }

    @Test func listsOfAddressesHaveComments() throws {
        let found = AddressList.read(
            Array("\u{FEFF}# list\r\nhttps://e.com/1\n\n  https://e.com/2 \nhttps://e.com/1\nnonsense\n".utf8)
        )
        #expect(found.links.map(\.address.path) == ["/1", "/2"] && found.refused.map(\.text) == ["nonsense"])
    }

    @Test(.timeLimit(.minutes(10)))
    func mutatedFeedsAndPagesAreReadOrRefused() throws {
        let cases = try #require(Fixture.read("feeds.json")["cases"] as? [[String: Any]])
        let goods = cases.compactMap { ($0["text"] as? String).map { Array($0.utf8) } }
        let pieces = [
            "<item>", "</item>", "<link>", "href=\"", "]]>", "<![CDATA[", "<!DOCTYPE a [", "&lt;", "&#0;",
            "2025-13-41", "://", "\0",
        ].map { Array($0.utf8) }
        let page = LinkPage(links: try FieldRule(css: "item, a, link"))
        let source = try CommentSource.naver()
        var read = 0
        for seed in 0..<fuzzCount {
            var random = SplitMix64(seed: UInt64(seed))
            let bytes = mutated(goods[seed % goods.count], pieces: pieces, using: &random)
            if (try? Feed.read(bytes, at: base)) != nil { read += 1 }
            _ = try? page.read(bytes, at: base)
            _ = try? source.articles.facts(bytes)
        }
        #expect(read > 0 && read < fuzzCount)
    }
}
