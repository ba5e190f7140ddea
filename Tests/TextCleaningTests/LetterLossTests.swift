import Testing
import TextCleaning

struct LetterLossTests {
    private func counts(_ text: String, _ rules: CleaningRules) -> LetterLoss.Counts {
        Array(text.utf8).withUnsafeBytes { LetterLoss(rules).count($0) }
    }

    static let texts: [(String, CleaningRules, Int, Int)] = [
        ("pamiętam 12_", CleaningRules(.kcbert2020), 8, 1),
        ("정치 news ㅋㅋㅋㅋㅋㅋ 👍", CleaningRules(.kcbert2020), 12, 0),
        ("Привет", CleaningRules(.kcbert2022), 6, 6),
        ("漢字 한자", CleaningRules(.kcbert2020), 4, 0), ("漢字 한자", CleaningRules(.kcbert2022), 4, 2),
        ("book", CleaningRules(.none, repeats: RepeatRule(shortestRun: 2, keep: 1)), 4, 1),
        ("aaaaa", CleaningRules(.none, repeats: RepeatRule(shortestRun: 4, keep: 2)), 5, 3),
        ("한글", CleaningRules(.kcbert2022), 2, 0),
        // Decomposed letters are put together first, where the rules do so.
        ("\u{1112}\u{1161}\u{11AB}", CleaningRules(.kcbert2022, normalizes: true), 1, 0),
        ("\u{1112}\u{1161}\u{11AB}", CleaningRules(.kcbert2022), 3, 3),
        ("&eacute;", CleaningRules(.kcbert2020, decodesEntities: true), 1, 1),
    ]

    @Test(arguments: texts)
    func lettersAreCountedAsTheRulesMeetThem(text: String, rules: CleaningRules, letters: Int, taken: Int) {
        #expect(counts(text, rules) == LetterLoss.Counts(letters: letters, taken: taken), "\(text)")
    }

    @Test func examplesAreWordsThatLoseLetters() {
        let loss = LetterLoss(CleaningRules(.kcbert2020))
        let found = Array("nie pamiętam tego błędu już".utf8).withUnsafeBytes {
            loss.examples(in: $0, most: 2)
        }
        #expect(found.map(\.word) == ["pamiętam", "błędu"])
        #expect(found.map(\.cleaned) == ["pami tam", "b du"])
        #expect(!LetterLoss.mayOccur(with: .plain))
    }

    @Test func plainRulesKeepEveryLetter() {
        let cleaner = TextCleaner(.plain)
        #expect(
            cleaner.clean(" Zażółć &lt;gęślą&gt;\u{A0}\n jaźń e\u{301} ㅋㅋㅋㅋㅋ ")
                == "Zażółć <gęślą> jaźń é ㅋㅋㅋㅋㅋ")
        #expect(CleaningRules.plain.identifier == "none+entities+nfc+space")
        #expect(CleaningRules(identifier: "none+entities+nfc+space") == .plain)
        for base in CleaningRules.Base.allCases {
            #expect(CleaningRules(base).identifier == base.rawValue)
        }
    }

    @Test func scriptsTellLanguagesWhereTheyCan() {
        func shares(_ texts: String...) -> [String] {
            var counts = ScriptCounts()
            for text in texts { Array(text.utf8).withUnsafeBytes { counts.count($0) } }
            return counts.shares.map { "\($0.script.rawValue) \($0.script.language ?? "?")" }
        }
        #expect(shares("한국어 댓글", "ok 3") == ["Hangul ko", "Latin ?"])
        #expect(shares("これは漢字とかなです") == ["Kana ja"])
        #expect(shares("这是中文") == ["Han zh"])
        #expect(shares("Привет") == ["Cyrillic ?"] && shares("123 !?").isEmpty)
        #expect(shares("żółć", "Ελληνικά γράμματα") == ["Greek el", "Latin ?"])
    }
}
