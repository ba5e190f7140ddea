import Foundation
import SeededRandom
import TestInputs
import Testing
import WebPages

private func page(_ html: String) throws -> PageDocument {
    try PageDocument(html: PageText(Array(html.utf8), headerCharset: "utf-8"))
}

private func xml(_ text: String) throws -> PageDocument {
    try PageDocument(xml: PageText(Array(text.utf8), headerCharset: "utf-8"))
}

struct PageDocumentTests {
    @Test func visibleTextIsWhatReadersSee() throws {
        let document = try page(
            """
            <body><script>var x = "<p>no</p>";</script><style>p {}</style><h1>  제목 \n here </h1>
            <div>one<br>two<br><br>three&nbsp;&amp;\tfour <b>bo</b>ld</div><p>last<em class=cap>caption</em></p><!-- no --></body>
            """)
        let root = try #require(document.root)
        #expect(root.visibleText() == "제목 here\none\ntwo\n\nthree & four bold\nlastcaption")
        let caption = try CSSSelector(".cap").elements(in: root)
        #expect(root.visibleText(without: caption).hasSuffix("\nlast"))
        #expect(try CSSSelector("div").elements(in: root)[0].visibleText().hasPrefix("one\ntwo"))
        #expect(try CSSSelector("script").elements(in: root)[0].rawText == "var x = \"<p>no</p>\";")
    }

    @Test func anElementWithThousandsOfAttributesIsNotParsed() {
        let many = (0..<80_000).map { "a\($0)='1'" }.joined(separator: " ")
        let text = PageText(Array("<rss><channel \(many)/></rss>".utf8), headerCharset: "utf-8")
        #expect(throws: PageError.tooManyAttributes) { try PageDocument(xml: text) }
        #expect(throws: PageError.tooManyAttributes) { try PageDocument(xml: text, recovers: true) }
        #expect(throws: PageError.tooManyAttributes) { try PageDocument(html: text) }
    }

    @Test func aDeclarationInThePageDoesNotTouchDecodedText() throws {
        let document = try page("<meta charset=euc-kr><p>한국어</p>")
        #expect(try #require(document.root).visibleText() == "한국어")
    }

    @Test func textsAndAttributesKeepTheirScalars() throws {
        let decomposed = "\u{1112}\u{1161}\u{11AB}e\u{301}👨‍👩‍👧\u{200B}"
        let document = try page("<p title=\"\(decomposed)&quot;&#39;&lt;\">\(decomposed)</p>")
        let element = try CSSSelector("p").elements(in: #require(document.root))[0]
        #expect(Array(element.rawText.unicodeScalars) == Array(decomposed.unicodeScalars))
        #expect(
            Array((element.attribute("title") ?? "").unicodeScalars)
                == Array((decomposed + "\"'<").unicodeScalars))
        #expect(element.attribute("none") == nil)
    }

    @Test func sizeAndDepthHaveLimits() throws {
        let text = PageText(Array("<p>x</p>".utf8))
        #expect(throws: PageError.tooLarge(bytes: 8, limit: 7)) { try PageDocument(html: text, limit: 7) }
        _ = try PageDocument(html: text, limit: 8)
        func nested(_ depth: Int) -> String { String(repeating: "<div>", count: depth) + "x" }
        _ = try page(nested(PageDocument.deepest - 4))
        #expect(throws: PageError.tooDeep) { try page(nested(PageDocument.deepest + 1)) }
        #expect(throws: PageError.tooDeep) { try page(nested(200_000)) }
        #expect(throws: PageError.tooDeep) { try xml(String(repeating: "<a>", count: 300)) }
        #expect(throws: PageError.empty) { try page("  \n") }
        #expect(throws: PageError.empty) { try xml("") }
    }

    @Test func aNULEndsNothing() throws {
        #expect(try #require(page("<p>a\0b</p><p>c</p>").root).visibleText() == "a\u{FFFD}b\nc")
    }

    @Test(arguments: [
        "<!DOCTYPE a [<!ENTITY x 'boom'>]><a>&x;</a>",
        "<?xml version='1.0'?><!-- <a> --><!DOCTYPE a SYSTEM \"a[b\" [\n]><a/>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><a/>", "<!DOCTYPE a [",
    ])
    func entitiesOfFeedsAreRefused(text: String) {
        #expect(throws: PageError.ownEntities) { try xml(text) }
    }

    @Test func whatLooksLikeADoctypeInATextIsNone() throws {
        let document = try xml(
            "<!DOCTYPE rss PUBLIC \"-//x//y\" \"http://127.0.0.1:9/rss.dtd\"><a><![CDATA[<!DOCTYPE b [<!ENTITY]]>&amp;</a>"
        )
        #expect(try #require(document.root).rawText == "<!DOCTYPE b [<!ENTITY&")
    }

    @Test func brokenXMLIsRefusedWithTheReason() {
        #expect {
            try xml("<a><b></a>")
        } throws: {
            "\($0)".hasPrefix("no well-formed XML: Premature end")
        }
        #expect(throws: PageError.self) { try xml("<a>&nbsp;</a>") }
    }

    /// External things that a page names are not fetched: a file that an entity or document type points at is never read.
    @Test func nothingOutsideThePageIsRead() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "splitvote-\(UUID().uuidString).dtd")
        try Data("<!ENTITY secret 'found'>".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let feed = try xml("<!DOCTYPE a SYSTEM \"\(file.absoluteString)\"><a b='&secret;'>x&secret;</a>")
        #expect(try #require(feed.root).rawText == "x" && #require(feed.root).attribute("b") == "")
        let html = try page(
            "<!DOCTYPE html [<!ENTITY secret SYSTEM \"\(file.absoluteString)\">]><p>&secret;</p>")
        #expect(try !#require(html.root).visibleText().contains("found"))
    }

    @Test(.timeLimit(.minutes(10)))
    func mutatedPagesAreReadOrRefused() throws {
        let pieces = [
            "<div>", "</div>", "<!--", "-->", "<![CDATA[", "<script>", "<table><tr>", "&#x", "&amp", "\"",
            "'", "<a href=", "\0", "한", "<p",
        ]
        let html = Array(
            "<html><head><title>x</title></head><body><div id=a class='b c'><p>한국어<br>y</p><a href='/1'>z</a></div></body></html>"
                .utf8)
        let feed = Array(
            "<?xml version='1.0'?><rss><channel><item><title>a</title><link>b</link></item></channel></rss>"
                .utf8)
        let selector = try CSSSelector("div.b > p, a[href], li:nth-child(2)")
        var read = [0, 0]
        for seed in 0..<fuzzCount {
            var random = SplitMix64(seed: UInt64(seed))
            let all =
                pieces.map { Array($0.utf8) } + [
                    [0xFF], [0xED, 0xA0, 0x80], Array(String(repeating: "<b>", count: 300).utf8),
                ]
            let isHTML = seed % 2 == 0
            let text = PageText(mutated(isHTML ? html : feed, pieces: all, using: &random))
            guard let document = try? isHTML ? PageDocument(html: text) : PageDocument(xml: text) else {
                continue
            }
            read[seed % 2] += 1
            guard let root = document.root else { continue }
            _ = root.visibleText()
            _ = try selector.elements(in: root).map { $0.visibleText() }
        }
        #expect(read[0] > fuzzCount / 4 && read[1] > 0 && read[1] < fuzzCount / 2)
    }
}
