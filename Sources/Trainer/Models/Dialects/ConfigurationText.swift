internal import JSON

extension JSONValue {
    /// How a message shows the value.
    var shownText: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let digits): digits
        case .string(let value): "\"\(value)\""
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// A whole number, though it may be written with a fraction of 0.
    var wholeNumber: Int? { intValue ?? doubleValue.flatMap { Int(exactly: $0) } }

    /// As a `config.json` is written: keys sorted at every level, numbers in their shortest digits, and none with a
    /// fraction of 0.
    var configurationText: JSONValue {
        switch self {
        case .number:
            wholeNumber.map(JSONValue.integer) ?? doubleValue.map(JSONValue.number) ?? self
        case .array(let elements): .array(elements.map(\.configurationText))
        case .object(let members):
            .object(
                members.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value.configurationText) })
        default: self
        }
    }
}
