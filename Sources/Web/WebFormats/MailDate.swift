internal import TextBasics

/// Dates as headers and RSS feeds write them.
package enum MailDate {
    /// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`, of the two older forms of HTTP, and of what mail and RSS
    /// write: other zones and offsets, no weekday, no seconds, years of two digits; `nil` for anything else.
    ///
    /// Source: RFC 9110, section 5.6.7; RFC 5322, sections 3.3 and 4.3.
    package static func seconds(_ text: String) -> Int64? {
        guard text.utf8.count <= 64 else { return nil }
        var words = text.split { $0 == " " || $0 == "\t" || $0 == "," }
        if let first = words.first, first.utf8.allSatisfy({ (0x61...0x7A).contains($0 | 0x20) }) {
            if let parts = asctime(words) { return parts }
            words.removeFirst()
        }
        if let first = words.first, first.contains("-") {
            words.replaceSubrange(0..<1, with: first.split(separator: "-"))
        }
        guard words.count >= 4, let day = number(words[0], 1...2), let month = month(words[1]),
            let year = year(words[2]), let time = time(words[3])
        else { return nil }
        guard let midnight = CivilTime.seconds(year: year, month: month, day: day) else { return nil }
        guard words.count > 4 else { return midnight + time }
        guard words.count == 5 || words[5].hasPrefix("("), let offset = zone(words[4]) else { return nil }
        return midnight + time - offset
    }

    /// `Sun Nov  6 08:49:37 1994`.
    private static func asctime(_ words: [Substring]) -> Int64? {
        guard words.count == 5, let month = month(words[1]), let day = number(words[2], 1...2),
            let time = time(words[3]), let year = number(words[4], 4...4)
        else { return nil }
        return CivilTime.seconds(year: year, month: month, day: day).map { $0 + time }
    }

    private static func number(_ text: Substring, _ digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    /// The number of a month from its English name or the first three letters of it.
    private static func month(_ name: Substring) -> Int? {
        let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        guard name.utf8.count >= 3 else { return nil }
        return names.firstIndex(of: name.prefix(3).lowercased()).map { $0 + 1 }
    }

    /// Two digits below 50 are of this century, others of the last.
    private static func year(_ text: Substring) -> Int? {
        guard let year = number(text, 2...4) else { return nil }
        switch text.utf8.count {
        case 2: return year < 50 ? 2000 + year : 1900 + year
        case 3: return 1900 + year
        default: return year
        }
    }

    private static func time(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let hour = number(parts[0], 1...2), hour < 24,
            let minute = number(parts[1], 2...2), minute < 60
        else { return nil }
        guard parts.count == 3 else { return Int64(hour * 3600 + minute * 60) }
        guard let second = number(parts[2], 2...2), second <= 60 else { return nil }
        return Int64(hour * 3600 + minute * 60 + second)
    }

    private static let zones: [String: Int64] = [
        "gmt": 0, "ut": 0, "utc": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
        "pst": -8, "pdt": -7, "kst": 9, "jst": 9,
    ]

    private static func zone(_ text: Substring) -> Int64? {
        if let hours = zones[text.lowercased()] { return hours * 3600 }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard let sign = text.first, sign == "+" || sign == "-", let value = number(Substring(digits), 4...4)
        else { return nil }
        let (hours, minutes) = (value / 100, value % 100)
        guard hours <= 18, minutes < 60 else { return nil }
        let seconds = Int64(hours * 3600 + minutes * 60)
        return sign == "-" ? -seconds : seconds
    }
}
