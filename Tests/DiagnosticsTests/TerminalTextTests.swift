import Diagnostics
import Testing

struct TerminalTextTests {
    @Test(arguments: [
        ("\u{1B}[31mred\u{1B}]0;title\u{07}", "\\u001b[31mred\\u001b]0;title\\u0007"),
        ("over\rwritten\u{08}", "over\\rwritten\\u0008"),
        ("nothing\u{0}\u{7F}", "nothing\\u0000\\u007f"),
        ("\u{9B}2J of C1", "\\u009b2J of C1"),
        ("abc\u{202E}gpj.exe\u{2066}x\u{2069}", "abc\\u202egpj.exe\\u2066x\\u2069"),
        ("a\u{200F}b\u{61C}c\u{2028}d", "a\\u200fb\\u061cc\\u2028d"),
        ("line\r\nline", "line\\r\nline"),
    ])
    func whatATerminalWouldObeyIsShown(text: String, shown: String) {
        #expect(TerminalText.of(text) == shown)
    }

    @Test(arguments: [
        "", "a\tb\nc", "댓글 👩‍👩‍👧 é 한", "سلام — “ok” §", "\\u001b as somebody wrote it",
    ])
    func everythingElseStays(text: String) {
        #expect(TerminalText.of(text).utf8.elementsEqual(text.utf8))
    }
}
