internal import Diagnostics
internal import TextBasics

extension ParameterReader {
    /// A whole number.
    package mutating func int(
        _ key: String, default defaultValue: Int, in bounds: ClosedRange<Int>, unit: String = "",
        help: String = ""
    ) -> Int {
        specify(key, .integer(bounds), default: .integer(defaultValue), unit: unit, help: help)
        rejectEmpty(key, "a whole number, \(Bounds.text(bounds, unit))")
        let value = readInt(key, bounds, unit) ?? defaultValue
        resolvedMembers[key] = .integer(value)
        return value
    }

    /// A whole number; `nil` if the key is absent.
    package mutating func optionalInt(
        _ key: String, in bounds: ClosedRange<Int>, unit: String = "", help: String = ""
    ) -> Int? {
        specify(key, .integer(bounds), unit: unit, help: help)
        guard let value = readInt(key, bounds, unit) else { return nil }
        resolvedMembers[key] = .integer(value)
        return value
    }

    /// A whole number that changes no result, such as a number of threads: not part of the fingerprint.
    package mutating func unfingerprintedInt(
        _ key: String, default defaultValue: Int, in bounds: ClosedRange<Int>, help: String = ""
    ) -> Int {
        specify(key, .integer(bounds), default: .integer(defaultValue), help: help, isFingerprinted: false)
        rejectEmpty(key, "a whole number, \(Bounds.text(bounds, ""))")
        return readInt(key, bounds, "") ?? defaultValue
    }

    /// A finite number, written with or without a fraction. If it is within 0 ... 1, also as a percentage, `10%`.
    package mutating func number(
        _ key: String, default defaultValue: Double, in bounds: ClosedRange<Double>, unit: String = "",
        help: String = ""
    ) -> Double {
        specify(key, .number(bounds), default: .number(defaultValue), unit: unit, help: help)
        rejectEmpty(key, "a number, \(Bounds.text(bounds, unit))")
        let value = readNumber(key, bounds, unit) ?? defaultValue
        resolvedMembers[key] = .number(value)
        return value
    }

    /// A number as ``number(_:default:in:unit:help:)`` reads it; `nil` if the key is absent.
    package mutating func optionalNumber(
        _ key: String, in bounds: ClosedRange<Double>, unit: String = "", help: String = ""
    ) -> Double? {
        specify(key, .number(bounds), unit: unit, help: help)
        guard let value = readNumber(key, bounds, unit) else { return nil }
        resolvedMembers[key] = .number(value)
        return value
    }

    /// A text, verbatim. A number or `true` in its place is an error: it needs quotes.
    package mutating func string(_ key: String, default defaultValue: String, help: String = "") -> String {
        specify(key, .string, default: .string(defaultValue), help: help)
        rejectEmpty(key, "a text")
        let value = readString(key) ?? defaultValue
        resolvedMembers[key] = .string(value)
        return value
    }

    /// A text that changes no result, such as the path of a program: not part of the fingerprint.
    package mutating func unfingerprintedString(
        _ key: String, default defaultValue: String, help: String = ""
    ) -> String {
        specify(key, .string, default: .string(defaultValue), help: help, isFingerprinted: false)
        rejectEmpty(key, "a text")
        return readString(key) ?? defaultValue
    }

    /// A text; `nil` if the key is absent.
    package mutating func optionalString(_ key: String, help: String = "") -> String? {
        specify(key, .string, help: help)
        guard let value = readString(key) else { return nil }
        resolvedMembers[key] = .string(value)
        return value
    }

    /// A text that must be there and must not be empty. Where it is missing the finding is at the stage, and the
    /// result is empty.
    package mutating func requiredString(_ key: String, help: String = "") -> String {
        specify(key, .string, required: true, help: help)
        requireValue(key, "a text")
        let value = readString(key) ?? ""
        if value.isEmpty, let found = given(key), found.content == .string("") {
            fail(found, "'\(prefix)\(key)' is empty; it takes a text")
        }
        resolvedMembers[key] = .string(value)
        return value
    }

    /// One of a few words.
    /// - Parameter fingerprintsDefault: whether the default is part of the fingerprint. A parameter that was added after there
    ///   were results leaves it out, so that they stay what they are.
    package mutating func choice(
        _ key: String, default defaultValue: String, of choices: [String], help: String = "",
        fingerprintsDefault: Bool = true
    ) -> String {
        specify(key, .choice(choices), default: .string(defaultValue), help: help)
        rejectEmpty(key, "one of: \(choices.joined(separator: ", "))")
        let value = given(key).flatMap { readChoice($0, key, choices) } ?? defaultValue
        if fingerprintsDefault || value != defaultValue { resolvedMembers[key] = .string(value) }
        return value
    }

    /// One of a few words that changes no result: not part of the fingerprint.
    package mutating func unfingerprintedChoice(
        _ key: String, default defaultValue: String, of choices: [String], help: String = ""
    ) -> String {
        specify(key, .choice(choices), default: .string(defaultValue), help: help, isFingerprinted: false)
        rejectEmpty(key, "one of: \(choices.joined(separator: ", "))")
        return given(key).flatMap { readChoice($0, key, choices) } ?? defaultValue
    }

    /// `true` or `false`. As in YAML 1.2, yes, no, on and off are texts.
    package mutating func bool(_ key: String, default defaultValue: Bool, help: String = "") -> Bool {
        specify(key, .bool, default: .bool(defaultValue), help: help)
        rejectEmpty(key, "true or false")
        var result = defaultValue
        if let value = given(key) {
            if case .bool(let flag) = value.content {
                result = flag
            } else {
                wrongType(value, key, "true or false")
            }
        }
        resolvedMembers[key] = .bool(result)
        return result
    }

    /// A whole number, or one of a few words in its place.
    package mutating func intOrWord(
        _ key: String, default defaultValue: IntOrWord, in bounds: ClosedRange<Int>, words: [String],
        help: String = ""
    ) -> IntOrWord {
        specify(
            key, .integerOrWord(bounds, words: words), default: Self.json(defaultValue), help: help)
        let quoted = words.map { "'\($0)'" }.joined(separator: " or ")
        rejectEmpty(key, "a whole number or \(quoted)")
        var result = defaultValue
        if let value = given(key) {
            if case .string(let word) = value.content {
                if words.contains(where: { $0.utf8.elementsEqual(word.utf8) }) {
                    result = .word(word)
                } else {
                    wrongType(
                        value, key, "a whole number, \(Bounds.text(bounds, "")), or \(quoted)",
                        hint: NearestName.hint(for: word, among: words))
                }
            } else if case .integer(let number) = value.content, bounds.contains(number) {
                result = .int(number)
            } else {
                wrongType(value, key, "a whole number, \(Bounds.text(bounds, "")), or \(quoted)")
            }
        }
        resolvedMembers[key] = Self.json(result)
        return result
    }

    private static func json(_ value: IntOrWord) -> JSONValue {
        switch value {
        case .int(let number): .integer(number)
        case .word(let word): .string(word)
        }
    }
}

extension ParameterReader {
    private mutating func readInt(_ key: String, _ bounds: ClosedRange<Int>, _ unit: String) -> Int? {
        guard let value = given(key) else { return nil }
        guard case .integer(let number) = value.content else {
            wrongType(value, key, "a whole number, \(Bounds.text(bounds, unit))")
            return nil
        }
        guard bounds.contains(number) else {
            wrongType(value, key, Bounds.text(bounds, unit))
            return nil
        }
        return number
    }

    private mutating func readNumber(_ key: String, _ bounds: ClosedRange<Double>, _ unit: String) -> Double?
    {
        guard let value = given(key) else { return nil }
        guard let number = Self.number(value, percent: bounds.upperBound <= 1) else {
            wrongType(value, key, "a number, \(Bounds.text(bounds, unit))")
            return nil
        }
        guard bounds.contains(number) else {
            wrongType(value, key, Bounds.text(bounds, unit))
            return nil
        }
        return number
    }

    /// The number that a value is; with `percent` also that of a text such as `12.5%`.
    static func number(_ value: LocatedValue, percent: Bool) -> Double? {
        switch value.content {
        case .integer(let number): return Double(number)
        case .number(let number): return number.isFinite ? number : nil
        case .string(let text):
            return percent ? Quantity.percentage(text) : nil
        default: return nil
        }
    }

    private mutating func readString(_ key: String) -> String? {
        guard let value = given(key) else { return nil }
        return readText(value, key, "a text")
    }

    mutating func readText(_ value: LocatedValue, _ key: String, _ expected: String) -> String? {
        if case .string(let text) = value.content { return text }
        let hint: String? =
            switch value.content {
            case .integer, .number, .bool: "put it in quotes: '\(value.summary)'"
            default: nil
            }
        wrongType(value, key, expected, hint: hint)
        return nil
    }

    mutating func readChoice(_ value: LocatedValue, _ key: String, _ choices: [String]) -> String? {
        let list = choices.joined(separator: ", ")
        guard case .string(let word) = value.content else {
            wrongType(value, key, "one of: \(list)")
            return nil
        }
        if choices.contains(where: { $0.utf8.elementsEqual(word.utf8) }) { return word }
        wrongType(value, key, "one of: \(list)", hint: NearestName.hint(for: word, among: choices))
        return nil
    }
}

/// Limits as text for messages.
package enum Bounds {
    /// `1 ... 100000 votes`, or `at least 1` where there is no upper limit.
    package static func text(_ bounds: ClosedRange<Int>, _ unit: String) -> String {
        let suffix = unit.isEmpty ? "" : " " + unit
        switch (bounds.lowerBound == .min, bounds.upperBound == .max) {
        case (true, true): return unit.isEmpty ? "any" : "any number of \(unit)"
        case (true, false): return "at most \(bounds.upperBound)\(suffix)"
        case (false, true): return "at least \(bounds.lowerBound)\(suffix)"
        case (false, false): return "\(bounds.lowerBound) ... \(bounds.upperBound)\(suffix)"
        }
    }

    package static func text(_ bounds: ClosedRange<Double>, _ unit: String) -> String {
        let suffix = unit.isEmpty ? "" : " " + unit
        let open = (
            bounds.lowerBound <= -.greatestFiniteMagnitude, bounds.upperBound >= .greatestFiniteMagnitude
        )
        switch open {
        case (true, true): return unit.isEmpty ? "any" : "any number of \(unit)"
        case (true, false): return "at most \(NumberText.of(bounds.upperBound))\(suffix)"
        case (false, true): return "at least \(NumberText.of(bounds.lowerBound))\(suffix)"
        case (false, false):
            return "\(NumberText.of(bounds.lowerBound)) ... \(NumberText.of(bounds.upperBound))\(suffix)"
        }
    }
}
