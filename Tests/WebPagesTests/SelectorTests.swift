import SeededRandom
import TestInputs
import Testing
import WebFormats
import WebPages

private func page(_ html: String) throws -> PageDocument {
    try PageDocument(html: PageText(Array(html.utf8)))
}

struct SelectorTests {
    @Test func everySelectionIsThatOfLXML() throws {
        let fixture = try Fixture.read("selectors.json")
        let document = try page(#require(fixture["page"] as? String))
        let root = try #require(document.root)
        let all = try PathQuery("descendant-or-self::*").nodes(in: root)
        #expect(all.map(\.name) == fixture["names"] as? [String])
        let cases = try #require(fixture["cases"] as? [[String: Any]])
        var selected = 0
        for item in cases {
            let text = try #require(item["selector"] as? String)
            let selector = try CSSSelector(text)
            let found = try selector.elements(in: root)
            let places = found.compactMap { node in all.firstIndex { $0.isSame(as: node) } }
            #expect(places == item["elements"] as? [Int], "\(text) as \(selector.xpath)")
            selected += places.count
        }
        #expect(cases.count > 60 && selected > 150)
    }

    @Test func anotherSelectorSelectsOthers() throws {
        let document = try page("<p class=a>1</p><p class=ab>2</p><p class='b a'>3</p>")
        let root = try #require(document.root)
        #expect(try CSSSelector(".a").elements(in: root).map(\.rawText) == ["1", "3"])
        #expect(try CSSSelector("[class^=a]").elements(in: root).map(\.rawText) == ["1", "2"])
        #expect(try CSSSelector("p:not(.a)").elements(in: root).map(\.rawText) == ["2"])
    }

    static let refusals: [(String, String)] = [
        (
            "",
            "the selector ends; expected an element's name, *, #id, .class, [attribute] or a :pseudo-class (column 1)"
        ),
        (
            "div >",
            "the selector ends; expected an element's name, *, #id, .class, [attribute] or a :pseudo-class (column 6)"
        ),
        (
            "div > > p",
            "found '>'; expected an element's name, *, #id, .class, [attribute] or a :pseudo-class (column 7)"
        ),
        (
            "p,",
            "the selector ends; expected an element's name, *, #id, .class, [attribute] or a :pseudo-class (column 3)"
        ),
        ("한국 .", "the selector ends; expected a class (column 5)"),
        ("#", "the selector ends; expected an id (column 2)"),
        ("[a", "the selector ends; expected a comparison or ] (column 3)"),
        ("[a!=b]", "found '!'; expected one of = ~= |= ^= $= *= or ] (column 3)"),
        ("[a=1]", "found '1'; expected a value in quotes (column 4)"),
        ("[a='b]", "an unmatched quotation mark (column 4)"),
        ("[a=b i]", "a flag for letter case is not known here; leave it out (column 6)"),
        (
            "a::text",
            "pseudo-elements select no element of the page; name the attribute in its own key (column 3)"
        ),
        ("p:nth-child(x)", "'x' is not a position; expected odd, even, 3, 2n+1 or similar (column 13)"),
        ("p:not(:not(a))", ":not() may not be nested in :not() (column 7)"),
        ("p:not(a b)", "found 'b'; expected ) (column 9)"),
        ("p)", "found ')'; expected a combinator, a comma or the end (column 2)"),
        ("p\u{1}", "a control character, which no page holds (column 2)"),
        ("\\1 a", "'\\1' is not a character (column 1)"),
        ("svg|a", "namespaces are not known here; write the name alone (column 4)"),
        ("a\\", "a backslash with nothing after it (column 2)"),
        ("\\110000 ", "'\\110000' is not a character (column 1)"),
    ]

    @Test(arguments: refusals)
    func badSelectorsAreLocated(text: String, message: String) {
        #expect {
            try CSSSelector(text)
        } throws: {
            "\($0)" == message
        }
    }

    @Test func unknownPseudoClassesNameTheKnownOnes() {
        #expect {
            try CSSSelector("li:hover")
        } throws: {
            "\($0)".hasPrefix("':hover' is not known here; :first-child, ") && "\($0)".hasSuffix("(column 3)")
        }
    }

    @Test func pathsAreCheckedAndLocated() throws {
        #expect(throws: PatternError.self) { try PathQuery("//a[") }
        #expect {
            try PathQuery("//a[@b='한'")
        } throws: {
            ($0 as? PatternError)?.column == 11
        }
        let document = try page("<a href='/1'>x</a><a>y</a>")
        let root = try #require(document.root)
        #expect(try PathQuery("//a/@href").nodes(in: root).map(\.rawText) == ["/1"])
        #expect(try PathQuery("//a[2]/text()").nodes(in: root).map(\.rawText) == ["y"])
        #expect(try PathQuery("count(//a)").nodes(in: root).isEmpty)
        #expect(throws: PatternError.self) { try PathQuery("//a[nothing()]").nodes(in: root) }
        #expect(throws: PatternError.self) { try PathQuery("document('/etc/passwd')").nodes(in: root) }
    }

    @Test(.timeLimit(.minutes(1)))
    func pathsThatTakeTooLongAreStopped() throws {
        let document = try page(String(repeating: "<p><b>x</b></p>", count: 3000))
        let root = try #require(document.root)
        #expect(throws: PatternError.self) { try PathQuery("//*[//*[//*[. = 'y']]]").nodes(in: root) }
    }

    @Test(.timeLimit(.minutes(10)))
    func mutatedSelectorsAreReadOrRefused() throws {
        let pieces = [
            ":not(", ":nth-child(", ")", "[", "]", "'", "\"", "\\", ">", "+", "~", ",", "*", "#", ".", "2n+1",
            "한", "^=", "$=", "  ",
        ]
        let good = Array("div#id > p.lead:nth-child(2n+1)[title^='x'] ~ a:not(.b), li + li".utf8)
        let document = try page("<div id=id><p class=lead title=xy>a</p><a>b</a></div><li>1<li>2")
        let root = try #require(document.root)
        var read = 0
        for seed in 0..<fuzzCount {
            var random = SplitMix64(seed: UInt64(seed))
            let text = String(
                decoding: mutated(good, pieces: pieces.map { Array($0.utf8) }, using: &random), as: UTF8.self)
            do throws(PatternError) {
                _ = try CSSSelector(text).elements(in: root)
                read += 1
            } catch {
                let message = error.problem
                #expect(!message.hasPrefix("no XPath"), "seed \(seed): \(text): \(message)")
                #expect(
                    (1...(text.unicodeScalars.count + 1)).contains(error.column),
                    "seed \(seed): \(text): \(error)")
            }
        }
        #expect(read > 0 && read < fuzzCount)
    }
}
