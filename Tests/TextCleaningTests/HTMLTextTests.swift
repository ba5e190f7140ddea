import Testing
import TextCleaning

struct HTMLTextTests {
    private func plain(_ text: String) -> String {
        Array(text.utf8).withUnsafeBytes { String(decoding: HTMLText.plain($0), as: UTF8.self) }
    }

    static let texts: [(String, String)] = [
        (
            "<p>First <b>bold</b><br>second line <a href=\"https://e.com/?a>b\" rel='x'>link</a></p>",
            "First bold\nsecond line link"
        ),
        ("plain, 3 < 5 and a > b", "plain, 3 < 5 and a > b"), ("I <3 you", "I <3 you"), ("<ㅋㅋ>", "<ㅋㅋ>"),
        ("a < b > c", "a < b > c"), ("x <y> z", "x <y> z"), ("a<b", "a<b"), ("<", "<"), ("", ""),
        ("<b", "<b"),
        ("1 &lt; 2 &amp;lt; 3", "1 < 2 &lt; 3"), ("it&#39;s", "it's"),
        ("line\nbreaks  kept", "line\nbreaks  kept"),
        ("<p>one</p>\n<p>two</p>", "one\ntwo"), ("one<p>two", "one\ntwo"), ("a<br/>b<BR />c", "a\nb\nc"),
        ("a<br><br>b", "a\n\nb"), ("<div>a<div>b</div></div>c", "a\nb\nc"), ("a\n  <i>b</i>\tc", "a b c"),
        ("<!-- hidden -->shown", "shown"), ("a<script>alert('<p>')</script>b", "ab"),
        ("<blockquote>cited</blockquote>answer", "cited\nanswer"), ("<ul><li>x</li><li>y</li></ul>", "x\ny"),
        ("<img alt=\"a\" src=\"b\">", ""), ("뷁 <em>강조</em> 글", "뷁 강조 글"), ("&lt;p&gt;", "<p>"),
    ]

    @Test(arguments: texts)
    func aReaderSeesThisText(html: String, expected: String) {
        #expect(plain(html) == expected)
    }

    /// What comes out has no tag left, so that a second pass finds nothing to do but references.
    @Test func theCleanerTurnsHTMLBeforeAllElse() throws {
        var rules = CleaningRules(.kcbert2022)
        rules.readsHTML = true
        #expect(rules.identifier == "kcbert-2022+html")
        #expect(CleaningRules(identifier: rules.identifier)?.readsHTML == true)
        #expect(TextCleaner(rules).clean("<p>하나<br>둘 &lt;셋&gt;</p>") == "하나 둘 <셋>")
        #expect(TextCleaner(rules).clean("3 < 5") == "3 < 5")
    }
}
