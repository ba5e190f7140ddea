internal import TextBasics

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
        // The last day counted is 25,568 days before 1970.
        let moment = CivilTime.text(seconds: (days - 25_569) * CivilTime.secondsPerDay + time)
        return String(time == 0 ? moment.prefix { $0 != "T" } : moment.dropLast())
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
