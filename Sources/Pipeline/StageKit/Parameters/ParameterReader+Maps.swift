internal import Diagnostics

/// What a variable of a program's environment is set to.
package enum EnvironmentValue: Hashable, Sendable {
    case text(String)
    /// The value of this variable of our environment, which is never stored.
    case secret(variable: String)
}

/// Maps whose keys the user chooses.
extension ParameterReader {
    /// A map from names to texts, numbers, true or false, or lists of these.
    package mutating func values(_ key: String, help: String = "") -> [String: JSONValue] {
        specify(key, .values, help: help)
        let values = members(of: key, "a map from names to values").reduce(into: [String: JSONValue]()) {
            $0[$1.key] = scalar($1.value, "\(key).\($1.key)")
        }
        resolvedMembers[key] = .object(values)
        return values
    }

    /// A map from names to output paths, which may hold the placeholders. Not part of the fingerprint.
    package mutating func outputPaths(
        _ key: String, placeholders: [String], help: String = ""
    ) -> [(name: String, template: String)] {
        specify(key, .outputPaths(placeholders: placeholders), help: help, isFingerprinted: false)
        return members(of: key, "a map from files to paths").compactMap { entry in
            readOutputPath(entry.value, "\(key).\(entry.key)", placeholders).map { (entry.key, $0) }
        }
    }

    /// A map from environment variables to texts or secrets. Secrets are not part of the fingerprint.
    package mutating func environment(_ key: String, help: String = "") -> [String: EnvironmentValue] {
        specify(key, .environment, help: help)
        var result: [String: EnvironmentValue] = [:]
        for entry in members(of: key, "a map from environment variables to texts or secrets") {
            if entry.key.isEmpty || entry.key.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "=") }) {
                errors.append(
                    .error(
                        "'\(entry.key)' is not a valid name for an environment variable", at: entry.keySpan,
                        hint: "a name has at least one character and no ="))
            } else if case .secret(let variable) = entry.value.content {
                result[entry.key] = .secret(variable: variable)
            } else if let value = scalar(entry.value, "\(key).\(entry.key)") {
                result[entry.key] = .text(value.stringValue ?? value.canonicalText)
            }
        }
        let plain = result.compactMapValues { value -> JSONValue? in
            if case .text(let text) = value { .string(text) } else { nil }
        }
        resolvedMembers[key] = .object(plain)
        return result
    }

    private mutating func members(of key: String, _ expected: String) -> [LocatedValue.Entry] {
        rejectEmpty(key, expected)
        guard let value = given(key) else { return [] }
        guard case .map(let members) = value.content else {
            wrongType(value, key, expected)
            return []
        }
        return members.filter { !isDangling($0.value) }
    }

    private mutating func scalar(_ value: LocatedValue, _ key: String) -> JSONValue? {
        switch value.content {
        case .bool(let flag): return .bool(flag)
        case .integer(let number): return .integer(number)
        case .number(let number): return .number(number)
        case .string(let text) where !text.utf8.contains(0): return .string(text)
        case .list(let items):
            let values = items.compactMap { scalar($0, key) }
            return values.count == items.count ? .array(values) : nil
        case .secret:
            fail(
                value, "'\(prefix)\(key)' is a secret, which would be written down here",
                hint: "secrets go under 'environment'")
        default:
            fail(
                value,
                "'\(prefix)\(key)' is \(value.summary); it takes a text, a number, true or false, or a list")
        }
        return nil
    }
}
