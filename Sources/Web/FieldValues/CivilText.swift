internal import VoteModel

/// Year, month and day in this order, and perhaps a time and a zone, in any of the punctuations in use.
struct CivilText {
    /// As though it were UTC.
    private var local: Int64
    /// Seconds east of Greenwich that the text names.
    private var offset: Int64?

    func seconds(in zone: TimeZoneRule) -> Int64 {
        offset.map { local - $0 } ?? zone.moment(ofLocal: local)
    }

    init?(_ text: String) {
        if let digits = Self.digits(text) {
            local = digits
            return
        }
        var reader = CivilReader(text)
        guard reader.read(), let local = reader.local else { return nil }
        self.local = local
        offset = reader.offset
    }

    /// Seconds of a count of seconds, milliseconds or microseconds since 1970, with or without a fraction.
    static func epoch(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }) else {
            return nil
        }
        guard let value = Int64(parts[0]) else { return nil }
        switch parts[0].utf8.count {
        case 9, 10: return parts.count == 2 ? value : nil
        case 13: return parts.count == 2 ? value / 1000 : nil
        case 16: return value / 1_000_000
        default: return nil
        }
    }

    /// `20200522093902`, or without seconds.
    private static func digits(_ text: String) -> Int64? {
        guard [12, 14].contains(text.utf8.count), text.utf8.allSatisfy(isDigit) else { return nil }
        let bytes = Array(text.utf8)
        func part(_ from: Int, _ count: Int) -> Int {
            bytes[from..<(from + count)].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        return local(
            [
                part(0, 4), part(4, 2), part(6, 2), part(8, 2), part(10, 2),
                bytes.count == 14 ? part(12, 2) : 0,
            ])
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Seconds of year, month, day, hour, minute and second, as though they were UTC; `nil` where there is no such time.
    static func local(_ numbers: [Int]) -> Int64? {
        guard numbers.count == 6, (1...9999).contains(numbers[0]),
            numbers.dropFirst().allSatisfy({ (0..<100).contains($0) })
        else { return nil }
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let year = String(repeating: "0", count: 4 - String(numbers[0]).count) + "\(numbers[0])"
        let text =
            "\(year)-\(two(numbers[1]))-\(two(numbers[2]))T\(two(numbers[3])):\(two(numbers[4])):\(two(numbers[5]))"
        return Array(text.utf8).withUnsafeBytes { Moment.seconds($0, zoneSeconds: 0) }
    }
}

private struct CivilReader {
    private var rest: Substring.UnicodeScalarView
    private var numbers: [Int] = []
    private var shift: Int?
    private(set) var offset: Int64?

    init(_ text: String) { rest = Substring(text).unicodeScalars }

    /// As though it were UTC; `nil` where the numbers are no time.
    var local: Int64? {
        guard (3...6).contains(numbers.count), numbers[0] >= 1000 else { return nil }
        var full = numbers + Array(repeating: 0, count: 6 - numbers.count)
        if let shift {
            guard numbers.count > 3, (1...12).contains(full[3]) else { return nil }
            full[3] = full[3] % 12 + shift
        }
        return CivilText.local(full)
    }

    /// Takes the whole text apart; `false` where something in it belongs to no date.
    mutating func read() -> Bool {
        while let scalar = rest.first {
            if ("0"..."9").contains(scalar) {
                guard takeNumber() else { return false }
            } else if numbers.count > 3, scalar == "+" || scalar == "-" || scalar == "Z" || scalar == "z" {
                return takeOffset()
            } else if scalar == "(" {
                guard takeWeekday() else { return false }
            } else if let word = takeWord() {
                guard understand(word) else { return false }
            } else if Self.marks.contains(scalar) {
                rest.removeFirst()
            } else {
                return false
            }
        }
        return true
    }

    private static let marks: Set<Unicode.Scalar> = [".", "-", "/", " ", ":", ",", "T"]

    private mutating func takeNumber() -> Bool {
        var value = 0
        var count = 0
        while let scalar = rest.first, ("0"..."9").contains(scalar) {
            value = value * 10 + Int(scalar.value - 0x30)
            count += 1
            guard count <= 4 else { return false }
            rest.removeFirst()
        }
        numbers.append(value)
        guard numbers.count == 6, rest.first == "." || rest.first == "," else { return numbers.count <= 6 }
        // A fraction of the second counts for nothing.
        let fraction = rest.dropFirst().prefix { ("0"..."9").contains($0) }
        rest.removeFirst(1 + fraction.count)
        return true
    }

    private mutating func takeOffset() -> Bool {
        offset = Moment.zoneSeconds(String(rest))
        rest = Substring().unicodeScalars
        return offset != nil
    }

    /// `(목)` or `(Thu)`.
    private mutating func takeWeekday() -> Bool {
        guard let end = rest.firstIndex(of: ")") else { return false }
        let inner = String(rest[rest.index(after: rest.startIndex)..<end])
        rest = rest[rest.index(after: end)...]
        return Self.weekdays.contains(inner.lowercased())
    }

    private static let weekdays: Set<String> = [
        "월", "화", "수", "목", "금", "토", "일", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    ]

    private mutating func takeWord() -> String? {
        let word = rest.prefix { $0.properties.isAlphabetic }
        guard let first = word.first, !(first == "T" && word.count == 1) else { return nil }
        rest.removeFirst(word.count)
        return String(word)
    }

    private mutating func understand(_ word: String) -> Bool {
        switch word.lowercased() {
        case "년", "월", "일", "시", "분", "초", "년도": return true
        case "오전", "am", "a": shift = 0
        case "오후", "pm", "p": shift = 12
        case "utc", "gmt": offset = 0
        case "kst", "jst": offset = 9 * 3600
        case "월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일": return true
        default: return false
        }
        return true
    }
}
