import Diagnostics
import Testing

struct RenderingTests {
    @Test func showsTheLineTheCaretAndTheHint() {
        let line = "      min_vote: 20"
        let key = SourceSpan(file: "pipelines/news.yaml", line: 14, column: 7, length: 8, lineText: line)
        let finding = Finding.error(
            "stage kind 'label' has no parameter 'min_vote'", at: key,
            hint: "did you mean 'min_votes'? 'label' takes: controversial, min_votes")
        #expect(
            finding.rendered == """
                pipelines/news.yaml:14:7: error: stage kind 'label' has no parameter 'min_vote'
                  14 |       min_vote: 20
                     |       ^~~~~~~~
                hint: did you mean 'min_votes'? 'label' takes: controversial, min_votes
                """)
    }

    @Test(arguments: [
        (1, "   1 | key", "     | ^~~"), (9999, "9999 | key", "     | ^~~"),
        (12345, "12345 | key", "      | ^~~"),
    ])
    func marginGrowsWithTheLineNumber(line: Int, first: String, second: String) {
        let span = SourceSpan(file: "f", line: line, column: 1, length: 3, lineText: "key")
        #expect(Finding.error("m", at: span).rendered == "f:\(line):1: error: m\n\(first)\n\(second)")
    }

    @Test func caretIsUnderWideAndDecomposedHangul() {
        // 공감 takes four columns; the same in decomposed form has five scalars and takes four columns too.
        for text in ["공감", "\u{1100}\u{1169}\u{11BC}\u{1100}\u{1161}\u{11B7}"] {
            let scalars = text.unicodeScalars.count
            let line = "\(text): 값"
            let before = SourceSpan(file: "f", line: 1, column: scalars + 3, length: 1, lineText: line)
            #expect(Finding.error("m", at: before).rendered.hasSuffix("\n     |       ^~"))
            let key = SourceSpan(file: "f", line: 1, column: 1, length: scalars, lineText: line)
            #expect(Finding.error("m", at: key).rendered.hasSuffix("\n     | ^~~~"))
        }
    }

    @Test func tabsStayTabsSoThatTheCaretLinesUpAtAnyTabWidth() {
        let span = SourceSpan(file: "f", line: 3, column: 4, length: 2, lineText: "\ta\tbc")
        #expect(Finding.error("m", at: span).rendered == "f:3:4: error: m\n   3 | \ta\tbc\n     | \t \t^~")
    }

    @Test func controlCharactersAndTurnedTextReachNoTerminal() {
        let span = SourceSpan(file: "f", line: 1, column: 6, length: 1, lineText: "a\u{1B}[2Jx\u{202E}")
        let text = Finding.error("found 'a\u{1B}\nb'", at: span).rendered
        #expect(text == "f:1:6: error: found 'a\u{FFFD}\\nb'\n   1 | a\u{FFFD}[2Jx\u{FFFD}\n     |      ^")
    }

    @Test func aLongLineIsCutAroundThePlace() {
        let line = String(repeating: "x", count: 500) + "HERE" + String(repeating: "y", count: 500)
        let span = SourceSpan(file: "f", line: 1, column: 501, length: 4, lineText: line)
        let lines = Finding.error("m", at: span).rendered.split(separator: "\n")
        #expect(lines[1].count < 170)
        #expect(lines[1].hasPrefix("   1 | …xxx") && lines[1].hasSuffix("yyy…"))
        #expect(lines[2].hasSuffix("^~~~"))
        let caret = lines[2].firstIndex(of: "^").map { lines[2].distance(from: lines[2].startIndex, to: $0) }
        let here = lines[1].firstIndex(of: "H").map { lines[1].distance(from: lines[1].startIndex, to: $0) }
        #expect(caret == here)
    }

    @Test func aPlaceBeyondTheLineShowsOneCaretAtItsEnd() {
        let span = SourceSpan(file: "f", line: 2, column: 99, length: 7, lineText: "ab")
        #expect(Finding.error("m", at: span).rendered == "f:2:99: error: m\n   2 | ab\n     |   ^")
    }

    @Test func withoutAPlaceThereIsNoPlace() {
        #expect(Finding.warning("m", hint: "h").rendered == "warning: m\nhint: h")
    }

    @Test func reportIsInFileOrderWithoutRepeatsAndCounts() {
        func span(_ line: Int, _ column: Int) -> SourceSpan {
            SourceSpan(file: "p.yaml", line: line, column: column)
        }
        let error = DiagnosticsError(
            file: "p.yaml",
            findings: [
                .error("third", at: span(9, 1)), .error("none"), .error("second", at: span(2, 7)),
                .warning("first", at: span(2, 3)), .error("second", at: span(2, 7)),
            ])
        #expect(
            error.rendered() == """
                p.yaml:2:3: warning: first
                p.yaml:2:7: error: second
                p.yaml:9:1: error: third
                error: none
                3 problems and 1 warning in p.yaml; nothing was run.

                """)
    }

    @Test(arguments: [
        (["a"], "1 problem in f; nothing was run.\n"), (["a", "b"], "2 problems in f; nothing was run.\n"),
    ])
    func totalCountsProblems(messages: [String], total: String) {
        let error = DiagnosticsError(file: "f", findings: messages.map { .error($0) })
        #expect(error.rendered().hasSuffix("\n" + total))
    }
}

struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("공감", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("e\u{301}", 1), ("漢字", 4), ("ｆ", 2),
        ("ㅋㅋㅋ", 6), ("😀", 2), ("👨‍👩‍👧", 2), ("a\u{200B}b", 2), ("ﾊﾝ", 2), ("…", 1),
    ])
    func widthOf(text: String, columns: Int) {
        #expect(DisplayWidth.of(text.unicodeScalars) == columns)
    }
}

struct QuantityTests {
    @Test(
        arguments: [
            ("90s", 90), ("15m", 900), ("72h", 259_200), ("14d", 1_209_600), ("2w", 1_209_600), ("0s", 0),
            ("72", nil), ("h", nil), ("1.5h", nil), ("-1h", nil), ("72H", nil), (" 72h", nil),
            ("99999999999999999999h", nil), ("9999999999999999w", nil),
        ] as [(String, Int?)])
    func seconds(text: String, expected: Int?) {
        #expect(Quantity.seconds(text) == expected)
    }

    @Test(
        arguments: [
            ("20GB", 20_000_000_000), ("4GiB", 4_294_967_296), ("512kB", 512_000), ("512KB", 512_000),
            ("7B", 7),
            ("1TB", 1_000_000_000_000), ("20", nil), ("GB", nil), ("20gb", nil), ("99999999TB", nil),
        ] as [(String, Int?)])
    func bytes(text: String, expected: Int?) {
        #expect(Quantity.bytes(text) == expected)
    }

    @Test(
        arguments: [
            ("10%", 0.1), ("12.5%", 0.125), ("0.1%", 0.001), ("100%", 1.0), ("%", nil), ("10", nil),
            ("-1%", nil),
            ("1e1%", nil), (".5%", nil), ("1.2.3%", nil),
        ] as [(String, Double?)])
    func percentage(text: String, expected: Double?) {
        #expect(Quantity.percentage(text) == expected)
    }

    @Test(arguments: [0, 59, 60, 3600, 86_400, 604_800, 90_061])
    func textsReadBack(seconds: Int) {
        #expect(Quantity.seconds(Quantity.durationText(seconds)) == seconds)
        #expect(Quantity.bytes(Quantity.sizeText(Int64(seconds))) == seconds)
    }
}
