internal import Diagnostics

/// What a plain, unquoted scalar means: the core schema of YAML 1.2, made stricter where that keeps texts whole.
///
/// yes, no, on and off are texts. So are numbers with a leading zero (`007`, often part of a name or a key), whole
/// numbers that do not fit in 64 bits, numbers beyond the range of a `Double`, `.inf` and `.nan`.
///
/// Source: YAML 1.2.2 (2021), section 10.3.2.
enum CoreSchema {
    static func content(ofPlain text: String) -> LocatedValue.Content {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        let bytes = Array(text.utf8)
        if let integer = integer(bytes) { return .integer(integer) }
        if let number = number(bytes, text) { return .number(number) }
        return .string(text)
    }

    private static func integer(_ bytes: [UInt8]) -> Int? {
        if bytes.starts(with: Array("0x".utf8)), bytes.count > 2 {
            return bytes.dropFirst(2).allSatisfy(isHex) ? Int(text(bytes.dropFirst(2)), radix: 16) : nil
        }
        if bytes.starts(with: Array("0o".utf8)), bytes.count > 2 {
            return bytes.dropFirst(2).allSatisfy { (48...55).contains($0) }
                ? Int(text(bytes.dropFirst(2)), radix: 8) : nil
        }
        let digits = unsigned(bytes)
        guard !digits.isEmpty, digits.allSatisfy(isDigit), !hasLeadingZero(digits) else { return nil }
        return Int(text(bytes[...]))
    }

    /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
    private static func number(_ bytes: [UInt8], _ text: String) -> Double? {
        let rest = unsigned(bytes)
        let whole = rest.prefix(while: isDigit)
        if hasLeadingZero(whole) { return nil }
        var tail = rest.dropFirst(whole.count)
        var hasFraction = false
        var fraction: ArraySlice<UInt8> = []
        if tail.first == UInt8(ascii: ".") {
            hasFraction = true
            fraction = tail.dropFirst().prefix(while: isDigit)
            tail = tail.dropFirst(1 + fraction.count)
        }
        if whole.isEmpty && fraction.isEmpty { return nil }
        var hasExponent = false
        if tail.first == UInt8(ascii: "e") || tail.first == UInt8(ascii: "E") {
            hasExponent = true
            tail = unsigned(Array(tail.dropFirst()))
            if tail.isEmpty || !tail.allSatisfy(isDigit) { return nil }
            tail = []
        }
        guard tail.isEmpty, hasFraction || hasExponent, let value = parse(text), value.isFinite else {
            return nil
        }
        return value
    }

    /// `Double.init` takes neither `.5` nor `5.` on every system.
    private static func parse(_ text: String) -> Double? {
        var repaired = ""
        var previous: Character = " "
        for character in text + " " {
            if previous == ".", !character.isASCII || !character.isNumber { repaired += "0" }
            if character == ".", !previous.isNumber { repaired += "0" }
            repaired.append(character)
            previous = character
        }
        return Double(repaired.dropLast())
    }

    private static func unsigned(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
    }

    private static func hasLeadingZero(_ digits: ArraySlice<UInt8>) -> Bool {
        digits.count > 1 && digits.first == UInt8(ascii: "0")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
