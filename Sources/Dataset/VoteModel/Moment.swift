/// Reads dates and times as data files write them, and writes them as ISO 8601.
package enum Moment {
    /// Seconds since 1970, UTC; `nil` when the text is no date or time.
    ///
    /// Reads `YYYYMMDD`, `YYYY-MM-DD`, `YYYY.MM.DD`, the same with a time after `T` or a blank
    /// (`hh:mm`, `hh:mm:ss`, fractions dropped) and an offset (`Z`, `+0900`, `+09:00`), and counts of seconds (9 or
    /// 10 digits) or milliseconds (13 digits) since 1970. A date stands for its first moment.
    /// - Parameter zoneSeconds: offset of times that name none, seconds east of Greenwich.
    package static func seconds(_ text: UnsafeRawBufferPointer, zoneSeconds: Int64) -> Int64? {
        var reader = DigitReader(bytes: text)
        let leading = reader.leadingDigits
        if leading == text.count {
            switch leading {
            case 8: break
            case 9, 10: return reader.number(leading)
            // Twelve could as well be YYYYMMDDhhmm, so they are refused rather than guessed at.
            case 13: return reader.number(leading).map { $0 / 1000 }
            default: return nil
            }
        }
        guard let year = reader.number(4), year >= 1 else { return nil }
        let separator = reader.take(in: "-./")
        guard let month = reader.number(2), separator == reader.takeSame(separator),
            let day = reader.number(2),
            let days = daysSince1970(year: year, month: month, day: day)
        else { return nil }
        let midnight = days * 86_400
        if reader.isAtEnd { return midnight - zoneSeconds }
        guard reader.take(in: "T t") != nil, let time = reader.time() else { return nil }
        guard let offset = reader.isAtEnd ? zoneSeconds : reader.offset(), reader.isAtEnd else { return nil }
        return midnight + time - offset
    }

    /// Offset such as `+09:00`, `-0530` or `Z`, in seconds; `nil` when the text is none.
    package static func zoneSeconds(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { utf8 in
            var reader = DigitReader(bytes: UnsafeRawBufferPointer(utf8))
            guard let offset = reader.offset(), reader.isAtEnd else { return nil }
            return offset
        }
    }

    /// A moment, in seconds since 1970, as `2025-11-21T07:16:44Z`. For years 0 ... 9999.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    package static func text(_ seconds: Int64) -> String {
        func floored(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
            let rest = (value % divisor + divisor) % divisor
            return ((value - rest) / divisor, rest)
        }
        let (days, second) = floored(seconds, 86_400)
        let (era, day) = floored(days + 719_468, 146_097)
        let yearOfEra = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func padded(_ value: Int64, _ width: Int = 2) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = [padded(year, 4), padded(month), padded(dayOfYear - (153 * shifted + 2) / 5 + 1)]
        let time = [padded(second / 3600), padded(second / 60 % 60), padded(second % 60)]
        return date.joined(separator: "-") + "T" + time.joined(separator: ":") + "Z"
    }

    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), day >= 1, day <= lengths[Int(month) - 1] else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

private struct DigitReader {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    var leadingDigits: Int {
        var count = 0
        while count < bytes.count, isDigit(bytes[count]) { count += 1 }
        return count
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    mutating func number(_ digits: Int) -> Int64? {
        guard position + digits <= bytes.count else { return nil }
        var value: Int64 = 0
        for index in position..<(position + digits) {
            guard isDigit(bytes[index]) else { return nil }
            value = value * 10 + Int64(bytes[index] - 0x30)
        }
        position += digits
        return value
    }

    mutating func take(in allowed: StaticString) -> UInt8? {
        guard !isAtEnd else { return nil }
        let byte = bytes[position]
        for index in 0..<allowed.utf8CodeUnitCount where allowed.utf8Start[index] == byte {
            position += 1
            return byte
        }
        return nil
    }

    mutating func takeSame(_ byte: UInt8?) -> UInt8? {
        guard let byte, !isAtEnd, bytes[position] == byte else { return nil }
        position += 1
        return byte
    }

    /// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fff`, in seconds.
    mutating func time() -> Int64? {
        guard let hour = number(2), hour < 24, take(in: ":") != nil, let minute = number(2), minute < 60
        else {
            return nil
        }
        var second: Int64 = 0
        if take(in: ":") != nil {
            guard let value = number(2), value <= 60 else { return nil }
            second = value
            if take(in: ".,") != nil {
                while !isAtEnd, isDigit(bytes[position]) { position += 1 }
            }
        }
        return hour * 3600 + minute * 60 + second
    }

    mutating func offset() -> Int64? {
        if take(in: "Zz") != nil { return 0 }
        guard let sign = take(in: "+-"), let hours = number(2), hours <= 18 else { return nil }
        _ = take(in: ":")
        let minutes = isAtEnd ? 0 : number(2)
        guard let minutes, minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (sign == 0x2D ? -1 : 1)
    }
}
