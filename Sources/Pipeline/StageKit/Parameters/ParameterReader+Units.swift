internal import Diagnostics

extension ParameterReader {
    /// A span of time in whole seconds, written as a whole number with a unit: `90s 15m 72h 14d 2w`.
    package mutating func duration(_ key: String, default defaultValue: Int?, help: String = "") -> Int? {
        specify(key, .duration, default: defaultValue.map { .string(Quantity.durationText($0)) }, help: help)
        let expected = "a whole number with a unit, s m h d or w, such as 72h"
        if defaultValue != nil { rejectEmpty(key, expected) }
        guard
            let seconds = given(key).flatMap({ readQuantity($0, key, expected, Quantity.seconds) })
                ?? defaultValue
        else { return nil }
        resolvedMembers[key] = .integer(seconds)
        return seconds
    }

    /// An amount of storage in bytes, written as a whole number with a unit: `512kB 500MB 20GB 1TB`, or by powers of
    /// 1024 `4GiB`.
    package mutating func size(_ key: String, default defaultValue: Int64?, help: String = "") -> Int64? {
        specify(key, .size, default: defaultValue.map { .string(Quantity.sizeText($0)) }, help: help)
        let expected = "a whole number with a unit, kB MB GB TB or KiB MiB GiB TiB, such as 20GB"
        if defaultValue != nil { rejectEmpty(key, expected) }
        guard
            let bytes = given(key).flatMap({ readQuantity($0, key, expected, Quantity.bytes) }).map(
                Int64.init)
                ?? defaultValue
        else { return nil }
        resolvedMembers[key] = .integer(Int(bytes))
        return bytes
    }

    private mutating func readQuantity(
        _ value: LocatedValue, _ key: String, _ expected: String, _ parse: (String) -> Int?
    ) -> Int? {
        if case .string(let text) = value.content, let result = parse(text) { return result }
        wrongType(value, key, expected)
        return nil
    }
}
