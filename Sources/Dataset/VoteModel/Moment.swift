internal import TextBasics

/// Reads dates and times as data files write them, and writes them as ISO 8601.
package enum Moment {
    /// Seconds since 1970, UTC; `nil` if the text is not a date or time.
    ///
    /// Reads `YYYYMMDD`, `YYYY-MM-DD`, `YYYY.MM.DD`, the same with a time after `T` or a blank
    /// (`hh:mm`, `hh:mm:ss`, fractions dropped) and an offset (`Z`, `+0900`, `+09:00`), and counts of seconds (9 or
    /// 10 digits) or milliseconds (13 digits) since 1970. A date means its first moment.
    /// - Parameter zoneSeconds: offset of times that give none, seconds east of Greenwich.
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
        guard let year = reader.number(4) else { return nil }
        let separator = reader.take(in: "-./")
        guard let month = reader.number(2), separator == reader.takeSame(separator),
            let day = reader.number(2),
            let midnight = CivilTime.seconds(year: Int(year), month: Int(month), day: Int(day))
        else { return nil }
        if reader.isAtEnd { return midnight - zoneSeconds }
        guard reader.take(in: "T t") != nil, let time = reader.time() else { return nil }
        guard let offset = reader.isAtEnd ? zoneSeconds : reader.offset(), reader.isAtEnd else { return nil }
        return midnight + time - offset
    }

    /// Offset such as `+09:00`, `-0530` or `Z`, in seconds; `nil` if the text is not one.
    package static func zoneSeconds(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { utf8 in
            var reader = DigitReader(bytes: UnsafeRawBufferPointer(utf8))
            guard let offset = reader.offset(), reader.isAtEnd else { return nil }
            return offset
        }
    }

    /// A moment, in seconds since 1970, as `2025-11-21T07:16:44Z`. For years 0 ... 9999.
    package static func text(_ seconds: Int64) -> String { CivilTime.text(seconds: seconds) }
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
