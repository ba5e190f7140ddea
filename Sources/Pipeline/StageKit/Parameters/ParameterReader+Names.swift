internal import Diagnostics

/// A name, and its value in the data if that is different.
package struct NamedValue: Hashable, Sendable {
    package let value: String?
    package let name: String

    package init(value: String?, name: String) {
        self.value = value
        self.name = name
    }
}

/// Parameters that leave no trace in the fingerprint of a stage that does without them.
extension ParameterReader {
    /// Names in their order: a list of them, or a map from each value in the data to its name. `nil` if the
    /// key is absent.
    package mutating func optionalNames(_ key: String, help: String = "") -> [NamedValue]? {
        specify(key, .names, help: help)
        let expected = "a list of names, or a map from values to names"
        rejectEmpty(key, expected)
        guard let value = given(key) else { return nil }
        let errorsBefore = errors.count
        let names: [NamedValue]
        switch value.content {
        case .list(let items):
            names = items.compactMap { item in
                readName(item, key, expected).map { NamedValue(value: nil, name: $0) }
            }
        case .map(let members):
            names = members.compactMap { member in
                readName(member.value, key, expected).map { NamedValue(value: member.key, name: $0) }
            }
        default:
            wrongType(value, key, expected)
            return nil
        }
        guard errors.count == errorsBefore else { return nil }
        resolvedMembers[key] = .array(
            names.map { [$0.value.map(JSONValue.string) ?? .null, .string($0.name)] })
        return names
    }

    /// One of a few words; `nil` if the key is absent.
    package mutating func optionalChoice(_ key: String, of choices: [String], help: String = "") -> String? {
        specify(key, .choice(choices), help: help)
        rejectEmpty(key, "one of: \(choices.joined(separator: ", "))")
        guard let word = given(key).flatMap({ readChoice($0, key, choices) }) else { return nil }
        resolvedMembers[key] = .string(word)
        return word
    }

    /// True or false; `nil` if the key is absent.
    package mutating func optionalBool(_ key: String, help: String = "") -> Bool? {
        specify(key, .bool, help: help)
        rejectEmpty(key, "true or false")
        guard let value = given(key) else { return nil }
        guard case .bool(let flag) = value.content else {
            wrongType(value, key, "true or false")
            return nil
        }
        resolvedMembers[key] = .bool(flag)
        return flag
    }

    /// A name may look like a number or a truth to YAML; that is how classes are often called.
    private mutating func readName(_ value: LocatedValue, _ key: String, _ expected: String) -> String? {
        let name: String
        switch value.content {
        case .string(let text): name = text
        case .integer(let number): name = "\(number)"
        case .bool(let flag): name = "\(flag)"
        default:
            wrongType(value, key, expected)
            return nil
        }
        if name.isEmpty || name.utf8.contains(where: { $0 < 0x20 }) {
            fail(value, "'\(prefix)\(key)' holds a name that is empty, or has a tab or a line break")
            return nil
        }
        return name
    }
}
