import FieldValues
import Testing

struct CountTextTests {
    static let exact: [(String, Int32)] = [
        ("0", 0), ("12", 12), ("007", 7), ("2147483647", .max), ("1,234", 1234), ("1,234,567", 1_234_567),
        ("12,345", 12_345), ("1'234", 1234), ("5.0", 5), ("5.000", 5), ("1e3", 1000), ("1.5e1", 15),
        ("1E+2", 100),
        ("200e-2", 2), ("+5", 5), (" 5 ", 5), ("\u{A0}5\u{3000}", 5), ("１２３", 123), ("１，２３４", 1234),
        ("0.0", 0),
        ("0e99999", 0),
    ]

    @Test(arguments: exact)
    func aWholeNumberIsACountHoweverItIsWritten(text: String, count: Int32) {
        #expect(CountText.read(text) == .exact(count))
        #expect(Array(text.utf8).withUnsafeBytes { CountText.read($0) } == .exact(count))
    }

    static let rounded: [(String, Int32)] = [
        ("3천", 3000), ("1.2만", 12_000), ("1만", 10_000), ("1만 2천", 12_000), ("1억", 100_000_000),
        ("3백만", 3_000_000), ("3K", 3000), ("3.1K", 3100), ("2.9k", 2900), ("2M", 2_000_000),
        ("1.5 만", 15_000),
        ("999+", 999), ("1만+", 10_000), ("２．５만", 25_000), ("1B", 1_000_000_000), ("1万", 10_000),
    ]

    @Test(arguments: rounded)
    func aRoundedCountIsReadAndMarked(text: String, count: Int32) {
        #expect(CountText.read(text) == .rounded(count))
    }

    static let refused: [(String, CountText.Reading)] = [
        ("", .notANumber), (" ", .notANumber), ("many", .notANumber), ("1,23", .notANumber),
        ("1,2345", .notANumber), ("1234,567", .notANumber), ("1.2.3", .notANumber), ("5 6", .notANumber),
        ("1천 2만", .notANumber), ("0x10", .notANumber), ("5점", .notANumber), ("e3", .notANumber),
        ("1e", .notANumber), ("NaN", .notANumber), ("inf", .notANumber), ("-1", .negative), ("-0", .negative),
        ("-1.5만", .negative), ("2.5", .fractional), ("0.001", .fractional), ("1.23456만", .fractional),
        ("1e-1", .fractional), ("2147483648", .tooLarge), ("21.5억", .tooLarge), ("1e99", .tooLarge),
        ("99999999999999999999999999", .tooLarge),
    ]

    @Test(arguments: refused)
    func whatIsNotACountIsNone(text: String, expected: CountText.Reading) {
        #expect(CountText.read(text) == expected)
        #expect(CountText.read(text).count == nil)
    }

    @Test func aTextThatIsTooLongIsNone() {
        #expect(CountText.read(String(repeating: "0", count: 64)) == .exact(0))
        #expect(CountText.read(String(repeating: "0", count: 65)) == .notANumber)
    }
}
