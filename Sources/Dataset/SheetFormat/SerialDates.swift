/// Dates as spreadsheets count them: days since the last day of 1899, or since 1904.
struct SerialDates {
    let countsFrom1904: Bool

    /// `2020-01-02`, or with a time where the number has a fraction; `nil` if it is not a date of the years 1900 to 9999.
    func text(of raw: String) -> String? {
        guard let serial = Double(raw), serial >= 0, serial < 2_958_466 else { return nil }
        let seconds = Int64((serial * 86_400).rounded())
        var days = seconds / 86_400 + (countsFrom1904 ? 1462 : 0)
        let time = seconds % 86_400
        // The count has a 29 February 1900, which there was not.
        if !countsFrom1904, days < 61 { days += 1 }
        let (year, month, day) = Self.civil(days - 25_569)
        let date = "\(year)-\(Self.two(month))-\(Self.two(day))"
        if time == 0 { return date }
        return date + "T\(Self.two(time / 3600)):\(Self.two(time / 60 % 60)):\(Self.two(time % 60))"
    }

    private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let day = shifted - era * 146_097
        let yearOfEra = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let number = month < 10 ? month + 3 : month - 9
        return (yearOfEra + era * 400 + (number <= 2 ? 1 : 0), number, dayOfYear - (153 * month + 2) / 5 + 1)
    }

    /// Whether a number format shows dates: one of those that every program has, or one with letters of dates outside
    /// quotes and brackets.
    static func showsDate(format id: Int, _ code: String?) -> Bool {
        if let code {
            var quoted = false
            var bracketed = false
            var escaped = false
            for letter in code.lowercased() {
                if escaped {
                    escaped = false
                } else if letter == "\\" || letter == "_" || letter == "*" {
                    escaped = true
                } else if letter == "\"" {
                    quoted.toggle()
                } else if letter == "[" || letter == "]" {
                    bracketed = letter == "["
                } else if !quoted, !bracketed, "ymdhs".contains(letter) {
                    return !code.lowercased().hasPrefix("general")
                }
            }
            return false
        }
        return (14...22).contains(id) || (27...36).contains(id) || (45...47).contains(id)
            || (50...58).contains(id)
    }
}
