import NightReport
import Testing

struct QuotedCommentsTests {
    @Test func aTextIsOneLineOfAtMost140Characters() {
        #expect(QuotedComments.short(" a\n\tb  c ") == "a b c")
        let long = String(repeating: "가", count: 141)
        #expect(QuotedComments.short(String(long.dropLast())) == String(long.dropLast()))
        #expect(QuotedComments.short(long) == String(long.dropLast(2)) + "…")
    }
}
