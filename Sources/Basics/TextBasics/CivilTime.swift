/// Days and times of the Gregorian calendar, as counts since 1 January 1970, UTC.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013), days_from_civil and civil_from_days.
package enum CivilTime {
    package static let secondsPerDay: Int64 = 86_400

    /// Days from 1 January 1970 to a date; `nil` if there is no such date. Years 1 ... 9999.
    package static func days(year: Int, month: Int, day: Int) -> Int? {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= length(of: month, year)
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Days from 1 January 1970 to a date written `YYYY-MM-DD`; `nil` if the text is not such a date.
    package static func days(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else {
            return nil
        }
        func number(_ range: Range<Int>) -> Int? {
            bytes[range].reduce(0) { sum, byte in
                guard let sum, (0x30...0x39).contains(byte) else { return nil }
                return sum * 10 + Int(byte - 0x30)
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else {
            return nil
        }
        return days(year: year, month: month, day: day)
    }

    /// Seconds since 1970 of a time in UTC; `nil` if there is no such date or time. A leap second counts as the
    /// second after it.
    package static func seconds(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0
    ) -> Int64? {
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second),
            let days = days(year: year, month: month, day: day)
        else { return nil }
        return Int64(days) * secondsPerDay + Int64(hour * 3600 + minute * 60 + second)
    }

    /// The date this many days after 1 January 1970, or before it if the count is negative.
    package static func date(ofDay days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floored(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shifted + 2) / 5 + 1
        )
    }

    /// A moment, in seconds since 1970, as `2025-11-21T07:16:44Z`. For years 0 ... 9999.
    package static func text(seconds: Int64) -> String {
        let (days, second) = floored(Int(seconds), Int(secondsPerDay))
        return "\(text(ofDay: days))T\(clock(second))Z"
    }

    /// A moment, in milliseconds since 1970, as `2025-11-21T07:16:44.123Z`. For years 0 ... 9999.
    package static func text(milliseconds: Int64) -> String {
        let (seconds, rest) = floored(Int(milliseconds), 1000)
        let (days, second) = floored(seconds, Int(secondsPerDay))
        return "\(text(ofDay: days))T\(clock(second)).\(padded(rest, 3))Z"
    }

    /// A day, counted from 1 January 1970, as `2025-11-21`. For years 0 ... 9999.
    package static func text(ofDay days: Int) -> String {
        let date = date(ofDay: days)
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    }

    private static func clock(_ second: Int) -> String {
        "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    }

    private static func length(of month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Quotient rounded down, and the remainder, which is never negative.
    private static func floored(_ value: Int, _ divisor: Int) -> (quotient: Int, rest: Int) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
