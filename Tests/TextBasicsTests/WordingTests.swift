import Testing
import TextBasics

struct WordingTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (634_031, "634,031"), (-1_234_567, "-1,234,567"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func numbersAreGrouped(number: Int, expected: String) {
        #expect(Counts.grouped(number) == expected)
    }

    @Test(arguments: [(0, "0 stages"), (1, "1 stage"), (1200, "1,200 stages")])
    func nounsAgreeWithTheirNumber(number: Int, expected: String) {
        #expect(Counts.text(number, "stage") == expected)
    }

    @Test(
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
            (4_200_000, "4.2 MB"), (20_000_000_000, "20.0 GB"), (431_204, "431.2 kB"),
            (3_000_000_000_000_000, "3000.0 TB"),
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

    @Test(
        arguments: [
            (0.99996, 4, "1.0000"), (-0.00001, 4, "0.0000"), (-1.25, 1, "-1.3"), (12.05, 2, "12.05"),
            (3.7, 0, "4"), (0.5, 0, "1"), (1e300, 2, "1e+300"), (.nan, 2, "nan"), (-.infinity, 2, "-inf"),
        ] as [(Double, Int, String)])
    func decimalsAreRoundedToTheNearest(value: Double, places: Int, expected: String) {
        #expect(Decimals.text(value, places: places) == expected)
    }

    @Test(arguments: [(-1_234_567.25, 1, "-1,234,567.3"), (999.96, 1, "1,000.0"), (0.5, 2, "0.50")])
    func decimalsCanBeGrouped(value: Double, places: Int, expected: String) {
        #expect(Decimals.text(value, places: places, grouped: true) == expected)
    }
}
