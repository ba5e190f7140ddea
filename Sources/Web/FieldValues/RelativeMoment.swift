/// Times that are told by how long ago they were.
enum RelativeMoment {
    /// Seconds since 1970, UTC, of `방금`, `3분 전`, `어제 10:05`, `3 days ago`, `yesterday`, with `(수정됨)` or `(edited)` behind
    /// or without; `nil` for anything else. A month counts 30 days, a year 365.
    /// - Parameter seen: when the text was seen, seconds since 1970, UTC.
    static func seconds(_ text: String, seen: Int64, zone: TimeZoneRule) -> Int64? {
        var words = text.lowercased()
        for mark in ["(수정됨)", "(edited)", "(편집됨)"] where words.hasSuffix(mark) {
            words.removeLast(mark.count)
        }
        let plain = words.filter { $0 != " " }
        if now.contains(plain) { return seen }
        for (name, days) in dayNames where plain.hasPrefix(name) {
            return day(days, String(plain.dropFirst(name.count)), seen, zone)
        }
        return ago(plain).map { seen - $0 }
    }

    private static let now: Set<String> = ["방금", "방금전", "지금", "justnow", "now", "momentsago"]

    private static let dayNames: [(String, Int64)] = [
        ("오늘", 0), ("어제", 1), ("그저께", 2), ("그제", 2), ("엊그제", 2), ("today", 0), ("yesterday", 1),
    ]

    /// The first moment of a day, or a time of it.
    private static func day(_ daysAgo: Int64, _ time: String, _ seen: Int64, _ zone: TimeZoneRule) -> Int64? {
        let local = seen + zone.seconds(at: seen)
        let midnight = (local - (local % 86_400 + 86_400) % 86_400) - daysAgo * 86_400
        if time.isEmpty { return zone.moment(ofLocal: midnight) }
        let time = time.hasPrefix("at") ? time.dropFirst(2) : time[...]
        return CivilText("1970-01-01 \(time)").map { zone.moment(ofLocal: midnight + $0.seconds(in: .utc)) }
    }

    /// Seconds of `3일전`, `3daysago`, `anhourago`, `3h`.
    private static func ago(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        var rest = text.dropFirst(digits.count)
        var count = Int64(digits)
        if count == nil, digits.isEmpty {
            for article in ["a", "an", "one", "한"] where rest.hasPrefix(article) {
                let unit = withoutAgo(rest.dropFirst(article.count))
                if unit.hasAgo, let seconds = units[unit.text] { return seconds }
            }
            return nil
        }
        let unit = withoutAgo(rest)
        rest = Substring(unit.text)
        guard unit.hasAgo || short.contains(unit.text), let seconds = units[unit.text] else { return nil }
        if let value = count, value > 1_000_000 { count = nil }
        return count.map { $0 * seconds }
    }

    private static func withoutAgo(_ text: Substring) -> (text: String, hasAgo: Bool) {
        for word in ["전", "ago"] where text.hasSuffix(word) {
            return (String(text.dropLast(word.count)), true)
        }
        return (String(text), false)
    }

    /// Units that stand without "ago".
    private static let short: Set<String> = ["s", "m", "h", "d", "w", "mo", "y"]

    private static let units: [String: Int64] = {
        let names: [(Int64, String)] = [
            (1, "초 s sec secs second seconds"), (60, "분 m min mins minute minutes"),
            (3600, "시간 h hr hrs hour hours"), (86_400, "일 d day days"), (7 * 86_400, "주 주일 w wk week weeks"),
            (30 * 86_400, "개월 달 mo month months"), (365 * 86_400, "년 y yr year years"),
        ]
        var units: [String: Int64] = [:]
        for (seconds, text) in names {
            for name in text.split(separator: " ") { units[String(name)] = seconds }
        }
        return units
    }()
}
