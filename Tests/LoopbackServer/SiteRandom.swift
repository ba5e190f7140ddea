/// SplitMix64, with the words of the made-up comments.
struct SiteRandom: Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 0 ..< bound.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

    private static let nouns = [
        "정책", "버스", "동네", "날씨", "가격", "경기", "학교", "시장", "도서관", "공원", "기차", "우산", "회의", "축제", "다리", "강변",
    ]
    private static let verbs = ["좋다", "늦었다", "바뀌었다", "필요하다", "모자라다", "반갑다", "어렵다", "괜찮다", "궁금하다", "시끄럽다"]
    private static let ends = [
        "", ".", "!", "?", " ㅋㅋㅋ", " (정말로)", " (그렇죠?)); ", " 👍", " 👨‍👩‍👧", "\n둘째 줄입니다", "\n\n— \"인용\" \\끝",
        " <b>&amp;", "\t탭",
    ]

    mutating func words(_ count: Int) -> String {
        (0..<count).map { index in
            index % 3 == 2 ? Self.verbs[below(Self.verbs.count)] : Self.nouns[below(Self.nouns.count)]
        }.joined(separator: " ")
    }

    mutating func text() -> String { words(2 + below(10)) + Self.ends[below(Self.ends.count)] }
}

enum SiteText {
    static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// A text as JSON, quotes included.
    static func json(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    static func html(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// `2025-10-02T09:30:00` in Korea, nine hours ahead of UTC.
    static func korean(_ seconds: Int64, separator: String = "T") -> String {
        let (day, time) = parts(seconds + 9 * 3600)
        return "\(day)\(separator)\(time)"
    }

    /// `Thu, 02 Oct 2025 09:30:00 GMT`.
    static func mail(_ seconds: Int64) -> String {
        let (day, time) = parts(seconds)
        let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let pieces = day.split(separator: "-")
        let month = months[(Int(pieces[1]) ?? 1) - 1]
        return "\(names[Int(seconds / 86_400 % 7)]), \(pieces[2]) \(month) \(pieces[0]) \(time) GMT"
    }

    static func utc(_ seconds: Int64) -> String {
        let (day, time) = parts(seconds)
        return "\(day)T\(time)Z"
    }

    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days; for days after 1970.
    private static func parts(_ seconds: Int64) -> (day: String, time: String) {
        let time = Int(seconds % 86_400)
        let days = Int(seconds / 86_400) + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        return (
            "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))",
            "\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
        )
    }
}
