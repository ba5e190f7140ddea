import Charts
import Testing

struct MarkupTests {
    static let texts: [(String, String)] = [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("\"it's\"", "&quot;it&#39;s&quot;"),
        ("&amp;", "&amp;amp;"),
        ("한글 👨‍👩‍👧 ok", "한글 👨‍👩‍👧 ok"),
        ("", ""),
        // A quotation mark and an accent are one Character; the quotation mark ends an attribute all the same.
        ("\"\u{301} onload=x", "&quot;\u{301} onload=x"),
        ("<\u{338}b>", "&lt;\u{338}b&gt;"),
        ("&\u{20E3}<\u{FE0F}", "&amp;\u{20E3}&lt;\u{FE0F}"),
        ("a\u{0}b\u{1B}[31m\u{85}", "a\u{FFFD}b\u{FFFD}[31m\u{FFFD}"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb", "a\u{FFFD}\nb"),
    ]

    @Test(arguments: texts)
    func textIsEscapedScalarByScalar(text: String, expected: String) {
        #expect(Array(Markup(text: text).html.utf8) == Array(expected.utf8))
    }

    @Test func decomposedHangulStaysAsItIs() {
        let text = "\u{1112}\u{1161}\u{11AB}"
        #expect(Array(Markup(text: text).html.utf8) == Array(text.utf8))
    }

    @Test func attributesAndContentAreEscaped() {
        let element = Markup.element("b", [("title", "\"><i>")], "<x>")
        #expect(element.html == "<b title=\"&quot;&gt;&lt;i&gt;\">&lt;x&gt;</b>")
    }
}
