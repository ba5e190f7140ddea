import Testing
import TextBasics

/// Expected values from Python's `datetime`.
struct CivilTimeTests {
    @Test(arguments: [
        (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017),
        (2025, 11, 21, 20_413),
        (1, 1, 1, -719_162), (1900, 3, 1, -25_508), (9999, 12, 31, 2_932_896),
    ])
    func daysAreCountedFrom1970(year: Int, month: Int, day: Int, expected: Int) {
        #expect(CivilTime.days(year: year, month: month, day: day) == expected)
        #expect(CivilTime.date(ofDay: expected) == (year, month, day))
    }

    @Test(arguments: [
        (1900, 2, 29), (2025, 2, 29), (2024, 2, 30), (2025, 4, 31), (2025, 0, 1), (2025, 13, 1), (2025, 1, 0),
        (2025, 1, 32), (0, 1, 1), (10_000, 1, 1),
    ])
    func datesThatTheCalendarLacksAreRefused(year: Int, month: Int, day: Int) {
        #expect(CivilTime.days(year: year, month: month, day: day) == nil)
    }

    @Test func everyDayOfFourCenturiesFollowsTheOneBefore() {
        var expected = CivilTime.days(year: 1800, month: 1, day: 1) ?? 0
        for year in 1800..<2200 {
            for month in 1...12 {
                for day in 1...31 {
                    guard let days = CivilTime.days(year: year, month: month, day: day) else { continue }
                    if days != expected { Issue.record("\(year)-\(month)-\(day) is day \(days)") }
                    if CivilTime.date(ofDay: days) != (year, month, day) {
                        Issue.record("day \(days) is \(CivilTime.date(ofDay: days))")
                    }
                    expected += 1
                }
            }
        }
        #expect(expected == CivilTime.days(year: 2200, month: 1, day: 1))
    }

    @Test(
        arguments: [
            ("2025-11-21", 20_413), ("1970-01-01", 0), ("2025-02-29", nil), ("2025-1-01", nil),
            ("2025/11/21", nil),
            ("2025-11-21T00:00", nil), ("", nil), ("+025-11-21", nil),
        ] as [(String, Int?)])
    func aDateIsReadOrRefused(text: String, expected: Int?) {
        #expect(CivilTime.days(text) == expected)
    }

    @Test func timesOfTheDayAreChecked() {
        func seconds(_ hour: Int, _ minute: Int, _ second: Int) -> Int64? {
            CivilTime.seconds(year: 1970, month: 1, day: 2, hour: hour, minute: minute, second: second)
        }
        #expect(seconds(0, 0, 0) == 86_400)
        #expect(seconds(23, 59, 59) == 172_799)
        #expect(seconds(23, 59, 60) == 172_800)  // a leap second
        #expect(seconds(24, 0, 0) == nil)
        #expect(seconds(0, 60, 0) == nil)
        #expect(seconds(0, 0, 61) == nil)
        #expect(seconds(-1, 0, 0) == nil)
    }

    @Test(
        arguments: [
            (1_763_709_404_123, "2025-11-21T07:16:44.123Z"), (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func momentsAreWrittenAsISO8601(milliseconds: Int64, expected: String) {
        #expect(CivilTime.text(milliseconds: milliseconds) == expected)
        if milliseconds % 1000 == 0 {
            #expect(CivilTime.text(seconds: milliseconds / 1000) == expected.replacing(".000", with: ""))
        }
    }
}
