/// A JSON document as it was written: members keep their order and numbers keep their digits.
///
/// Reading a file and writing it back as given therefore changes nothing but white space. Fingerprints, figures and
/// manifests are written as ``canonicalText``, so that equal values are equal bytes on every system.
///
/// Two values are equal where their canonical texts say the same: the order of an object's members does not count, nor
/// does how a number is spelled, but `1` and `1.0` are two numbers. Keys are told apart by their UTF-8 bytes, because
/// Swift's `==` would take two keys in different Unicode forms for one.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// The digits exactly as written in the text, such as `1e-12`. What is not finite is written `null`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])
}

/// One key of a JSON object with its value.
package struct JSONMember: Hashable, Sendable {
    package var key: String
    package var value: JSONValue

    package init(_ key: String, _ value: JSONValue) {
        self.key = key
        self.value = value
    }
}

extension JSONValue {
    package static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

    /// A number with a fraction, `1.0` for one. What is not finite is kept and written `null`.
    package static func number(_ value: Double) -> JSONValue { .number("\(value)") }

    /// An object with its keys in the order of their UTF-8 bytes.
    package static func object(_ members: [String: JSONValue]) -> JSONValue {
        .object(members.map { JSONMember($0.key, $0.value) }.sorted(by: JSONMember.precedes))
    }
}

extension JSONValue {
    /// The member called `key`; `nil` if there is none, or where this is not an object.
    ///
    /// Setting it replaces the member in its place, appends it where it is new, or removes it for `nil`; nothing
    /// happens where this is not an object.
    package subscript(key: String) -> JSONValue? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            let position = members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
            switch (position, newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): members.remove(at: position)
            case (nil, let value?): members.append(JSONMember(key, value))
            case (nil, nil): break
            }
            self = .object(members)
        }
    }

    /// An object with one more member.
    package func adding(_ key: String, _ value: JSONValue) -> JSONValue {
        var object = self
        object[key] = value
        return object
    }

    /// A number that was written without a fraction and without an exponent.
    package var intValue: Int? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits)
    }

    /// The value as a number, whether it was written with a fraction or not.
    package var doubleValue: Double? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits).map { Double($0) } ?? Double(digits)
    }

    package var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// Keys and values in their order.
    package var members: [JSONMember]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// Values by key, for those who ask for many.
    package var objectValue: [String: JSONValue]? {
        members.map { Dictionary($0.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }) }
    }

    /// What kind of value this is, for messages: `a number`, `an object`.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension JSONValue: Hashable {
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)):
            left == right || JSONWriter.canonical(left) == JSONWriter.canonical(right)
        case (.string(let left), .string(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.sorted(by: JSONMember.precedes) == right.sorted(by: JSONMember.precedes)
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let digits): hasher.combine(JSONWriter.canonical(digits))
        case .string(let text): hasher.combine(text)
        case .array(let elements): hasher.combine(elements)
        case .object(let members): hasher.combine(members.sorted(by: JSONMember.precedes))
        }
    }
}

extension JSONMember {
    /// The order of keys in canonical text.
    static func precedes(_ left: JSONMember, _ right: JSONMember) -> Bool {
        left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// If a key occurs twice, the last value counts.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object([])
        for (key, value) in elements { self[key] = value }
    }
}
