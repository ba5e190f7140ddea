import NightReport
import Testing

struct QuotedCommentsTests {
    @Test func aTextIsOneLineOfAtMost140Characters() {
        #expect(QuotedComments.short(" a\n\tb  c ") == "a b c")
        let long = String(repeating: "가", count: 141)
        #expect(QuotedComments.short(String(long.dropLast())) == String(long.dropLast()))
        #expect(QuotedComments.short(long) == String(long.dropLast(2)) + "…")
    }

    @Test(arguments: [
        ("naver-news:437/0000459026", "naver-news:437/0000459026"), ("my news/p.yaml", "'my news/p.yaml'"),
        ("it's", "'it'\\''s'"), ("$(rm)", "'$(rm)'"), ("", "''"), ("한국/p.yaml", "한국/p.yaml"),
    ])
    func wordsAreQuotedForTheShell(word: String, shown: String) {
        #expect(QuotedComments.word(word) == shown)
    }
}
