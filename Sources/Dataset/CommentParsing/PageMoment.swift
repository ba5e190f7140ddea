internal import VoteModel
internal import WebFormats

/// Dates and times as pages and services write them.
package enum PageMoment {
    /// Seconds since 1970, UTC; `nil` where the text is no date or time.
    ///
    /// Reads what ``Moment`` and ``MailDate`` read, `20200522093902` (14 digits, or 12 without seconds), and the forms
    /// of Korean pages: `2017.04.20. 오후 3:53`, `2020. 05. 22. 09:39`, `2024년 9월 1일 23:55`.
    /// - Parameter zoneSeconds: offset of times that name none, seconds east of Greenwich.
    package static func seconds(_ text: String, zoneSeconds: Int64) -> Int64? {
        guard text.utf8.count <= 100 else { return nil }
        let bytes = Array(text.utf8.drop { $0 <= 0x20 })
        let trimmed = bytes.prefix(bytes.count - bytes.reversed().prefix { $0 <= 0x20 }.count)
        let known = Array(trimmed).withUnsafeBytes { Moment.seconds($0, zoneSeconds: zoneSeconds) }
        if let known { return known }
        let plain = String(decoding: trimmed, as: UTF8.self)
        if trimmed.count == 12 || trimmed.count == 14, trimmed.allSatisfy({ (0x30...0x39).contains($0) }) {
            return digits(plain, zoneSeconds)
        }
        return MailDate.seconds(plain) ?? korean(plain, zoneSeconds)
    }

    private static func digits(_ text: String, _ zoneSeconds: Int64) -> Int64? {
        let digits = Array(text.utf8)
        func part(_ from: Int, _ count: Int) -> String {
            String(decoding: digits[from..<(from + count)], as: UTF8.self)
        }
        let second = digits.count == 14 ? part(12, 2) : "00"
        return standard(
            "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))T\(part(8, 2)):\(part(10, 2)):\(second)", zoneSeconds)
    }

    private static func standard(_ text: String, _ zoneSeconds: Int64) -> Int64? {
        Array(text.utf8).withUnsafeBytes { Moment.seconds($0, zoneSeconds: zoneSeconds) }
    }

    /// Year, month, day, and perhaps a time with 오전 (before noon) or 오후 (after).
    private static func korean(_ text: String, _ zoneSeconds: Int64) -> Int64? {
        var numbers: [Int] = []
        var number: Int?
        var shift: Int?
        for scalar in text.unicodeScalars {
            if let digit = ("0"..."9").contains(scalar) ? Int(scalar.value - 48) : nil {
                guard (number ?? 0) < 1000 else { return nil }
                number = (number ?? 0) * 10 + digit
                continue
            }
            if let value = number { numbers.append(value) }
            number = nil
            switch scalar {
            case "전": shift = 0
            case "후": shift = 12
            case ".", "-", "/", " ", ":", ",", "년", "월", "일", "시", "분", "초", "오", "\u{A0}", "\t", "\n", "\r":
                continue
            default: return nil
            }
        }
        if let value = number { numbers.append(value) }
        guard (3...6).contains(numbers.count), numbers[0] >= 1000 else { return nil }
        numbers += Array(repeating: 0, count: 6 - numbers.count)
        if let shift {
            guard (1...12).contains(numbers[3]) else { return nil }
            numbers[3] = numbers[3] % 12 + shift
        }
        guard numbers.dropFirst().allSatisfy({ $0 < 100 }) else { return nil }
        let two = numbers.map { $0 < 10 ? "0\($0)" : "\($0)" }
        return standard("\(two[0])-\(two[1])-\(two[2])T\(two[3]):\(two[4]):\(two[5])", zoneSeconds)
    }
}
