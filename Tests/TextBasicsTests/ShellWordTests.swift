import Testing
import TextBasics

struct ShellWordTests {
    @Test(arguments: [
        ("naver-news:437/0000459026", "naver-news:437/0000459026"), ("my news/p.yaml", "'my news/p.yaml'"),
        ("it's", "'it'\\''s'"), ("$(rm)", "'$(rm)'"), ("50%", "'50%'"), ("", "''"),
        ("한국/p.yaml", "한국/p.yaml"),
    ])
    func wordsAreQuotedForTheShell(word: String, shown: String) {
        #expect(ShellWord.of(word) == shown)
    }
}
