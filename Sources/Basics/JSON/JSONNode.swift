/// A JSON document as it was written: members keep their order and numbers keep their text.
///
/// Reading a file and writing it back therefore changes nothing but white space. Strings are compared by
/// their UTF-8 bytes, because Swift's `==` would take two keys in different Unicode forms for one.
package enum JSONNode: Sendable {
    case null
    case boolean(Bool)
    /// The digits exactly as they stood in the text, such as `1e-12`.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([JSONMember])
}

/// One key of a JSON object with its value.
package struct JSONMember: Sendable {
    package var key: String
    package var value: JSONNode

    package init(_ key: String, _ value: JSONNode) {
        self.key = key
        self.value = value
    }
}

extension JSONNode {
    package static func integer(_ value: Int) -> JSONNode { .number(String(value)) }

    /// The member called `key`, or nil where there is none or this is no object.
    package subscript(key: String) -> JSONNode? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// Replaces the member called `key` in its place, appends it where it is new, removes it for nil.
    ///
    /// Does nothing when this is no object.
    package mutating func set(_ key: String, to value: JSONNode?) {
        guard case .object(var members) = self else { return }
        let position = members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
        switch (position, value) {
        case (let position?, let value?): members[position].value = value
        case (let position?, nil): members.remove(at: position)
        case (nil, let value?): members.append(JSONMember(key, value))
        case (nil, nil): break
        }
        self = .object(members)
    }

    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package var integer: Int? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits)
    }

    package var double: Double? {
        guard case .number(let digits) = self else { return nil }
        return Double(digits)
    }

    package var boolean: Bool? {
        guard case .boolean(let value) = self else { return nil }
        return value
    }

    package var elements: [JSONNode]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    package var members: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// What kind of value this is, for messages: `a number`, `an object`.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .boolean: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
