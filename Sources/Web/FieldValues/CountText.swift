/// Numbers of votes and replies as tables, services and pages write them.
package enum CountText {
    /// What a text says about a count.
    package enum Reading: Hashable, Sendable {
        case exact(Int32)
        /// Written rounded, as `1.2만`; the number that it names.
        case rounded(Int32)
        case negative
        /// A number with a fraction, such as `2.5`.
        case fractional
        /// More than fits, 2,147,483,647.
        case tooLarge
        case notANumber

        /// The number; `nil` where the text names none that can be a count.
        package var count: Int32? {
            switch self {
            case .exact(let count), .rounded(let count): count
            default: nil
            }
        }
    }

    /// Texts longer than this, in bytes, are no counts.
    private static let longest = 64

    /// Reads `12`, `1,234`, `5.0`, `1e3`, `+5`, `3천`, `1.2만`, `1만 2천`, `3.1K`, `2M`, `999+`, digits of full width, and
    /// blanks around.
    package static func read(_ text: UnsafeRawBufferPointer) -> Reading {
        if let plain = plain(text) { return plain }
        guard !text.isEmpty, text.count <= longest else { return .notANumber }
        return read(String(decoding: text, as: UTF8.self))
    }

    /// Reads a count as ``read(_:)-(UnsafeRawBufferPointer)`` does.
    package static func read(_ text: String) -> Reading {
        guard text.utf8.count <= longest else { return .notANumber }
        var reader = CountReader(PlainText.scalars(of: text))
        return reader.reading()
    }

    /// ASCII digits alone, up to nine of them: nearly every count there is.
    @inline(__always)
    private static func plain(_ text: UnsafeRawBufferPointer) -> Reading? {
        guard !text.isEmpty, text.count <= 9 else { return nil }
        var value: Int32 = 0
        for byte in text {
            guard byte &- 0x30 < 10 else { return nil }
            value = value &* 10 &+ Int32(byte &- 0x30)
        }
        return .exact(value)
    }
}

private struct CountReader {
    private let scalars: [Unicode.Scalar]
    private var at = 0

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private var next: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

    mutating func reading() -> CountText.Reading {
        var isNegative = false
        if next == "+" {
            at += 1
        } else if next == "-" || next == "\u{2212}" {
            isNegative = true
            at += 1
        }
        var sum: Int64 = 0
        var isRounded = false
        var above: Int?
        var fault: CountText.Reading?
        repeat {
            guard let piece = piece() else { return .notANumber }
            if let above, piece.power >= above { return .notANumber }
            if piece.value == nil { fault = piece.isFractional ? .fractional : .tooLarge }
            above = piece.power
            sum += piece.value ?? 0
            isRounded = isRounded || piece.power > 0
            skipBlanks()
        } while next.map(Self.isDigit) == true && above ?? 0 > 0
        // "999+" is a service's word for more than it counts.
        if next == "+", !isNegative {
            isRounded = true
            at += 1
        }
        guard at == scalars.count else { return .notANumber }
        if isNegative { return .negative }
        if let fault { return fault }
        guard let count = Int32(exactly: sum) else { return .tooLarge }
        return isRounded ? .rounded(count) : .exact(count)
    }

    private struct Piece {
        /// `nil` where it is no whole number, or too large.
        var value: Int64?
        var isFractional: Bool
        /// Of ten, by its unit.
        var power: Int
    }

    private mutating func piece() -> Piece? {
        guard var digits = wholeDigits() else { return nil }
        var exponent = 0
        if next == ".", at + 1 < scalars.count, Self.isDigit(scalars[at + 1]) {
            at += 1
            while let scalar = next, Self.isDigit(scalar) {
                digits.append(scalar)
                exponent -= 1
                at += 1
            }
        }
        guard let power = scale() else { return nil }
        return Self.worth(digits, exponent + power.exponent, unit: power.unit)
    }

    /// Digits, perhaps in groups of three.
    private mutating func wholeDigits() -> [Unicode.Scalar]? {
        var digits: [Unicode.Scalar] = []
        while let scalar = next, Self.isDigit(scalar) {
            digits.append(scalar)
            at += 1
        }
        guard (1...3).contains(digits.count) else { return digits.isEmpty ? nil : digits }
        while let mark = next, Self.separators.contains(mark), isGroup(at + 1) {
            digits += scalars[(at + 1)...(at + 3)]
            at += 4
        }
        return digits
    }

    /// Whether three digits stand there, and not a fourth.
    private func isGroup(_ start: Int) -> Bool {
        guard start + 3 <= scalars.count, scalars[start..<(start + 3)].allSatisfy(Self.isDigit) else {
            return false
        }
        return start + 3 == scalars.count || !Self.isDigit(scalars[start + 3])
    }

    private static let separators: Set<Unicode.Scalar> = [",", "'", "\u{2019}", "\u{66C}", "_"]

    /// `e3`, or a unit such as 만; 0 where there is none. `nil` for what is neither.
    private mutating func scale() -> (exponent: Int, unit: Int)? {
        if next == "e" || next == "E" {
            at += 1
            let isNegative = next == "-"
            if next == "+" || isNegative { at += 1 }
            var value = 0
            let start = at
            while let scalar = next, Self.isDigit(scalar) {
                value = min(value * 10 + Int(scalar.value - 0x30), 1000)
                at += 1
            }
            return at == start ? nil : (isNegative ? -value : value, 0)
        }
        let before = at
        skipBlanks()
        if let scalar = next, let power = Self.units[scalar] {
            at += 1
            if scalar == "백", next == "만" {
                at += 1
                return (6, 6)
            }
            return (power, power)
        }
        at = before
        return (0, 0)
    }

    private static let units: [Unicode.Scalar: Int] = [
        "백": 2, "천": 3, "만": 4, "억": 8, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8, "k": 3, "K": 3, "m": 6,
        "M": 6,
        "b": 9, "B": 9,
    ]

    private static func worth(_ digits: [Unicode.Scalar], _ exponent: Int, unit: Int) -> Piece {
        var digits = digits.map { Int64($0.value - 0x30) }
        var exponent = exponent
        while exponent < 0, let last = digits.last, last == 0 {
            digits.removeLast()
            exponent += 1
        }
        guard digits.contains(where: { $0 > 0 }) else {
            return Piece(value: 0, isFractional: false, power: unit)
        }
        guard exponent >= 0 else { return Piece(value: nil, isFractional: true, power: unit) }
        var value: Int64 = 0
        for digit in digits + Array(repeating: 0, count: min(exponent, 20)) {
            value = value * 10 + digit
            if value > 1 << 40 { return Piece(value: nil, isFractional: false, power: unit) }
        }
        return Piece(value: value, isFractional: false, power: unit)
    }

    private mutating func skipBlanks() {
        while next == " " { at += 1 }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
