/// A day of the week, as `when: {weekday: …}` names it.
public enum Weekday: String, CaseIterable, Hashable, Sendable {
    case mon, tue, wed, thu, fri, sat, sun

    /// The weekday of a date written `YYYY-MM-DD` in the Gregorian calendar; `nil` where that is no date.
    public init?(ofDate text: String) {
        guard let days = CalendarDate.daysSince1970(text) else { return nil }
        // 1 January 1970 was a Thursday.
        self = Self.allCases[((days + 3) % 7 + 7) % 7]
    }
}

/// Dates as whole days.
public enum CalendarDate {
    /// Days from 1 January 1970 to a date written `YYYY-MM-DD`; `nil` where that is no date.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013), days_from_civil.
    public static func daysSince1970(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 45, bytes[7] == 45 else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            bytes[range].reduce(0) { sum, byte in
                guard let sum, (48...57).contains(byte) else { return nil }
                return sum * 10 + Int(byte - 48)
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else {
            return nil
        }
        guard year >= 1, (1...12).contains(month), day >= 1, day <= daysIn(month, year) else { return nil }
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func daysIn(_ month: Int, _ year: Int) -> Int {
        if month == 2 { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }
}
