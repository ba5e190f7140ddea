import Testing
import splitvote

struct WordingTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (634_031, "634,031"), (-1_234_567, "-1,234,567"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func numbersAreGrouped(number: Int, expected: String) {
        #expect(FigureText.grouped(number) == expected)
    }

    @Test(arguments: [(0, "0 stages"), (1, "1 stage"), (1200, "1,200 stages")])
    func nounsAgreeWithTheirNumber(number: Int, expected: String) {
        #expect(FigureText.count(number, "stage") == expected)
    }

    @Test(
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
            (4_200_000, "4.2 MB"), (20_000_000_000, "20.0 GB"), (3_000_000_000_000_000, "3000.0 TB"),
        ] as [(Int64, String)])
    func sizesTakeTheUnitThatFits(bytes: Int64, expected: String) {
        #expect(Bytes.text(bytes) == expected)
    }

    @Test(arguments: [
        (0, "0.0 s"), (0.34, "0.3 s"), (9.94, "9.9 s"), (9.95, "10 s"), (59.6, "1 min 0 s"),
        (250, "4 min 10 s"),
        (3599.6, "1 h 0 min"), (7500, "2 h 5 min"), (-1, "0.0 s"),
    ])
    func spansOfTimeAreRounded(seconds: Double, expected: String) {
        #expect(Durations.text(seconds) == expected)
    }

    @Test func figuresThatAreNoughtAreLeftOut() {
        #expect(
            FigureText.summary(
                of: ["rows": 12_495, "empty_text": 0, "comments": 9_421, "files": 3],
                headline: ["rows", "empty_text", "comments"])
                == "rows 12,495, comments 9,421")
        #expect(
            FigureText.summary(
                of: ["metric": "macro_f1", "best_metric": 0.92034567],
                headline: ["steps", "metric", "best_metric"])
                == "metric macro_f1, best metric 0.9203")
        #expect(FigureText.summary(of: ["bytes": 5], headline: []) == "")
    }
}
